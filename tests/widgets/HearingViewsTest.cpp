// SPDX-License-Identifier: GPL-3.0-or-later
// The views of the Ask tab driven by mouse and keyboard, with a model that answers by rule.
#include "widgets/ask/HearingViews.h"
#include "core/audio/AudioFile.h"
#include "core/support/AtomicFile.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/widgets/FakeModel.h"
#include "widgets/ask/AskTab.h"
#include "widgets/ask/AttentionView.h"
#include "widgets/ask/CausePanel.h"
#include "widgets/ask/HeadThumbnails.h"
#include "widgets/ask/HistoryPanel.h"
#include "widgets/ask/InputPanel.h"
#include "widgets/ask/QuestionPanel.h"
#include "widgets/ask/RecordDialog.h"
#include "widgets/ask/WhatIfPanel.h"
#include "widgets/ask/WhereView.h"
#include "widgets/audition/LevelMeter.h"
#include "widgets/document/SceneCommands.h"
#include "widgets/plot/AzimuthPlot.h"
#include "widgets/plot/SoundView.h"
#include "widgets/plot/TrackPlot.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTableWidget>
#include <cmath>

using namespace binaurium;

namespace {

constexpr int workLimitMs = 20'000;
constexpr double pixelS = 0.05; // how far a click may be off, seconds of a few

// Gives what a test pushes; no device.
class FakeMicrophone : public Microphone
{
public:
    explicit FakeMicrophone(QString problem = {}) : problem_(std::move(problem)) {}
    QString problem() const override { return problem_; }
    QString description() const override { return QStringLiteral("fake ears"); }
    double rateHz() const override { return 8000.0; }
    bool start(QIODevice& sink) override
    {
        sink_ = &sink;
        return true;
    }
    void stop() override { sink_ = nullptr; }
    // Interleaved 16-bit samples, in odd portions.
    void push(const std::vector<std::int16_t>& samples)
    {
        const auto* bytes = reinterpret_cast<const char*>(samples.data());
        const auto size = static_cast<qint64>(samples.size() * sizeof(std::int16_t));
        for (qint64 at = 0; at < size; at += 7)
            sink_->write(bytes + at, std::min<qint64>(7, size - at));
    }
    [[nodiscard]] bool isOn() const { return sink_ != nullptr; }

private:
    QString problem_;
    QIODevice* sink_ = nullptr;
};

AudioBuffer ears(double seconds, double rateHz = 48000.0)
{
    AudioBuffer audio(2, static_cast<std::size_t>(seconds * rateHz), rateHz);
    for (std::size_t n = 0; n < audio.frames(); ++n) {
        audio.channel(0)[n] = n % 100 < 50 ? 0.2F : -0.2F;
        audio.channel(1)[n] = 0.5F * audio.channel(0)[n];
    }
    return audio;
}

} // namespace

class HearingViewsTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup() { tab_.reset(); }
    void aRangeIsChosenWithTheMouse();
    void aRangeIsChosenWithTheKeyboard();
    void onlyTheRangeIsAskedAboutAndAskedAgain();
    void everyViewSharesTheTimeAxis();
    void wordsLayersAndHeadsChooseWhatTheMapShows();
    void slotsStandBesideTheMoments();
    void aBrushedRangeShadesTheWordsThatLookThere();
    void causesAreTestedBesideTheAttention();
    void thePlayHeadShowsWhatIsHeardThen();
    void frontAndBackInDoubtAreBothShown();
    void longRecordingsStayOnTheDiskAndGetATimeline();
    void doubtsAreSaidBeforeTheModelIsLoaded();
    void aQuestionWaitsForItsFileAndASoundThatCannotBeReadIsSaid();
    void whatIsRecordedIsAskedAbout();
    void withoutADeviceASentenceSaysSo();
    void whatIsVisibleIsSaidBeforeTheQuestion();
    void aMoveChangesTheProbabilitiesOfThePinnedQuestion();

private:
    std::string file(const std::string& name, const AudioBuffer& audio) const;
    void openAndWait(const std::string& path);
    void askAndWait(const QString& options);

    std::unique_ptr<QTemporaryDir> home_;
    std::unique_ptr<SceneDocument> document_;
    std::unique_ptr<AskTab> tab_;
};

void HearingViewsTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    BINAURIUM_FAIL_ON_WARNINGS();
}

