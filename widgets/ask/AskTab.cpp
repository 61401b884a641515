// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/AskTab.h"

#include "widgets/ask/AttentionView.h"
#include "widgets/ask/BatchDialog.h"
#include "widgets/ask/CausePanel.h"
#include "widgets/ask/HearingViews.h"
#include "widgets/ask/HistoryPanel.h"
#include "widgets/ask/InputPanel.h"
#include "widgets/ask/ModelBar.h"
#include "widgets/ask/QuestionPanel.h"
#include "widgets/ask/RecordDialog.h"
#include "widgets/ask/SamplingBar.h"
#include "widgets/ask/WhatIfPanel.h"
#include "widgets/ask/WhereView.h"
#include "widgets/controls/Confirm.h"
#include "widgets/plot/AzimuthPlot.h"
#include "widgets/plot/SoundView.h"

#include <QCheckBox>
#include <QDateTime>
#include <QDoubleSpinBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QLabel>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>
#include <utility>

namespace binaurium {
AskTab::AskTab(SceneDocument& document, ModelWorker::Loader loader, QWidget* parent, SpeechDevices speech)
    : QWidget(parent), document_(document), worker_(loader)
{
    setAcceptDrops(true);
    auto* whole = new QSplitter(Qt::Horizontal, this);
    auto* left = new QWidget(whole);
    auto* right = new QWidget(whole);
    speech_ = new SpeechBar(std::move(speech), left);
    buildQuestionSide(left);
    buildViewSide(right);
    whole->setStretchFactor(0, 2);
    whole->setStretchFactor(1, 3);
    whole->setChildrenCollapsible(false);
    (new QVBoxLayout(this))->addWidget(whole);

    if (!loader)
        worker_.setLoader(loaderOfModel());
    connectWorker();
    connectInput();
    input_.useScene();
}

void AskTab::connectWorker()
{
    connect(&worker_, &ModelWorker::loading, this, [this](const QString& what) {
        panel_->setStatus(what.isEmpty() ? QString() : tr("loading the model: %1").arg(what));
    });
    connect(&worker_, &ModelWorker::text, panel_, &QuestionPanel::addText);
    connect(&worker_, &ModelWorker::answered, this, &AskTab::showAnswer);
    connect(&worker_, &ModelWorker::localized, this, &AskTab::showLocalization);
    connect(&worker_, &ModelWorker::timelineReady, this, &AskTab::showTimeline);
    connect(&worker_, &ModelWorker::listened, this, [this](qint64 window, qint64 windows) {
        panel_->setStatus(tr("window %1 of %2").arg(window + 1).arg(windows));
    });
    connect(&worker_, &ModelWorker::occlusionMeasured, this,
            [this](const OcclusionResult& result) { views_->causes().add(result); });
    connect(&worker_, &ModelWorker::explained, this, [this](const Explanation& explanation) {
        if (!isOfInput_)
            return;
        if (explanation.attention.empty())
            views_->causes().setBusy(false);
        else
            views_->attention().setRecord(explanation.attention, views_->sound().durationS(), sentRange_.first);
    });
    connect(&worker_, &ModelWorker::notExplained, this, [this](const QString& reason) {
        views_->causes().clear(false);
        emit message(reason);
    });
    connect(&worker_, &ModelWorker::failed, this, [this](const QString& reason, int number) {
        if (number == awaited_)
            setBusy(false, tr("not answered"));
        if (number == explaining_)
            views_->causes().clear(false);
        emit message(reason);
    });
}

void AskTab::connectInput()
{
    connect(&input_, &AskInput::changed, this, [this] {
        if (std::exchange(sendWhenReady_, false)) // what it waited for does not come any more
            setBusy(false, tr("not answered"));
        showExamples();
        heard_.reset();
        localizing_ = 0;
        isOfInput_ = false;
        views_->where().clear(input_.durationS());
        views_->attention().setRecord({}, input_.durationS());
        views_->causes().clear(false);
        hear();
    });
    connect(&input_, &AskInput::glanced, this, [this](const std::shared_ptr<const SoundOverview>& overview) {
        views_->sound().setSound(overview);
        if (overview && wanted_)
            views_->sound().setRange(std::exchange(wanted_, {}));
    });
    connect(&input_, &AskInput::soundReady, this, [this] {
        hear();
        if (sendWhenReady_)
            send();
    });
    connect(&input_, &AskInput::failed, this, [this](const QString& reason) {
        if (std::exchange(sendWhenReady_, false))
            setBusy(false, tr("not answered"));
        emit message(reason);
    });
    connect(&views_->sound(), &SoundView::rangeChanged, this, [this] {
        const auto& chosen = views_->sound().range();
        const auto asked = input_.asked(chosen);
        range_->setVisible(chosen || input_.isLong());
        range_->setText(tr("Asked about: %1 to %2 s").arg(asked.first, 0, 'f', 1).arg(asked.second, 0, 'f', 1));
    });
    connect(&document_, &SceneDocument::changed, this, [this](const SceneChange& change) {
        if (change.more)
            return;
        if (input_.isScene() && input_.audio())
            input_.useScene();
        showExamples();
    });
    connect(inputPanel_, &InputPanel::openWanted, this, [this](const QString& file) { openAudio(file.toStdString()); });
    connect(inputPanel_, &InputPanel::sceneWanted, &input_, &AskInput::useScene);
    connect(inputPanel_, &InputPanel::recordWanted, this, [this] { record()->open(); });
    connect(inputPanel_, &InputPanel::timelineWanted, this, &AskTab::detectSources);
    connect(&views_->causes(), &CausePanel::testWanted, this, &AskTab::testCauses);
    connect(&views_->causes(), &CausePanel::stopWanted, this, [this] { worker_.stop(); });
    connect(&views_->causes(), &CausePanel::rangeWanted, this, [this](double fromS, double toS) {
        views_->sound().setRange(SoundView::Range(sentRange_.first + fromS, sentRange_.first + toS));
    });
    connect(whatIf_, &WhatIfPanel::message, this, &AskTab::message);
    connect(whatIf_, &WhatIfPanel::questionWanted, this, [this] {
        if (const auto options = panel_->askOptions())
            whatIf_->setQuestion(panel_->text(), *options);
    });
}

void AskTab::buildQuestionSide(QWidget* side)
{
    inputPanel_ = new InputPanel(input_, document_, side);
    model_ = new ModelBar(side);
    connect(model_, &ModelBar::chosen, this, &AskTab::useModel);
    connect(model_, &ModelBar::message, this, &AskTab::message);
    range_ = new QLabel(side);
    range_->hide();
    panel_ = new QuestionPanel(side);
    connect(panel_, &QuestionPanel::askWanted, this, &AskTab::ask);
    connect(panel_, &QuestionPanel::stopWanted, this, &AskTab::stop);
    connect(panel_, &QuestionPanel::regenerateWanted, this, &AskTab::regenerate);
    connect(panel_, &QuestionPanel::message, this, &AskTab::message);
    connect(panel_, &QuestionPanel::folderWanted, this, [this] {
        const auto folder = QFileDialog::getExistingDirectory(this, tr("Ask about a folder"));
        if (BatchDialog* dialog = folder.isEmpty() ? nullptr : askFolder(folder)) {
            dialog->show();
            dialog->start();
        }
    });
    connect(speech_, &SpeechBar::message, this, &AskTab::message);
    connect(speech_, &SpeechBar::questionSpoken, this, [this](const QString& text) {
        panel_->question().setPlainText(text);
        panel_->question().setFocus();
    });
    history_ = new HistoryPanel(side);
    connect(history_, &HistoryPanel::askAgainWanted, this, &AskTab::askAgain);
    connect(history_, &HistoryPanel::message, this, &AskTab::message);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(model_);
    column->addWidget(inputPanel_);
    column->addWidget(range_);
    column->addWidget(speech_);
    column->addWidget(panel_, 3);
    column->addWidget(history_, 2);
}

void AskTab::buildViewSide(QWidget* side)
{
    views_ = new HearingViews(side);
    whatIf_ = new WhatIfPanel(document_, worker_, side);
    views_->addPage(whatIf_, tr("What if"));
    auto* exportButton = new QPushButton(tr("E&xport view…"), side);
    exportButton->setAccessibleName(tr("Export view"));
    connect(exportButton, &QPushButton::clicked, this, &AskTab::exportView);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(views_, 1);
    column->addWidget(exportButton, 0, Qt::AlignRight);
}

bool AskTab::openAudio(const std::filesystem::path& path)
{
    wanted_.reset();
    try {
        input_.useFile(path);
        return true;
    } catch (const std::exception& e) {
        emit message(QString::fromStdString(e.what()));
        return false;
    }
}

// Who is where in all of it, unless it is too long. A scene is heard when it is asked about.
void AskTab::hear()
{
    if (input_.isScene() || !input_.audio() || heard_ == input_.audio())
        return;
    heard_ = input_.audio();
    localizing_ = worker_.localize(heard_);
}

RecordDialog* AskTab::record(std::unique_ptr<Microphone> microphone)
{
    auto* dialog = new RecordDialog(std::move(microphone), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RecordDialog::recorded, this,
            [this](const std::shared_ptr<const AudioBuffer>& audio, bool thenAsk) {
                wanted_.reset();
                input_.useRecorded(audio);
                if (thenAsk)
                    ask();
            });
    return dialog;
}

void AskTab::detectSources()
{
    if (input_.kind() != AskInput::Kind::File)
        return;
    setBusy(true, tr("listening…"));
    awaited_ = worker_.listenThrough(QString::fromStdString(input_.file().string()), {});
}

void AskTab::setModel(const std::filesystem::path& folder)
{
    if (model_->setModel(folder))
        useModel();
}

ModelWorker::Loader AskTab::loaderOfModel() const
{
    ModelOptions options;
    options.model = model_->folder();
    options.device = model_->device();
    return [options](const ProgressCallback& progress) { return HearingModel::load(options, progress); };
}

void AskTab::useModel()
{
    worker_.setLoader(loaderOfModel());
    const auto words = tr("Answers come from the model %1.").arg(model_->models().currentText());
    panel_->setStatus(words);
    emit message(words);
    heard_.reset(); // the next question hears the sound anew
    views_->where().clear(input_.durationS());
}

void AskTab::setSceneAudio(std::shared_ptr<const AudioBuffer> audio)
{
    // What a question waits for is no change that would end its waiting.
    const bool waits = input_.isScene() && audio && std::exchange(sendWhenReady_, false);
    input_.setSceneAudio(std::move(audio));
    if (waits)
        send();
}

void AskTab::ask()
{
    expectedHash_.clear();
    if (panel_->text().isEmpty()) {
        panel_->question().setFocus();
        return;
    }
    sendWhenReady_ = true;
    setBusy(true, input_.isScene() ? tr("rendering the scene…") : tr("reading the sound…"));
    if (input_.audio() || input_.isLong())
        send();
    else if (input_.isScene())
        emit sceneAudioWanted();
}

void AskTab::send()
{
    sendWhenReady_ = false;
    const QString text = panel_->text();
    const auto options = panel_->askOptions();
    if (!options) {
        setBusy(false, {});
        return;
    }
    sentRange_ = input_.asked(wanted_ ? wanted_ : views_->sound().range());
    try {
        sentAudio_ = input_.part(sentRange_);
        const auto visible = QString::fromStdString(inputPanel_->visible());
        sentEntry_ = entryToSend(visible.isEmpty() ? text : visible + QLatin1Char(' ') + text, *options);
    } catch (const std::exception& e) {
        setBusy(false, tr("not answered"));
        emit message(QString::fromStdString(e.what()));
        return;
    }
    panel_->begin();
    views_->causes().clear(false);
    setBusy(true, tr("listening…"));
    if (input_.audio() && heard_ != input_.audio()) {
        heard_ = input_.audio();
        localizing_ = worker_.localize(heard_);
    }
    isOfInput_ = true;
    awaited_ = worker_.ask(sentAudio_, QString::fromStdString(sentEntry_.question), *options);
}

// Where the model looked in the answer that just came.
void AskTab::explain(const Answer& answer)
{
    explained_ = {};
    explained_.question = sentEntry_.question;
    explained_.answer = answer.answer;
    explained_.ask = sentEntry_.options;
    views_->causes().clear(!answer.answer.empty());
    if (!answer.answer.empty())
        explaining_ = worker_.explain(sentAudio_, explained_);
}

// Equal parts muted, the chosen range muted, and what changes all of it; the worker adds the model's slots.
void AskTab::testCauses()
{
    constexpr int parts = 5;
    auto request = explained_;
    request.wantAttention = false;
    request.occlusions = usualOcclusions(sentAudio_->durationS(), parts, 0);
    if (const auto& chosen = views_->sound().range()) {
        const double fromS = std::max(0.0, chosen->first - sentRange_.first);
        const double toS = std::min(sentAudio_->durationS(), chosen->second - sentRange_.first);
        if (toS > fromS)
            request.occlusions.insert(request.occlusions.begin(), {Occlusion::Kind::MuteRange, fromS, toS, 0});
    }
    views_->causes().clear(true);
    views_->causes().setBusy(true);
    explaining_ = worker_.explain(sentAudio_, request);
}

void AskTab::regenerate()
{
    constexpr double drawn = 0.8; // the likeliest words are the same with every seed
    auto& sampling = panel_->sampling();
    sampling.setSeed(sampling.seed() + 1);
    if (sampling.temperature().value() == 0.0)
        sampling.temperature().setValue(drawn);
    sampling.foldButton().setChecked(true);
    ask();
}

void AskTab::askAgain(const AskEntry& entry)
{
    if (!panel_->askButton().isEnabled())
        return;
    if (entry.ofScene && !input_.isScene())
        input_.useScene();
    else if (!entry.ofScene && !openAudio(entry.input))
        return;
    inputPanel_->visibleBox().setChecked(false); // the question says already what was visible
    views_->sound().setRange({});
    if (entry.toS > 0.0)
        wanted_ = AskInput::Range(entry.fromS, entry.toS);
    panel_->setQuestion(QString::fromStdString(entry.question), entry.options.options);
    panel_->sampling().show(entry.options);
    ask();
    expectedHash_ = entry.audioHash;
}

BatchDialog* AskTab::askFolder(const QString& folder)
{
    const auto options = panel_->askOptions();
    const auto text = panel_->text();
    if (!options || text.isEmpty()) {
        panel_->question().setFocus();
        return nullptr;
    }
    auto* dialog = new BatchDialog(worker_, folder, text, *options, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    return dialog;
}

SamplingBar& AskTab::sampling()
{
    return panel_->sampling();
}

QPushButton& AskTab::askButton()
{
    return panel_->askButton();
}

QPushButton& AskTab::regenerateButton()
{
    return panel_->regenerateButton();
}

QPlainTextEdit& AskTab::question()
{
    return panel_->question();
}

QLineEdit& AskTab::options()
{
    return panel_->options();
}

QPlainTextEdit& AskTab::answer()
{
    return panel_->answer();
}

void AskTab::setHistoryFile(const std::filesystem::path& file)
{
    history_->setFile(file);
}

AskEntry AskTab::entryToSend(const QString& question, const AskOptions& options) const
{
    AskEntry entry;
    entry.question = question.toStdString();
    entry.ofScene = input_.isScene();
    entry.input = input_.kind() == AskInput::Kind::File ? std::filesystem::absolute(input_.file()).string()
                  : entry.ofScene                       ? document_.displayName().toStdString()
                                                        : tr("recorded").toStdString();
    entry.audioHash = audioHash(*sentAudio_);
    if (sentAudio_ != input_.audio()) {
        entry.fromS = sentRange_.first;
        entry.toS = sentRange_.second;
    }
    entry.options = options;
    return entry;
}

void AskTab::stop()
{
    worker_.stop();
    if (std::exchange(sendWhenReady_, false)) // nothing was sent that could end
        setBusy(false, tr("stopped"));
    else
        panel_->setStatus(tr("stopping…"));
}

void AskTab::giveUpScene()
{
    if (input_.isScene() && std::exchange(sendWhenReady_, false))
        setBusy(false, tr("not answered"));
}

void AskTab::setBusy(bool busy, const QString& status)
{
    panel_->setBusy(busy, status);
}

void AskTab::showExamples()
{
    QStringList labels;
    if (input_.isScene())
        for (const Source& source : document_.scene().sources)
            labels << QString::fromStdString(source.label);
    panel_->setExamples(labels);
}

void AskTab::showAnswer(const Answer& answer)
{
    panel_->showAnswer(answer, sentEntry_.options.options);
    if (isOfInput_)
        explain(answer);
    speech_->say(QString::fromStdString(answer.answer));
    AskEntry entry = sentEntry_;
    entry.timeS = 1e-3 * static_cast<double>(QDateTime::currentMSecsSinceEpoch());
    entry.answer = answerToJson(answer);
    history_->add(entry);
    if (const auto expected = std::exchange(expectedHash_, {}); !expected.empty() && expected != entry.audioHash)
        emit message(tr("The sound is not the one that was asked about then."));
}

void AskTab::showLocalization(const Localization& result, int number)
{
    if (number != localizing_)
        return; // of what was open before
    views_->where().setLocalization(result, input_.isScene() ? &document_.scene() : nullptr);
    emit localized(result);
}

void AskTab::showTimeline(const SoundTimeline& timeline)
{
    views_->where().setTimeline(timeline);
    setBusy(false, tr("%n source(s) in %1 s", nullptr, static_cast<int>(timeline.events.size()))
                       .arg(timeline.heardUntilS, 0, 'f', 1));
}

void AskTab::exportView()
{
    const auto file = QFileDialog::getSaveFileName(this, tr("Export view"), QStringLiteral("azimuth.pdf"),
                                                   tr("Figures and numbers (*.pdf *.svg *.png *.csv)"));
    if (file.isEmpty())
        return;
    const std::filesystem::path path = file.toStdString();
    const auto second = path.parent_path() / (path.stem().string() + "-attention" + path.extension().string());
    if (!mayReplace(this, {second}))
        return;
    try {
        views_->where().azimuth().exportTo(path, tr("Binaurium, %1").arg(document_.displayName()));
        views_->attention().exportTo(second, tr("Binaurium, %1").arg(document_.displayName()));
        emit message(tr("Wrote %1 and %2.").arg(file, QString::fromStdString(second.filename().string())));
    } catch (const std::exception& e) {
        emit message(QString::fromStdString(e.what()));
    }
}

void AskTab::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void AskTab::dropEvent(QDropEvent* event)
{
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile()) {
            openAudio(url.toLocalFile().toStdString());
            break;
        }
    event->acceptProposedAction();
}

} // namespace binaurium
