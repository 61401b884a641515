// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/controls/BackgroundWork.h"
#include "widgets/dataset/DatasetBuild.h"
#include "widgets/dataset/ItemSampling.h"

#include <QElapsedTimer>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace binaurium {

// Builds the data set of the chosen recipe in a folder, with progress; work that was stopped goes on there.
class BuildPanel : public QWidget
{
    Q_OBJECT

public:
    explicit BuildPanel(QWidget* parent = nullptr);

    // What would be built; nothing disables the panel.
    void setRequest(const std::optional<SampleRequest>& request);
    [[nodiscard]] QString folder() const;
    void setFolder(const QString& folder);
    void build();
    [[nodiscard]] bool isBuilding() const { return work_.isRunning(); }
    [[nodiscard]] QLineEdit& folderField() { return *folder_; }
    [[nodiscard]] QCheckBox& wholeBox() { return *whole_; }
    [[nodiscard]] QSpinBox& sizeField() { return *size_; }
    [[nodiscard]] QComboBox& audioChoice() { return *audio_; }
    [[nodiscard]] QPushButton& buildButton() { return *build_; }
    [[nodiscard]] QPushButton& cancelButton() { return *cancel_; }
    [[nodiscard]] QString state() const;

signals:
    void folderChanged();
    void begun();
    void built();
    void failed(const QString& sentence, binaurium::ErrorKind kind);

private:
    void makeFields();
    void connectFields();
    void showFolder();
    void showProgress(const Progress& progress);
    void ended(const QString& sentence);
    void done(const BuildResult& result);
    void setBusy(bool busy);
    [[nodiscard]] QString partialWords() const; // what a stopped or failed build left behind; may be empty

    std::optional<SampleRequest> request_;
    QLineEdit* folder_;
    QPushButton* choose_;
    QCheckBox* whole_;
    QSpinBox* size_;
    QComboBox* audio_;
    QPushButton* build_;
    QPushButton* cancel_;
    QProgressBar* bar_;
    QLabel* state_;
    QElapsedTimer clock_;
    Pace pace_;
    BackgroundWork work_;
};

} // namespace binaurium