void HearingViewsTest::init()
{
    home_ = std::make_unique<QTemporaryDir>();
    document_ = std::make_unique<SceneDocument>();
    tab_ = std::make_unique<AskTab>(*document_,
                                    [](const ProgressCallback&) { return std::make_unique<test::FakeModel>(); });
    tab_->setHistoryFile({});
    tab_->resize(1200, 700);
    tab_->show();
    QVERIFY(QTest::qWaitForWindowExposed(tab_.get()));
}

std::string HearingViewsTest::file(const std::string& name, const AudioBuffer& audio) const
{
    const auto path = test::scratch(*home_, name);
    writeAudio(audio, path);
    return path.string();
}

void HearingViewsTest::openAndWait(const std::string& path)
{
    QVERIFY(tab_->openAudio(path));
    QTRY_VERIFY_WITH_TIMEOUT(tab_->views().sound().durationS() > 0.0, workLimitMs);
}

void HearingViewsTest::askAndWait(const QString& options)
{
    const auto before = tab_->history().history().entries().size();
    tab_->question().setPlainText(QStringLiteral("Where?"));
    tab_->options().setText(options);
    tab_->ask();
    QTRY_COMPARE_WITH_TIMEOUT(tab_->history().history().entries().size(), before + 1, workLimitMs);
}

void HearingViewsTest::aRangeIsChosenWithTheMouse()
{
    openAndWait(file("k.wav", ears(4.0)));
    auto& sound = tab_->views().sound();
    QSignalSpy changed(&sound, &SoundView::rangeChanged);
    const auto at = [&](double timeS) { return QPoint(static_cast<int>(sound.axis().xOf(timeS)), sound.height() / 2); };
    QTest::mousePress(&sound, Qt::LeftButton, {}, at(1.0));
    QTest::mouseMove(&sound, at(2.0));
    QTest::mouseRelease(&sound, Qt::LeftButton, {}, at(2.0));
    QVERIFY(changed.size() >= 1);
    QVERIFY(std::abs(sound.range()->first - 1.0) < pixelS && std::abs(sound.range()->second - 2.0) < pixelS);
    QTest::mouseDClick(&sound, Qt::LeftButton, {}, at(3.0));
    QVERIFY(!sound.range());
    QVERIFY(std::abs(sound.cursorS() - 3.0) < pixelS || std::abs(sound.cursorS() - 1.0) < pixelS);
}

void HearingViewsTest::aRangeIsChosenWithTheKeyboard()
{
    openAndWait(file("k.wav", ears(4.0)));
    auto& sound = tab_->views().sound();
    sound.setFocus();
    for (int i = 0; i < 5; ++i)
        QTest::keyClick(&sound, Qt::Key_Right);
    for (int i = 0; i < 2; ++i)
        QTest::keyClick(&sound, Qt::Key_Right, Qt::ShiftModifier | Qt::ControlModifier);
    QVERIFY(std::abs(sound.range()->first - 0.5) < 1e-9 && std::abs(sound.range()->second - 2.5) < 1e-9);
    QTest::keyClick(&sound, Qt::Key_Left, Qt::ShiftModifier);
    QVERIFY(std::abs(sound.range()->second - 2.4) < 1e-9);
    QVERIFY(sound.accessibleDescription().contains(QStringLiteral("2.4")));
    QTest::keyClick(&sound, Qt::Key_Escape);
    QVERIFY(!sound.range());
    QTest::keyClick(&sound, Qt::Key_End);
    QCOMPARE(sound.cursorS(), 4.0);
}

void HearingViewsTest::onlyTheRangeIsAskedAboutAndAskedAgain()
{
    openAndWait(file("k.wav", ears(4.0)));
    tab_->views().sound().setRange(SoundView::Range(1.0, 2.5));
    askAndWait({});
    QVERIFY(std::abs(test::FakeModel::askedS - 1.5) < 1e-3);
    const AskEntry entry = tab_->history().history().entries().back();
    QVERIFY(std::abs(entry.fromS - 1.0) < 1e-9 && std::abs(entry.toS - 2.5) < 1e-9);
    const auto again = entryFromJson(entryToJson(entry), "test");
    QCOMPARE(again.toS, entry.toS);
    QSignalSpy said(tab_.get(), &AskTab::message);
    tab_->askAgain(entry);
    QTRY_COMPARE_WITH_TIMEOUT(tab_->history().history().entries().size(), std::size_t{2}, workLimitMs);
    QCOMPARE(tab_->history().history().entries().back().audioHash, entry.audioHash);
    QCOMPARE(said.size(), 0);
}

