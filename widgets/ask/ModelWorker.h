// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"
#include "core/model/SoundTimeline.h"

#include <QMetaType>
#include <QObject>
#include <QStringList>
#include <QThread>
#include <atomic>
#include <functional>
#include <memory>

namespace binaurium {

// Owns the model in a thread of its own and answers one request after the other. The model is loaded with the first
// request. Signals arrive in the receiver's thread.
class ModelWorker : public QObject
{
    Q_OBJECT

public:
    using Loader = std::function<std::unique_ptr<HearingModel>(const ProgressCallback&)>;
    explicit ModelWorker(Loader loader, QObject* parent = nullptr);
    ~ModelWorker() override;

    // From the next request on the model is made by another loader; an answer that is being made is finished first, a
    // model that is being loaded is given up.
    void setLoader(Loader loader);
    // Every request returns its number, by which failed() names it.
    int localize(std::shared_ptr<const AudioBuffer> audio);
    int ask(std::shared_ptr<const AudioBuffer> audio, const QString& question, const AskOptions& options);
    // The same question about one file after the other; fileAnswered() for each, then filesEnded(). stop() ends it
    // after the file that is being heard.
    int askFiles(const QStringList& files, const QString& question, const AskOptions& options);
    // Looks into an answer; occlusionMeasured() for each, then explained(). stop() ends it after the one that is
    // measured.
    int explain(std::shared_ptr<const AudioBuffer> audio, const ExplainRequest& request);
    // Probabilities of the options alone. The newest wins: one that waits is never begun when a newer one comes.
    int judge(std::shared_ptr<const AudioBuffer> audio, const QString& question, const AskOptions& options);
    // A recording of any length, window by window; stop() ends it with what was heard until then.
    int listenThrough(const QString& file, const TimelineOptions& options);
    // The running answer ends after its next token, marked as stopped; a model that is being loaded is given up.
    void stop()
    {
        stoppedUpTo_ = latest_.load();
        stopLoading_ = true;
    }

signals:
    void loading(const QString& what);
    void localized(const binaurium::Localization& result, int number);
    void text(const QString& piece);
    void answered(const binaurium::Answer& answer);
    void fileAnswered(int number, int index, const binaurium::Answer& answer, const QString& problem);
    void filesEnded(int number);
    void occlusionMeasured(const binaurium::OcclusionResult& result);
    void explained(const binaurium::Explanation& explanation);
    void notExplained(const QString& reason);
    void judged(int number, const binaurium::Answer& answer);
    void listened(qint64 window, qint64 windows);
    void timelineReady(const binaurium::SoundTimeline& timeline);
    void failed(const QString& reason, int number);

private:
    void run(int number, const std::function<void(HearingModel&)>& work);
    [[nodiscard]] bool isStopped(int number) const noexcept { return number <= stoppedUpTo_ || quitting_; }

    Loader loader_;
    QThread thread_;
    QObject inside_;
    std::unique_ptr<HearingModel> model_;
    std::atomic<int> latest_{0};      // number of the newest request
    std::atomic<int> stoppedUpTo_{0}; // requests up to this one are to end
    std::atomic<bool> stopLoading_{false};
    std::atomic<int> latestJudgement_{0};
    std::atomic<bool> quitting_{false};
};

// The first ten seconds: what one prompt holds.
[[nodiscard]] std::shared_ptr<const AudioBuffer> askablePart(const std::shared_ptr<const AudioBuffer>& audio);

} // namespace binaurium

Q_DECLARE_METATYPE(binaurium::Localization)
Q_DECLARE_METATYPE(binaurium::Answer)
Q_DECLARE_METATYPE(binaurium::OcclusionResult)
Q_DECLARE_METATYPE(binaurium::Explanation)
Q_DECLARE_METATYPE(binaurium::SoundTimeline)
