// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/Settings.h"
#include "widgets/ask/ModelWorker.h"
#include "widgets/audition/AudioOutput.h"
#include "widgets/document/SceneDocument.h"

#include <QMainWindow>

class QLabel;
class QTabWidget;

namespace binaurium {

struct RenderResult;

class AskTab;
class BenchmarkTab;
class DatasetPage;
class SceneFiles;
class SceneTab;
class TrainingTab;

// The workbench: four tabs over one scene document.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    // The loader makes the model when it is first needed; each page that plays gets an output.
    using MakeOutput = std::function<std::unique_ptr<AudioOutput>()>;
    MainWindow(ModelWorker::Loader loader, const MakeOutput& makeOutput, QWidget* parent = nullptr);

    ~MainWindow() override;
    // A scene, a recording or a training run, by what it is. False, with a message shown, when it is none of them.
    bool openPath(const std::filesystem::path& path);
    void openExample(const QString& name);
    // Asks about scenes that an earlier run left unsaved.
    void offerRecovery();
    [[nodiscard]] SceneFiles& files() { return *files_; }
    void showTab(const QString& id); // "scene", "ask", "training", "dataset" (a page of training), "benchmark"
    [[nodiscard]] SceneDocument& document() { return document_; }
    [[nodiscard]] SceneTab& sceneTab() { return *scene_; }
    [[nodiscard]] AskTab& askTab() { return *ask_; }
    [[nodiscard]] TrainingTab& trainingTab() { return *training_; }
    [[nodiscard]] DatasetPage& datasetPage() { return *dataset_; }
    [[nodiscard]] QTabWidget& trainingPages() { return *trainingPages_; }
    [[nodiscard]] QTabWidget& tabs() { return *tabs_; }
    // The command line that renders the open scene.
    [[nodiscard]] QString renderCommand() const;
    [[nodiscard]] QString lastMessage() const { return lastMessage_; }

protected:
    void closeEvent(QCloseEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeFileMenu();
    void makeEditMenu();
    void makeViewMenu();
    void makeHelpMenu();
    void connectTabs();
    void connectTraining();
    void connectDataset();
    [[nodiscard]] bool mayStopBuilding();
    void exportAudio();
    void writeExport(const RenderResult& rendered);
    void updateTitle();
    void showMessage(const QString& text);
    void showHelp();

    SceneDocument document_;
    QString exportFile_; // wanted, while the scene is being rendered for it
    Settings settings_;
    QTabWidget* tabs_;
    SceneTab* scene_;
    AskTab* ask_;
    QTabWidget* trainingPages_; // runs and data sets
    BenchmarkTab* benchmark_;
    TrainingTab* training_;
    QLabel* trainingBadge_; // in the status bar
    DatasetPage* dataset_;
    SceneFiles* files_;
    QString lastMessage_;
};

} // namespace binaurium