void HearingViewsTest::everyViewSharesTheTimeAxis()
{
    openAndWait(file("k.wav", ears(4.0)));
    askAndWait({});
    auto& views = tab_->views();
    auto& map = views.attention().map();
    QTRY_VERIFY_WITH_TIMEOUT(!map.content().rows.isEmpty(), workLimitMs);
    const double soundX = views.sound().mapTo(&views, QPoint()).x() + views.sound().axis().xOf(2.0);
    const double trackX =
        views.where().tracks().mapTo(&views, QPoint()).x() + views.where().tracks().pointOf(2.0, 0.0).x();
    QVERIFY2(std::abs(soundX - trackX) <= 1.0, qPrintable(QStringLiteral("%1 %2").arg(soundX).arg(trackX)));
    views.pages().setCurrentIndex(1);
    QTest::qWait(0);
    const double mapX = map.mapTo(&views, QPoint()).x() + map.cell(0, 10).left();
    QVERIFY2(std::abs(soundX - mapX) <= 1.0, qPrintable(QStringLiteral("%1 %2").arg(soundX).arg(mapX)));
}

void HearingViewsTest::wordsLayersAndHeadsChooseWhatTheMapShows()
{
    openAndWait(file("k.wav", ears(2.0)));
    askAndWait({});
    auto& view = tab_->views().attention();
    tab_->views().pages().setCurrentIndex(1);
    QTRY_COMPARE_WITH_TIMEOUT(view.chips().count(), 2, workLimitMs);
    QCOMPARE(view.chips().item(1)->text(), QStringLiteral("side"));
    const auto value = [&](int row, std::size_t moment) {
        return view.map().content().moments[static_cast<std::size_t>(row)][moment];
    };
    QVERIFY(std::abs(value(0, 0) - 0.3F) < 1e-6F); // mean of 0.2 and 0.4
    QVERIFY(value(0, 1) == 0.0F && value(1, 1) > 0.0F);
    // A thumbnail chooses layer and head.
    auto& heads = view.thumbnails();
    QTest::mouseClick(&heads, Qt::LeftButton, {}, heads.cell(1, 1).center().toPoint());
    QCOMPARE(view.layerBox().currentIndex(), 2);
    QCOMPARE(view.headBox().currentIndex(), 2);
    QVERIFY(std::abs(value(0, 0) - 0.4F) < 1e-6F);
    heads.setFocus();
    QTest::keyClick(&heads, Qt::Key_Left);
    QVERIFY(std::abs(value(0, 0) - 0.2F) < 1e-6F);
    QTest::keyClick(&heads, Qt::Key_Escape);
    QCOMPARE(view.choice().layer, -1);
    // Largest, then rollout, which knows no heads.
    view.overBox().setFocus();
    QTest::keyClick(&view.overBox(), Qt::Key_Down);
    QVERIFY(std::abs(value(0, 0) - 0.4F) < 1e-6F);
    QTest::keyClick(&view.overBox(), Qt::Key_Down);
    QVERIFY(!view.layerBox().isEnabled());
    QVERIFY(value(0, 0) > 0.0F && value(0, 0) < 0.4F);
    // A click on a row chooses its word, Shift several.
    QTest::mouseClick(&view.map(), Qt::LeftButton, {}, view.map().cell(0, 2).center().toPoint());
    QCOMPARE(view.choice().firstToken, 0);
    QCOMPARE(view.choice().lastToken, 0);
    QTest::mouseClick(&view.map(), Qt::LeftButton, Qt::ShiftModifier, view.map().cell(1, 2).center().toPoint());
    QCOMPARE(view.choice().lastToken, 1);
    QVERIFY(std::abs(tab_->views().sound().cursorS() - 0.5) < 0.1);
    view.scaleBox().setFocus();
    QTest::keyClick(&view.scaleBox(), Qt::Key_Down);
    QCOMPARE(view.map().scale().kind, HeatScale::Kind::Logarithmic);
    const auto csv = test::scratch(*home_, "a.csv");
    view.exportTo(csv, {});
    QVERIFY(std::filesystem::file_size(csv) > 100);
    view.exportTo(test::scratch(*home_, "a.svg"), {});
    QVERIFY(std::filesystem::file_size(test::scratch(*home_, "a.svg")) > 1000);
}

