// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/Autosave.h"

#include "core/scene/SceneFile.h"
#include "core/support/AtomicFile.h"

#include <QUuid>
#include <algorithm>

namespace binaurium {
namespace {

constexpr auto autosaveFormat = "binaurium-autosave";
constexpr auto ending = ".autosave.json";
constexpr std::uintmax_t limit = 32ULL << 20;

QString lockOf(const std::filesystem::path& autosave)
{
    return QString::fromStdString(autosave.string() + ".lock");
}

std::unique_ptr<QLockFile> makeLock(const std::filesystem::path& autosave)
{
    auto lock = std::make_unique<QLockFile>(lockOf(autosave));
    lock->setStaleLockTime(0); // only the end of the program frees it, however long it runs
    return lock;
}

} // namespace

QString LostScene::name() const
{
    return path.empty() ? Autosave::tr("Untitled") : QString::fromStdString(path.filename().string());
}

Autosave::Autosave(SceneDocument& document, std::filesystem::path folder, QObject* parent)
    : QObject(parent), document_(document),
      file_(std::move(folder) / (QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString() + ending))
{
    timer_.setInterval(intervalMs);
    connect(&timer_, &QTimer::timeout, this, &Autosave::saveNow);
    timer_.start();
    connect(&document_, &SceneDocument::changed, this, [this] { changed_ = true; });
    connect(&document_.undoStack(), &QUndoStack::cleanChanged, this, [this](bool clean) {
        if (clean)
            removeFile();
    });
}

Autosave::~Autosave()
{
    removeFile();
}

void Autosave::removeFile()
{
    if (!lock_)
        return;
    std::error_code code;
    std::filesystem::remove(file_, code);
    lock_.reset(); // and its file
}

void Autosave::saveNow()
{
    if (document_.undoStack().isClean() || !changed_)
        return;
    try {
        std::filesystem::create_directories(file_.parent_path());
        if (!lock_) {
            lock_ = makeLock(file_);
            if (!lock_->tryLock(0))
                lock_.reset();
        }
        Json json;
        json["format"] = autosaveFormat;
        json["version"] = 1;
        json["path"] = document_.path().string();
        json["folder"] = document_.folder().string();
        json["time"] = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
        json["scene"] = sceneToJson(document_.scene());
        writeFileAtomically(file_, json.dump(1) + "\n");
        changed_ = failed_ = false;
    } catch (const std::exception& e) {
        if (!std::exchange(failed_, true))
            emit failed(tr("The scene could not be saved automatically: %1").arg(QString::fromStdString(e.what())));
    }
}

std::vector<LostScene> Autosave::lostIn(const std::filesystem::path& folder)
{
    std::vector<LostScene> lost;
    std::error_code code;
    for (const auto& entry : std::filesystem::directory_iterator(folder, code)) {
        if (!entry.path().filename().string().ends_with(ending))
            continue;
        if (const auto lock = makeLock(entry.path()); !lock->tryLock(0))
            continue; // its program still runs
        try {
            const auto name = entry.path().string();
            const Json json = parseJson(readFile(entry.path(), limit), name);
            const JsonObject document(json, name);
            checkFormat(document, autosaveFormat, 1);
            lost.push_back({entry.path(), document.string("path"), document.string("folder"),
                            QDateTime::fromString(QString::fromStdString(document.string("time")), Qt::ISODate),
                            unfinishedSceneFromJson(document.object("scene").value(), name)});
        } catch (const std::exception&) {
            // Kept: it may be of a newer version.
        }
    }
    std::sort(lost.begin(), lost.end(), [](const LostScene& a, const LostScene& b) { return a.time > b.time; });
    return lost;
}

void Autosave::recover(const LostScene& lost)
{
    document_.restore(lost.scene, lost.path, lost.folder);
    changed_ = true;
    saveNow();
    if (!changed_) // it is safe in our own file now
        discard(lost);
}

void Autosave::discard(const LostScene& lost)
{
    std::error_code code;
    std::filesystem::remove(lost.autosave, code);
    std::filesystem::remove(lockOf(lost.autosave).toStdString(), code);
}

} // namespace binaurium
