// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/ModelWorker.h"

#include "core/audio/AudioFile.h"
#include "core/audio/AudioRange.h"
#include "core/support/Error.h"

namespace binaurium {

ModelWorker::ModelWorker(Loader loader, QObject* parent) : QObject(parent), loader_(std::move(loader))
{
    inside_.moveToThread(&thread_);
    thread_.setObjectName(QStringLiteral("model"));
    thread_.start();
}

ModelWorker::~ModelWorker()
{
    quitting_ = true;
    thread_.quit();
    thread_.wait();
}

void ModelWorker::run(int number, const std::function<void(HearingModel&)>& work)
{
    stopLoading_ = false;
    QMetaObject::invokeMethod(
        &inside_,
        [this, number, work] {
            if (quitting_)
                return;
            try {
                if (!model_ && stopLoading_)
                    throw interrupted("loading was stopped");
                if (!model_)
                    model_ = loader_([this](const Progress& p) {
                        emit loading(QString::fromStdString(p.detail));
                        return !quitting_ && !stopLoading_;
                    });
                work(*model_);
            } catch (const std::exception& e) {
                emit failed(QString::fromStdString(e.what()), number);
            }
        },
        Qt::QueuedConnection);
}

void ModelWorker::setLoader(Loader loader)
{
    stopLoading_ = true; // what is being loaded is not wanted any more
    QMetaObject::invokeMethod(
        &inside_,
        [this, loader = std::move(loader)] {
            loader_ = loader;
            model_.reset();
        },
        Qt::QueuedConnection);
}

int ModelWorker::localize(std::shared_ptr<const AudioBuffer> audio)
{
    const int number = ++latest_;
    run(number, [this, number, audio = std::move(audio)](HearingModel& model) {
        if (model.slotCount() == 0) // it hears what sounds, not where
            return;
        emit localized(model.localize(*audio, [this](const Progress&) { return !quitting_; }), number);
    });
    return number;
}

int ModelWorker::askFiles(const QStringList& files, const QString& question, const AskOptions& options)
{
    const int number = ++latest_;
    run(number, [this, number, files, question, options](HearingModel& model) {
        for (int i = 0; i < static_cast<int>(files.size()) && !isStopped(number); ++i)
            try {
                const auto audio = std::make_shared<const AudioBuffer>(readAudio(files[i].toStdString()));
                const auto answer = model.ask(*askablePart(audio), question.toStdString(), options,
                                              [&](const std::string&) { return !isStopped(number); });
                if (!answer.stopped)
                    emit fileAnswered(number, i, answer, {});
            } catch (const Error& e) {
                emit fileAnswered(number, i, {}, QString::fromStdString(e.what()));
            }
        emit filesEnded(number);
    });
    return number;
}

int ModelWorker::ask(std::shared_ptr<const AudioBuffer> audio, const QString& question, const AskOptions& options)
{
    const int number = ++latest_;
    run(number, [this, number, audio = std::move(audio), question, options](HearingModel& model) {
        emit answered(model.ask(*audio, question.toStdString(), options, [&](const std::string& piece) {
            emit text(QString::fromStdString(piece));
            return !isStopped(number);
        }));
    });
    return number;
}

int ModelWorker::explain(std::shared_ptr<const AudioBuffer> audio, const ExplainRequest& request)
{
    const int number = ++latest_;
    run(number, [this, number, audio = std::move(audio), request](HearingModel& model) {
        if (model.slotCount() == 0) {
            emit explained({});
            return;
        }
        ExplainRequest all = request;
        // Slots are the model's to know; the rest was chosen by who asked.
        if (!all.occlusions.empty())
            for (int slot = 0; slot < model.slotCount(); ++slot)
                all.occlusions.push_back({Occlusion::Kind::ZeroSlot, 0.0, 0.0, slot});
        try {
            emit explained(model.explain(*audio, all, [&](const OcclusionResult& result) {
                emit occlusionMeasured(result);
                return !isStopped(number);
            }));
        } catch (const Error& e) { // the answer stands all the same
            emit notExplained(QString::fromStdString(e.what()));
        }
    });
    return number;
}

int ModelWorker::judge(std::shared_ptr<const AudioBuffer> audio, const QString& question, const AskOptions& options)
{
    const int number = ++latest_;
    latestJudgement_ = number;
    run(number, [this, number, audio = std::move(audio), question, options](HearingModel& model) {
        if (number != latestJudgement_)
            return;
        AskOptions alone = options;
        alone.likelihoodOnly = true;
        emit judged(number, model.ask(*audio, question.toStdString(), alone));
    });
    return number;
}

int ModelWorker::listenThrough(const QString& file, const TimelineOptions& options)
{
    const int number = ++latest_;
    run(number, [this, number, file, options](HearingModel& model) {
        emit timelineReady(binaurium::listenThrough(
            file.toStdString(), options, [&](const AudioBuffer& window) { return model.localize(window); },
            [&](const Progress& p) {
                emit listened(p.done, p.total);
                return !isStopped(number);
            }));
    });
    return number;
}

std::shared_ptr<const AudioBuffer> askablePart(const std::shared_ptr<const AudioBuffer>& audio)
{
    if (audio->durationS() <= HearingModel::longestQuestionS)
        return audio;
    return std::make_shared<AudioBuffer>(audioRange(*audio, 0.0, HearingModel::longestQuestionS));
}

} // namespace binaurium
