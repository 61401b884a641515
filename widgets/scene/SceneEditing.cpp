// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/SceneEditing.h"

#include "core/audio/AudioFile.h"
#include "core/dataset/Labels.h"
#include "core/scene/SceneValidation.h"
#include "widgets/document/ObjectCommands.h"
#include "widgets/document/SceneClipboard.h"
#include "widgets/document/SceneCommands.h"

#include <QClipboard>
#include <QGuiApplication>

namespace binaurium {

SceneEditing::SceneEditing(SceneDocument& document, Selection& selection, QObject* parent)
    : QObject(parent), document_(document), selection_(selection)
{}

// All or none, as one step, and selected.
void SceneEditing::add(std::vector<Source> sources)
{
    if (sources.empty())
        return;
    const auto first = static_cast<int>(document_.scene().sources.size());
    if (document_.scene().sources.size() + sources.size() > SceneLimits::sourcesMax) {
        emit message(tr("A scene holds at most %n source(s).", nullptr, static_cast<int>(SceneLimits::sourcesMax)));
        return;
    }
    const QString what = sources.size() == 1 ? tr("Add '%1'").arg(QString::fromStdString(sources.front().name))
                                             : tr("Add %n source(s)", nullptr, static_cast<int>(sources.size()));
    document_.undoStack().beginMacro(what);
    std::set<int> added;
    for (Source& source : sources) {
        source.name = document_.freeName(source.name);
        added.insert(static_cast<int>(document_.scene().sources.size()));
        document_.push(new AddSource(document_, std::move(source)));
    }
    document_.undoStack().endMacro();
    selection_.set(std::move(added), first);
}

void SceneEditing::addGenerator(const QString& generator)
{
    Source source;
    source.sound.generator = generator.toStdString();
    source.sound.generatorSeed = document_.scene().sources.size() + 1;
    source.label = findLabel(source.sound.generator) != nullptr ? source.sound.generator : std::string();
    source.name = source.sound.generator;
    source.loop = true;
    const auto& listener = document_.scene().listener;
    source.positionM = insideRoom(document_.scene().room,
                                  listener.positionM + HeadRotation(listener.orientation).toRoom({1.5, 0.5, 0.0}));
    add({source});
}

void SceneEditing::addFiles(const QStringList& files, const Vec3& positionM)
{
    QStringList refused;
    std::vector<Source> sources;
    for (const QString& file : files) {
        if (file.endsWith(QLatin1String(".json"))) {
            emit sceneFileDropped(file);
            continue;
        }
        try {
            (void)readAudioInfo(file.toStdString());
        } catch (const std::exception& e) {
            refused << QString::fromStdString(e.what());
            continue;
        }
        Source source;
        const std::filesystem::path path = file.toStdString();
        source.sound.file = std::filesystem::absolute(path).string();
        source.name = path.stem().string();
        source.positionM = positionM;
        sources.push_back(source);
    }
    add(std::move(sources));
    if (!refused.isEmpty())
        emit message(refused.join(QLatin1Char('\n')));
}

void SceneEditing::replaceSound(int source, const std::filesystem::path& file)
{
    try {
        (void)readAudioInfo(file);
    } catch (const std::exception& e) {
        emit message(QString::fromStdString(e.what()));
        return;
    }
    editObjects(
        document_, tr("Replace sound of %1").arg(nameOf(document_.scene(), {source})), {source},
        [&](Scene& scene, int object) {
            scene.sources[static_cast<std::size_t>(object)].sound = {std::filesystem::absolute(file).string(), {}, 0};
        });
}

void SceneEditing::addText(const std::string& text, const Vec3& positionM)
{
    addText(text, [&](const Vec3&) { return positionM; });
}

void SceneEditing::addText(const std::string& text, const Place& place)
{
    try {
        Scene placed = document_.scene();
        placed.sources = sourcesFromText(text);
        if (placed.sources.empty())
            return;
        const Vec3 copied = startOf(placed, 0);
        const Vec3 delta = place(copied) - copied;
        for (int i = 0; i < static_cast<int>(placed.sources.size()); ++i) {
            translateObject(placed, i, delta);
            putInside(placed, i);
        }
        add(std::move(placed.sources));
    } catch (const std::exception& e) {
        emit message(tr("These are no sources: %1").arg(QString::fromStdString(e.what())));
    }
}

std::vector<Source> SceneEditing::selected() const
{
    std::vector<Source> sources;
    for (const int object : selection_.sources())
        sources.push_back(document_.scene().sources[static_cast<std::size_t>(object)]);
    return sources;
}

void SceneEditing::copy() const
{
    if (const auto sources = selected(); !sources.empty())
        QGuiApplication::clipboard()->setText(QString::fromStdString(sourcesToText(sources, document_.folder())));
}

void SceneEditing::cut()
{
    copy();
    deleteSelected();
}

void SceneEditing::paste()
{
    addText(QGuiApplication::clipboard()->text().toStdString(), [this](const Vec3& copied) {
        const auto pointed = pastePlace_ ? pastePlace_(copied) : std::nullopt;
        return pointed.value_or(copied + Vec3{pasteStepM_, -pasteStepM_, 0.0});
    });
}

void SceneEditing::duplicate()
{
    if (const auto sources = selected(); !sources.empty())
        addText(sourcesToText(sources, document_.folder()), [this](const Vec3& copied) {
            return copied + Vec3{pasteStepM_, -pasteStepM_, 0.0};
        });
}

void SceneEditing::deleteSelected()
{
    const auto sources = selection_.sources();
    if (sources.empty()) {
        emit message(tr("The listener cannot be deleted; select a source first."));
        return;
    }
    document_.undoStack().beginMacro(tr("Delete %1").arg(nameOf(document_.scene(), sources)));
    for (auto object = sources.rbegin(); object != sources.rend(); ++object)
        document_.push(new RemoveSource(document_, *object));
    document_.undoStack().endMacro();
}

} // namespace binaurium