void HearingViewsTest::slotsStandBesideTheMoments()
{
    openAndWait(file("k.wav", ears(2.0)));
    askAndWait({});
    auto& map = tab_->views().attention().map();
    tab_->views().pages().setCurrentIndex(1);
    QTRY_VERIFY_WITH_TIMEOUT(!map.content().rows.isEmpty(), workLimitMs);
    QCOMPARE(map.content().moments[0].size(), std::size_t{10});
    QCOMPARE(map.content().slotKeys[0].size(), std::size_t{2});
    QVERIFY(map.wordsAt(map.cell(0, 9).center()).contains(QStringLiteral("1.9 s")));
    const auto words = map.wordsAt(map.cell(0, 9).center() + QPointF(map.cell(0, 9).width() * 0.5 + 12.0, 0.0));
    QVERIFY2(words.startsWith(QStringLiteral("slot 1 (dog left)")) ||
                 words.startsWith(QStringLiteral("slot 2 (rain front)")),
             qPrintable(words));
    QCOMPARE(map.content().slotWords.value(1), QStringLiteral("rain front"));
}

void HearingViewsTest::aBrushedRangeShadesTheWordsThatLookThere()
{
    openAndWait(file("k.wav", ears(2.0)));
    askAndWait({});
    auto& view = tab_->views().attention();
    QTRY_COMPARE_WITH_TIMEOUT(view.chips().count(), 2, workLimitMs);
    tab_->views().sound().setRange(SoundView::Range(0.0, 0.2));
    QVERIFY(view.chips().item(0)->toolTip().contains(QStringLiteral("30.0 %")));
    QVERIFY(view.chips().item(1)->toolTip().contains(QStringLiteral("0.0 %")));
}

void HearingViewsTest::causesAreTestedBesideTheAttention()
{
    openAndWait(file("k.wav", ears(2.0)));
    auto& causes = tab_->views().causes();
    QVERIFY(!causes.testButton().isEnabled());
    askAndWait(QStringLiteral("left|right"));
    tab_->views().pages().setCurrentIndex(1);
    QTRY_VERIFY_WITH_TIMEOUT(causes.testButton().isEnabled(), workLimitMs);
    tab_->views().sound().setRange(SoundView::Range(0.5, 1.0));
    QTest::mouseClick(&causes.testButton(), Qt::LeftButton);
    // The range, five parts, ears, mono, spatial, semantic, three slots.
    QTRY_COMPARE_WITH_TIMEOUT(causes.table().rowCount(), 13, workLimitMs);
    QTRY_VERIFY_WITH_TIMEOUT(causes.testButton().isEnabled(), workLimitMs);
    QCOMPARE(causes.table().item(0, 0)->text(), QStringLiteral("mute 0.5 to 1.0 s"));
    QCOMPARE(causes.table().item(1, 1)->text(), QStringLiteral("-0.100"));
    QCOMPARE(causes.table().item(1, 2)->text(), QStringLiteral("right"));
    causes.table().setCurrentCell(5, 0); // the last fifth
    QVERIFY(std::abs(tab_->views().sound().range()->first - 1.6) < 1e-9);
}

void HearingViewsTest::thePlayHeadShowsWhatIsHeardThen()
{
    openAndWait(file("k.wav", ears(2.0)));
    auto& where = tab_->views().where();
    QTRY_COMPARE_WITH_TIMEOUT(where.table().rowCount(), 1, workLimitMs);
    QCOMPARE(where.table().item(0, 1)->text(), QStringLiteral("80"));
    where.followBox().click();
    QTest::mouseClick(&where.tracks(), Qt::LeftButton, {}, where.tracks().pointOf(1.5, 20.0).toPoint());
    QVERIFY(std::abs(tab_->views().sound().cursorS() - 1.5) < pixelS);
    QCOMPARE(where.table().item(0, 1)->text(), QStringLiteral("100"));
    QCOMPARE(where.azimuth().data().predicted.front().azimuthDeg, 100.0);
}

void HearingViewsTest::frontAndBackInDoubtAreBothShown()
{
    Localization heard;
    heard.durationS = 1.0;
    heard.frames.emplace_back();
    heard.posterior[6] = 0.6F;  // 30 degrees
    heard.posterior[30] = 0.4F; // 150 degrees
    heard.sources.push_back({2, "dog", 30.0, 0.0, 2.0, 0.9, 0.6});
    const auto data = azimuthData(heard, nullptr);
    QVERIFY(std::abs(data.predicted.front().mirrorShare - 0.4) < 1e-6);
    QCOMPARE(data.predicted.front().slot, 2);
    QCOMPARE(mirroredAzimuthDeg(30.0), 150.0);
    QCOMPARE(mirroredAzimuthDeg(-170.0), -10.0);
    heard.sources.front().azimuthDeg = 85.0; // the two are one
    QCOMPARE(azimuthData(heard, nullptr).predicted.front().mirrorShare, 0.0);
}

