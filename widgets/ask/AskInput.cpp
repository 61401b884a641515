// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/AskInput.h"

#include "core/audio/AudioFile.h"
#include "core/audio/AudioRange.h"
#include "core/model/SoundTimeline.h"

#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

QStringList sentences(const std::vector<ListeningConcern>& concerns)
{
    QStringList list;
    for (const auto concern : concerns)
        list << QString::fromStdString(sentence(concern));
    return list;
}

} // namespace

AskInput::AskInput(QObject* parent) : QObject(parent)
{
    connect(&work_, &BackgroundWork::failed, this, [this](const QString& reason) {
        if (isUnread())
            useScene(); // there is nothing to ask about
        emit failed(reason);
    });
}

void AskInput::take(Kind kind, std::shared_ptr<const AudioBuffer> audio, double durationS)
{
    kind_ = kind;
    audio_ = std::move(audio);
    durationS_ = durationS;
    // Said first, before anybody loads a model.
    emit doubted(audio_ ? sentences(listeningConcerns(*audio_)) : QStringList());
    emit changed();
    emit glanced(nullptr);
    glance();
}

void AskInput::useScene()
{
    file_.clear();
    take(Kind::Scene, nullptr, 0.0);
}

void AskInput::setSceneAudio(std::shared_ptr<const AudioBuffer> audio)
{
    if (!isScene() || audio == audio_)
        return;
    const double durationS = audio ? audio->durationS() : 0.0;
    take(Kind::Scene, std::move(audio), durationS);
}

void AskInput::useFile(const std::filesystem::path& path)
{
    const auto info = readAudioInfo(path);
    if (const auto why = whyNotTwoEars(info.channels); !why.empty())
        throw badInput(path.filename().string(), why);
    const double durationS = static_cast<double>(info.frames) / info.rateHz;
    file_ = path;
    take(Kind::File, nullptr, durationS);
}

void AskInput::read()
{
    work_.start([this, file = file_](const BackgroundWork::Context& context) {
        const auto audio = std::make_shared<const AudioBuffer>(readAudio(file));
        context.deliver([this, file, audio, doubts = sentences(listeningConcerns(*audio))] {
            if (!isUnread() || file_ != file)
                return; // something else is asked about meanwhile
            audio_ = audio;
            emit doubted(doubts);
            emit soundReady();
        });
        const auto overview = std::make_shared<const SoundOverview>(soundOverview(*audio));
        context.deliver([this, audio, overview] {
            if (audio_ == audio)
                emit glanced(overview);
        });
    });
}

void AskInput::useRecorded(std::shared_ptr<const AudioBuffer> audio)
{
    file_.clear();
    const double durationS = audio->durationS();
    take(Kind::Recorded, std::move(audio), durationS);
}

void AskInput::glance()
{
    if (isScene() && !audio_) {
        work_.cancel();
        return;
    }
    if (isUnread()) {
        read();
        return;
    }
    work_.start([this, audio = audio_, file = file_](const BackgroundWork::Context& context) {
        if (audio) {
            auto overview = std::make_shared<const SoundOverview>(soundOverview(*audio));
            context.deliver([this, overview] { emit glanced(overview); });
            return;
        }
        auto found = glanceAt(file, context.progress);
        auto overview = std::make_shared<const SoundOverview>(std::move(found.overview));
        context.deliver([this, overview, doubts = sentences(found.concerns)] {
            emit doubted(doubts);
            emit glanced(overview);
        });
    });
}

QString AskInput::words() const
{
    switch (kind_) {
    case Kind::Scene:
        return tr("Input: the open scene");
    case Kind::File:
        return tr("Input: %1 (%2 s)")
            .arg(QString::fromStdString(file_.filename().string()), QString::number(durationS_, 'f', 1));
    case Kind::Recorded:
        return tr("Input: what was recorded (%1 s)").arg(durationS_, 0, 'f', 1);
    }
    return {};
}

AskInput::Range AskInput::asked(const std::optional<Range>& chosen) const
{
    const Range range = chosen.value_or(Range{0.0, durationS_});
    return {range.first, std::min(range.second, range.first + HearingModel::longestQuestionS)};
}

std::shared_ptr<const AudioBuffer> AskInput::part(const Range& range) const
{
    if (audio_ && range.first <= 0.0 && range.second >= durationS_)
        return audio_;
    if (audio_)
        return std::make_shared<const AudioBuffer>(audioRange(*audio_, range.first, range.second));
    const auto info = readAudioInfo(file_);
    const auto frames = [&](double s) { return std::llround(s * info.rateHz); };
    return std::make_shared<const AudioBuffer>(
        readAudio(file_, frames(range.first), std::max<long long>(1, frames(range.second - range.first))));
}

} // namespace binaurium
