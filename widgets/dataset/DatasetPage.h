// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/audition/AudioOutput.h"
#include "widgets/dataset/DatasetChoices.h"
#include "widgets/dataset/ItemSampling.h"

#include <QWidget>

class QTabWidget;

namespace binaurium {

class AuditPanel;
class BuildPanel;
class MessageBar;
class RecipeBar;
class ScenePreview;

// Data sets: what a recipe gives, building a set of it, and the audit of a set.
class DatasetPage : public QWidget
{
    Q_OBJECT

public:
    explicit DatasetPage(std::unique_ptr<AudioOutput> output, QWidget* parent = nullptr);

    // Takes what was remembered; the recipe is read when the page is first shown.
    void setChoices(const DatasetChoices& choices);
    [[nodiscard]] DatasetChoices choices() const;
    [[nodiscard]] RecipeBar& recipes() { return *recipes_; }
    [[nodiscard]] ScenePreview& preview() { return *preview_; }
    [[nodiscard]] BuildPanel& building() { return *build_; }
    [[nodiscard]] AuditPanel& auditing() { return *audit_; }
    [[nodiscard]] MessageBar& messageBar() { return *bar_; }
    [[nodiscard]] QTabWidget& pages() { return *pages_; }
    // Whether a set is being built, which ends with the program.
    [[nodiscard]] bool isBuilding() const;

signals:
    void message(const QString& text);
    void choicesChanged();
    // A scene to be edited; its sounds and its head are files of this computer.
    void openSceneWanted(const binaurium::Scene& scene);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void connectParts();
    void takeRequest();
    void say(const QString& topic, const QString& sentence, ErrorKind kind);
    void open(const PreviewItem& item);
    [[nodiscard]] std::vector<std::filesystem::path> headFolders() const;

    DatasetChoices choices_; // remembered until the page is shown
    bool shown_ = false;
    RecipeBar* recipes_;
    MessageBar* bar_;
    QTabWidget* pages_;
    ScenePreview* preview_;
    BuildPanel* build_;
    AuditPanel* audit_;
};

} // namespace binaurium
