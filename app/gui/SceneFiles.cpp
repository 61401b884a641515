// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/SceneFiles.h"

#include "core/support/DataPaths.h"
#include "widgets/controls/MessageBar.h"
#include "widgets/document/SoundFiles.h"
#include "widgets/scene/SceneTab.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QStandardPaths>
#include <algorithm>

namespace binaurium {
namespace {

const QString sceneEnding = QStringLiteral(".scene.json");

QString text(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

} // namespace

SceneFiles::SceneFiles(SceneDocument& document, SceneTab& tab, QWidget* window)
    : QObject(window), document_(document), tab_(tab), window_(window), autosave_(document, stateFolder() / "autosave"),
      guard_(document)
{
    connect(&autosave_, &Autosave::failed, this, &SceneFiles::message);
    connect(
        &guard_, &SceneFileGuard::openElsewhere, this,
        [this](const QString& who) {
            tab_.messageBar().say(
                QStringLiteral("lock"),
                tr("'%1' is open in %2 as well. Whoever saves last wins.").arg(document_.displayName(), who),
                {{tr("Save a copy…"), [this] { saveAs(); }}});
        },
        Qt::QueuedConnection); // after what was said of the file before is withdrawn
    connect(&guard_, &SceneFileGuard::changedOnDisk, this, &SceneFiles::tellChangedOnDisk);
    connect(&document_, &SceneDocument::fileChanged, this, [this] {
        tab_.messageBar().withdraw(QStringLiteral("disk"));
        tab_.messageBar().withdraw(QStringLiteral("lock"));
    });
    connect(&document_, &SceneDocument::changed, this, [this](const SceneChange& change) {
        if (!change.more)
            tellMissing();
    });
}

void SceneFiles::tellChangedOnDisk()
{
    tab_.messageBar().say(QStringLiteral("disk"),
                          tr("Another program has changed '%1' on disk.").arg(document_.displayName()),
                          {{tr("Reload"),
                            [this] {
                                if (mayClose())
                                    open(document_.path());
                            }},
                           {tr("Save a copy…"), [this] { saveAs(); }}});
}

void SceneFiles::tellMissing()
{
    std::vector<std::string> files{document_.folder().string()};
    for (const Source& source : document_.scene().sources)
        if (!source.sound.file.empty())
            files.push_back(source.sound.file);
    if (files == looked_)
        return;
    looked_ = std::move(files);
    const auto missing = sourcesWithoutSound(document_);
    std::set<std::string> names;
    for (const int source : missing)
        names.insert(document_.scene().sources[static_cast<std::size_t>(source)].sound.file);
    tab_.options().setMissingFiles(names);
    if (missing.empty()) {
        tab_.messageBar().withdraw(QStringLiteral("sounds"));
        return;
    }
    tab_.messageBar().say(QStringLiteral("sounds"),
                          tr("%n sound(s) are not where the scene says, the first is '%1'; they stay silent.", nullptr,
                             static_cast<int>(missing.size()))
                              .arg(QString::fromStdString(*names.begin())),
                          {{tr("Locate…"), [this] { locateSounds(); }}});
}

void SceneFiles::locateSounds()
{
    const auto missing = sourcesWithoutSound(document_);
    if (missing.empty())
        return;
    const auto& source = document_.scene().sources[static_cast<std::size_t>(missing.front())];
    const auto name = QString::fromStdString(std::filesystem::path(source.sound.file).filename().string());
    const auto file = QFileDialog::getOpenFileName(window_, tr("Where is '%1'?").arg(name), text(document_.folder()),
                                                   tr("Audio (*.wav *.flac *.ogg *.mp3 *.opus)"));
    if (file.isEmpty()) {
        looked_.clear();
        tellMissing();
        return;
    }
    const int repaired = repairSounds(document_, missing.front(), file.toStdString());
    emit message(tr("%n sound(s) located", nullptr, repaired));
}

void SceneFiles::collectSounds()
{
    if (document_.path().empty() && !saveAs())
        return;
    try {
        const int count = binaurium::collectSounds(document_);
        emit message(tr("%n sound(s) copied beside the scene", nullptr, count));
    } catch (const std::exception& e) {
        emit message(QString::fromStdString(e.what()));
    }
}

bool SceneFiles::open(const std::filesystem::path& path)
{
    QString error;
    if (!document_.load(path, &error)) {
        emit message(error);
        return false;
    }
    saved_ = QFileInfo(text(path)).lastModified();
    settings_.addRecentFile(text(std::filesystem::absolute(path)));
    return true;
}

void SceneFiles::openExample(const QString& name)
{
    QString error;
    const auto path = findData(std::filesystem::path("scenes") / name.toStdString());
    saved_ = {};
    if (path.empty() || !document_.loadAsTemplate(path, &error))
        emit message(path.empty() ? tr("The example '%1' is not installed.").arg(name) : error);
}

void SceneFiles::newScene()
{
    if (!mayClose())
        return;
    saved_ = {};
    document_.reset();
}

bool SceneFiles::openUnsaved(const Scene& scene)
{
    if (!mayClose())
        return false;
    saved_ = {};
    document_.restore(scene, {}, {});
    return true;
}

void SceneFiles::openDialog()
{
    const auto file = QFileDialog::getOpenFileName(
        window_, tr("Open"), {}, tr("Scenes and audio (*.scene.json *.json *.wav *.flac *.ogg *.mp3 *.opus)"));
    if (!file.isEmpty())
        emit openWanted(file);
}

bool SceneFiles::saveTo(const std::filesystem::path& path)
{
    QString error;
    const bool saved = document_.save(path, &error);
    if (saved) {
        saved_ = QDateTime::currentDateTime();
        settings_.addRecentFile(text(std::filesystem::absolute(path)));
    }
    emit message(saved ? tr("Saved %1").arg(document_.displayName()) : error);
    return saved;
}

bool SceneFiles::save()
{
    if (document_.path().empty())
        return saveAs();
    if (guard_.changedOutside()) {
        QMessageBox box(QMessageBox::Warning, tr("Replace the file?"),
                        tr("Another program has changed '%1' since it was opened here. Saving replaces what it wrote.")
                            .arg(document_.displayName()),
                        QMessageBox::NoButton, window_);
        auto* replace = box.addButton(tr("Replace"), QMessageBox::DestructiveRole);
        auto* copy = box.addButton(tr("Save a copy…"), QMessageBox::AcceptRole);
        box.setDefaultButton(box.addButton(QMessageBox::Cancel));
        box.exec();
        if (box.clickedButton() == copy)
            return saveAs();
        if (box.clickedButton() != replace)
            return false;
    }
    return saveTo(document_.path());
}

bool SceneFiles::saveAs()
{
    // An example that became a scene of the user's does not belong to the examples.
    const QString start = document_.path().empty() ? QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation)
                                                   : text(document_.folder());
    auto file = QFileDialog::getSaveFileName(window_, tr("Save scene"), start, tr("Scenes (*.scene.json)"));
    if (file.isEmpty())
        return false;
    if (!file.endsWith(QLatin1String(".json"))) {
        file += sceneEnding; // the dialog asked about another name
        if (QFileInfo::exists(file) &&
            QMessageBox::question(window_, tr("Replace the file?"),
                                  tr("'%1' exists already.").arg(QFileInfo(file).fileName()),
                                  QMessageBox::Yes | QMessageBox::Cancel, QMessageBox::Cancel) != QMessageBox::Yes)
            return false;
    }
    return saveTo(file.toStdString());
}

bool SceneFiles::mayClose()
{
    if (document_.undoStack().isClean())
        return true;
    const QString since = saved_.isValid()
                              ? tr("It was last saved at %1.").arg(QLocale().toString(saved_, QLocale::ShortFormat))
                              : tr("It was never saved.");
    QMessageBox box(QMessageBox::Question, tr("Save the scene?"),
                    tr("The scene '%1' has changes that are not saved. %2").arg(document_.displayName(), since),
                    QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, window_);
    box.setDefaultButton(QMessageBox::Save);
    box.setEscapeButton(QMessageBox::Cancel);
    switch (box.exec()) {
    case QMessageBox::Save:
        return save();
    case QMessageBox::Discard:
        return true;
    default:
        return false;
    }
}

void SceneFiles::fillRecent(QMenu* menu)
{
    menu->clear();
    for (const QString& path : settings_.recentFiles()) {
        auto* action = menu->addAction(QFileInfo(path).fileName(), this, [this, path] { emit openWanted(path); });
        action->setToolTip(path);
        action->setEnabled(QFileInfo::exists(path));
    }
    menu->addSeparator();
    menu->addAction(tr("&Clear"), this, [this] { settings_.clearRecentFiles(); });
}

void SceneFiles::fillExamples(QMenu* menu)
{
    std::error_code code;
    std::set<QString> names; // in their order
    for (const auto& entry : std::filesystem::directory_iterator(findData("scenes"), code))
        names.insert(text(entry.path().filename()));
    for (const QString& name : names)
        if (name.endsWith(sceneEnding))
            menu->addAction(name.chopped(sceneEnding.size()), this, [this, name] {
                if (mayClose())
                    openExample(name);
            });
}

void SceneFiles::offerRecovery()
{
    for (const LostScene& lost : Autosave::lostIn(stateFolder() / "autosave")) {
        QMessageBox box(QMessageBox::Question, tr("Recover a scene?"),
                        tr("The program ended at %1 without saving '%2'.")
                            .arg(QLocale().toString(lost.time.toLocalTime(), QLocale::ShortFormat), lost.name()),
                        QMessageBox::NoButton, window_);
        box.setInformativeText(lost.path.empty() ? tr("It had no file yet.") : text(lost.path));
        auto* recover = box.addButton(tr("Recover"), QMessageBox::AcceptRole);
        auto* discard = box.addButton(tr("Discard"), QMessageBox::DestructiveRole);
        auto* later = box.addButton(tr("Ask later"), QMessageBox::RejectRole);
        box.setDefaultButton(recover);
        box.setEscapeButton(later);
        box.exec();
        if (box.clickedButton() == discard)
            Autosave::discard(lost);
        if (box.clickedButton() == recover) {
            saved_ = {};
            autosave_.recover(lost);
            return; // one scene is open at a time; others are asked about at the next start
        }
    }
}

} // namespace binaurium