void HearingViewsTest::longRecordingsStayOnTheDiskAndGetATimeline()
{
    openAndWait(file("long.wav", ears(70.0, 8000.0)));
    auto& panel = tab_->inputPanel();
    QVERIFY(panel.timelineButton().isVisible());
    QTest::mouseClick(&panel.timelineButton(), Qt::LeftButton);
    auto& table = tab_->views().where().table();
    QTRY_COMPARE_WITH_TIMEOUT(table.rowCount(), 1, workLimitMs);
    QCOMPARE(table.item(0, 2)->text(), QStringLiteral("70.0"));
    tab_->views().sound().setRange(SoundView::Range(65.0, 68.0));
    askAndWait({});
    QVERIFY(std::abs(test::FakeModel::askedS - 3.0) < 1e-3);
    table.setCurrentCell(0, 1);
    QCOMPARE(tab_->views().sound().range()->second, 70.0);
    askAndWait({}); // more than one prompt holds: its first ten seconds
    QVERIFY(std::abs(test::FakeModel::askedS - 10.0) < 1e-3);
}

void HearingViewsTest::doubtsAreSaidBeforeTheModelIsLoaded()
{
    QSignalSpy said(tab_.get(), &AskTab::message);
    for (const std::size_t channels : {1U, 6U}) {
        QVERIFY(!tab_->openAudio(file(std::to_string(channels).append(".wav"), AudioBuffer(channels, 4800, 48000.0))));
        QVERIFY(said.takeFirst().front().toString().contains(QStringLiteral("two-channel")));
    }
    QVERIFY(tab_->openAudio(file("silent.wav", AudioBuffer(2, 4800, 8000.0))));
    QTRY_VERIFY_WITH_TIMEOUT(tab_->inputPanel().doubts().contains(QStringLiteral("silent")), workLimitMs);
    QVERIFY(tab_->inputPanel().doubts().contains(QStringLiteral("telephone")));
    openAndWait(file("good.wav", ears(1.0)));
    QVERIFY(tab_->inputPanel().doubts().isEmpty());
}

void HearingViewsTest::aQuestionWaitsForItsFileAndASoundThatCannotBeReadIsSaid()
{
    // Asked before the file can have been read.
    QVERIFY(tab_->openAudio(file("long.flac", ears(50.0))));
    askAndWait({});
    QVERIFY(std::abs(test::FakeModel::askedS - 10.0) < 1e-3);
    // A head that is whole, and a last sample that is no number.
    const std::filesystem::path path = file("nan.wav", ears(5.0));
    auto bytes = readFile(path);
    bytes.replace(bytes.size() - 4, 4, "\xff\xff\xff\xff");
    test::writeBytes(path, bytes);
    QSignalSpy said(tab_.get(), &AskTab::message);
    QVERIFY(tab_->openAudio(path));
    tab_->ask();
    QTRY_COMPARE_WITH_TIMEOUT(said.size(), 1, workLimitMs);
    QVERIFY(said.first().front().toString().contains(QStringLiteral("nan.wav")));
    QVERIFY(tab_->findChild<QuestionPanel*>()->askButton().isEnabled());
}

