// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/ItemAudio.h"
#include "widgets/audition/TransportBar.h"
#include "widgets/dataset/ItemSampling.h"

class QLabel;
class QListView;
class QPushButton;
class QTextBrowser;

namespace binaurium {

class PlanView;

// The first items of a recipe as a grid of plans, the chosen one large with question and answer, and its sound,
// rendered when it is wanted.
class ScenePreview : public QWidget
{
    Q_OBJECT

public:
    explicit ScenePreview(std::unique_ptr<AudioOutput> output, QWidget* parent = nullptr);

    // Samples anew; nothing empties the grid.
    void show(const std::optional<SampleRequest>& request);
    [[nodiscard]] std::shared_ptr<const PreviewItem> chosen() const;
    [[nodiscard]] QListView& list() { return *list_; }
    [[nodiscard]] QTextBrowser& text() { return *text_; }
    [[nodiscard]] QPushButton& openButton() { return *open_; }
    [[nodiscard]] TransportBar& transport() { return *transport_; }
    [[nodiscard]] bool isSampling() const { return sampler_.isRunning(); }
    // The audio of the chosen item; null until it was played.
    [[nodiscard]] std::shared_ptr<const AudioBuffer> audio() const { return audio_; }

signals:
    void sampled(); // all items are there
    void failed(const QString& sentence, binaurium::ErrorKind kind);
    void openWanted(const std::shared_ptr<const binaurium::PreviewItem>& item);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override; // Space plays

private:
    QWidget* makeItemSide();
    void connectWork();
    void showChosen();
    void render();
    void showCount();

    PreviewModel* model_;
    QListView* list_;
    QLabel* count_;
    PlanView* plan_;
    QTextBrowser* text_;
    QPushButton* open_;
    TransportBar* transport_;
    std::shared_ptr<const AudioBuffer> audio_;
    std::vector<std::filesystem::path> headFolders_;
    std::shared_ptr<ItemRenderer> renderer_; // keeps the heads that it has loaded
    int wanted_ = 0;
    BackgroundWork sampler_;
    BackgroundWork player_;
};

} // namespace binaurium