void HearingViewsTest::whatIsRecordedIsAskedAbout()
{
    auto microphone = std::make_unique<FakeMicrophone>();
    auto* pushed = microphone.get();
    RecordDialog* dialog = tab_->record(std::move(microphone));
    dialog->show();
    QVERIFY(!dialog->askButton().isEnabled());
    QTest::mouseClick(&dialog->recordButton(), Qt::LeftButton);
    QVERIFY(pushed->isOn());
    std::vector<std::int16_t> samples;
    for (int n = 0; n < 8000; ++n) { // one second, the left ear louder
        samples.push_back(static_cast<std::int16_t>(n % 20 < 10 ? 16384 : -16384));
        samples.push_back(static_cast<std::int16_t>(n % 20 < 10 ? 1638 : -1638));
    }
    pushed->push(samples);
    QTRY_VERIFY_WITH_TIMEOUT(dialog->askButton().isEnabled(), workLimitMs);
    QVERIFY(dialog->meter().levelDb(0) > dialog->meter().levelDb(1) + 10.0);
    QVERIFY(dialog->words().contains(QStringLiteral("1.0 s")));
    tab_->question().setPlainText(QStringLiteral("Where?"));
    QTest::mouseClick(&dialog->askButton(), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(tab_->history().history().entries().size(), std::size_t{1}, workLimitMs);
    QCOMPARE(test::FakeModel::askedS, 1.0);
}

void HearingViewsTest::withoutADeviceASentenceSaysSo()
{
    RecordDialog* dialog = tab_->record(std::make_unique<FakeMicrophone>(QStringLiteral("There is no microphone.")));
    dialog->show();
    QCOMPARE(dialog->words(), QStringLiteral("There is no microphone."));
    QVERIFY(!dialog->recordButton().isEnabled() && !dialog->askButton().isEnabled());
    dialog->close();
    // What is recorded beyond the limit is left out.
    StereoSink sink(1000.0, 0.5);
    sink.write(QByteArray(4 * 2000 + 3, '\1'));
    QVERIFY(sink.isFull());
    QCOMPARE(sink.recordedS(), 0.5);
    QCOMPARE(sink.recording().frames(), std::size_t{500});
}

void HearingViewsTest::whatIsVisibleIsSaidBeforeTheQuestion()
{
    openAndWait(file("k.wav", ears(1.0)));
    auto& panel = tab_->inputPanel();
    panel.visibleBox().click();
    panel.visibleEdit().setText(QStringLiteral("kettle@30"));
    askAndWait({});
    QCOMPARE(QString::fromStdString(test::FakeModel::asked),
             QStringLiteral("In view: a kettle 30 degrees to the left. Where?"));
    panel.visibleEdit().setText(QStringLiteral("kettle"));
    QSignalSpy said(tab_.get(), &AskTab::message);
    tab_->ask();
    QCOMPARE(said.size(), 1);
    QVERIFY(said.front().front().toString().contains(QStringLiteral("kettle@30")));
}

void HearingViewsTest::aMoveChangesTheProbabilitiesOfThePinnedQuestion()
{
    auto& scene = document_->mutableScene();
    scene.sources.resize(1);
    scene.sources.front().name = "Kettle";
    scene.sources.front().sound.generator = "noise";
    document_->announce({});
    int renders = 0;
    ModelWorker worker([](const ProgressCallback&) { return std::make_unique<test::FakeModel>(); });
    WhatIfPanel panel(*document_, worker, nullptr, [&](const Scene&, const RenderOptions&, const ProgressCallback&) {
        ++renders;
        RenderResult result;
        result.audio = ears(0.5);
        return result;
    });
    panel.show();
    QSignalSpy said(&panel, &WhatIfPanel::message);
    QTest::mouseClick(&panel.pinButton(), Qt::LeftButton); // nothing to pin
    QCOMPARE(said.size(), 1);
    QVERIFY(!panel.pinButton().isChecked());
    AskOptions options;
    options.options = {"left", "right"};
    panel.setQuestion(QStringLiteral("Where?"), options);
    QTest::mouseClick(&panel.pinButton(), Qt::LeftButton);
    const auto cell = [&](int row, int column) {
        const auto* item = panel.table().item(row, column);
        return item != nullptr ? item->text() : QString();
    };
    QTRY_COMPARE_WITH_TIMEOUT(cell(0, 1), QStringLiteral("94.8 %"), workLimitMs); // 1 / (1 + exp(-2.9))
    QTest::mouseClick(&panel.keepButton(0), Qt::LeftButton);
    QCOMPARE(cell(0, 2), cell(0, 1));
    const QString before = cell(2, 2);
    QVERIFY(before.contains(QStringLiteral("Kettle")));
    renders = 0;
    for (int i = 0; i < 10; ++i) { // one drag: far fewer renderings than steps
        scene.sources.front().positionM.y += 0.1;
        document_->announce({SceneChange::Kind::Source, 0, false});
    }
    QTRY_VERIFY_WITH_TIMEOUT(!cell(2, 1).isEmpty() && cell(2, 1) != before, workLimitMs);
    QVERIFY(renders >= 1 && renders < 10);
    QCOMPARE(cell(2, 2), before);
    QTest::mouseClick(&panel.pinButton(), Qt::LeftButton);
    QCOMPARE(panel.table().rowCount(), 0);
}

QTEST_MAIN(HearingViewsTest)
#include "HearingViewsTest.moc"
