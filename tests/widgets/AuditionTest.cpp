// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/HeadCatalogue.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "widgets/audition/AudioTap.h"
#include "widgets/audition/CompareSource.h"
#include "widgets/audition/LevelMeter.h"
#include "widgets/audition/LoudnessMatch.h"
#include "widgets/audition/SystemOutput.h"
#include "widgets/audition/TransportBar.h"
#include "widgets/audition/WaveformBar.h"
#include "widgets/scene/ComparePanel.h"
#include "widgets/scene/HeadChooser.h"
#include "widgets/scene/LiveHearing.h"
#include "widgets/scene/SceneTab.h"
#include "widgets/scene/SourceTableModel.h"

#include <QDoubleSpinBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QToolButton>

using namespace binaurium;

namespace {

constexpr int waitMs = 20'000;

// A device that plays when it is told to: the test pulls.
class FakeDevice : public AudioOutput
{
public:
    FakeDevice(QString name, bool works, std::vector<QString>& log) : name_(std::move(name)), works_(works), log_(log)
    {}
    bool start(std::shared_ptr<AudioSource> source) override
    {
        source_ = std::move(source);
        log_.push_back(name_ + (works_ ? QStringLiteral(" plays") : QStringLiteral(" fails")));
        return works_;
    }
    void stop() override { source_.reset(); }
    [[nodiscard]] QString problem() const override { return works_ ? QString() : name_ + QStringLiteral(" is broken"); }
    [[nodiscard]] QString description() const override { return name_; }

private:
    QString name_;
    bool works_;
    std::vector<QString>& log_;
    std::shared_ptr<AudioSource> source_;
};

std::shared_ptr<const AudioBuffer> constantAudio(float level, std::size_t frames = 48000)
{
    AudioBuffer audio(2, frames, 48000.0);
    for (float& s : audio.all())
        s = level;
    return std::make_shared<const AudioBuffer>(std::move(audio));
}

} // namespace

class AuditionTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void aLoopHasNoEndThatADeviceCouldStopAt();
    void playingFollowsDevicesThatComeAndGo();
    void aBrokenDeviceSaysWhyAndTimeGoesOn();
    void theVolumeScalesWhatIsHeard();
    void theMeterHoldsPeaksForThreeSeconds();
    void theHeadphoneCheckPlaysLeftThenRight();
    void soloSilencesTheOthers();
    void anotherHeadIsOneUndoStepAndNoHeadIsRefused();
    void theWaveformSeeksByClickAndKeys();
    void aLoopRepeatsTheChosenRange();
    void comparedVersionsAreEquallyLoudAndChangeWithoutAJump();
    void aBlindComparisonCountsRightGuesses();
    void loudnessFollowsLevelInDecibels();
    void theTapKeepsTheLastSecond();
    void hearingTakesTheLatestSecondAndWaitsForNobody();
};

void AuditionTest::aLoopHasNoEndThatADeviceCouldStopAt()
{
    const BufferSource length(constantAudio(0.1F));
    BufferSource source(constantAudio(0.1F));
    source.setLoop(true);
    std::vector<float> all(static_cast<std::size_t>(2 * length.length()));
    QVERIFY(source.read(all.data(), static_cast<int>(length.length())));
    QCOMPARE(source.position(), std::int64_t{0});
}

void AuditionTest::playingFollowsDevicesThatComeAndGo()
{
    std::vector<AudioOutput::Device> devices{{"usb", QStringLiteral("USB")}, {"line", QStringLiteral("Line")}};
    std::vector<QString> log;
    SystemOutput::System system;
    system.devices = [&] { return devices; };
    system.open = [&](const QByteArray& id) -> std::unique_ptr<AudioOutput> {
        return std::make_unique<FakeDevice>(QString::fromLatin1(id), true, log);
    };
    SystemOutput output(system);
    const QSignalSpy changed(&output, &AudioOutput::changed);
    const auto source = std::make_shared<BufferSource>(constantAudio(0.1F));
    QVERIFY(output.start(source));
    QCOMPARE(log.back(), QStringLiteral("usb plays"));
    output.choose("line");
    QCOMPARE(log.back(), QStringLiteral("line plays"));
    devices.erase(devices.begin() + 1); // the chosen one is pulled out
    output.devicesChanged();
    QCOMPARE(log.back(), QStringLiteral("usb plays"));
    devices.clear();
    source->seek(1000);
    output.devicesChanged();
    QVERIFY(output.description().contains(QStringLiteral("no audio device")));
    QTRY_VERIFY_WITH_TIMEOUT(source->position() > 1000, waitMs); // silent, and time goes on
    devices.push_back({"line", QStringLiteral("Line")});
    output.devicesChanged();
    QCOMPARE(log.back(), QStringLiteral("line plays")); // back to the chosen one
    QCOMPARE(output.description(), QStringLiteral("line"));
    QVERIFY(source->position() >= 1000);
    QCOMPARE(changed.count(), 4);
}

void AuditionTest::aBrokenDeviceSaysWhyAndTimeGoesOn()
{
    std::vector<QString> log;
    SystemOutput::System system;
    system.devices = [] { return std::vector<AudioOutput::Device>{{"usb", QStringLiteral("USB")}}; };
    system.open = [&](const QByteArray&) -> std::unique_ptr<AudioOutput> {
        return std::make_unique<FakeDevice>(QStringLiteral("usb"), false, log);
    };
    SystemOutput output(system);
    const auto source = std::make_shared<BufferSource>(constantAudio(0.1F));
    QVERIFY(output.start(source));
    QCOMPARE(output.description(), QStringLiteral("usb is broken"));
    QTRY_VERIFY_WITH_TIMEOUT(source->position() > 0, waitMs);
}

void AuditionTest::theVolumeScalesWhatIsHeard()
{
    TransportBar bar(AudioOutput::makeNull());
    bar.setAudio(constantAudio(0.5F));
    auto* volume = bar.findChild<QDoubleSpinBox*>();
    volume->setValue(-20.0);
    bar.show();
    bar.play();
    QTRY_VERIFY_WITH_TIMEOUT(bar.positionS() > 0.1, waitMs);
    auto* source = const_cast<AudioSource*>(bar.source());
    QVERIFY(std::abs(source->rms()[0] / 0.05F - 1.0F) < 0.7F); // still rising
    std::vector<float> block(512);
    source->read(block.data(), 256);
    QVERIFY(std::abs(block[100] - 0.05F) < 1e-6F);
    bar.stop();
}

void AuditionTest::theMeterHoldsPeaksForThreeSeconds()
{
    LevelMeter meter;
    meter.add({0.5F, 0.0F}, {0.25F, 0.0F}, 0.03);
    QVERIFY(std::abs(meter.holdDb(0) + 6.02) < 0.1 && std::abs(meter.rmsDb(0) + 12.04) < 0.1);
    for (double t = 0.0; t < 2.9; t += 0.1)
        meter.add({0.01F, 0.0F}, {0.01F, 0.0F}, 0.1);
    QVERIFY(std::abs(meter.holdDb(0) + 6.02) < 0.1);
    QVERIFY(meter.levelDb(0) < -30.0);
    for (double t = 0.0; t < 0.5; t += 0.1)
        meter.add({0.01F, 0.0F}, {0.01F, 0.0F}, 0.1);
    QVERIFY(meter.holdDb(0) < -30.0);
    QVERIFY(!meter.clipped());
    meter.add({1.5F, 0.0F}, {1.0F, 0.0F}, 0.1);
    QVERIFY(meter.clipped());
    QTest::mouseClick(&meter, Qt::LeftButton);
    QVERIFY(!meter.clipped());
}

void AuditionTest::theHeadphoneCheckPlaysLeftThenRight()
{
    // The tone is what a device gets: this one keeps it.
    class Recorder : public AudioOutput
    {
    public:
        bool start(std::shared_ptr<AudioSource> source) override
        {
            played = std::move(source);
            return true;
        }
        void stop() override {}
        [[nodiscard]] QString problem() const override { return {}; }
        [[nodiscard]] QString description() const override { return QStringLiteral("recorder"); }
        std::shared_ptr<AudioSource> played;
    };
    auto owned = std::make_unique<Recorder>();
    Recorder* recorder = owned.get();
    TransportBar bar(std::move(owned));
    bar.checkHeadphones();
    QVERIFY(recorder->played != nullptr);
    const auto frames = static_cast<std::size_t>(recorder->played->length());
    std::vector<float> heard(2 * frames);
    recorder->played->read(heard.data(), static_cast<int>(frames));
    const auto energy = [&](std::size_t ear, bool first) {
        double sum = 0.0;
        for (std::size_t n = first ? 0 : frames / 2; n < (first ? frames / 2 : frames); ++n)
            sum += std::pow(static_cast<double>(heard[2 * n + ear]), 2);
        return sum;
    };
    QVERIFY(energy(0, true) > 1.0 && energy(1, true) == 0.0);
    QVERIFY(energy(0, false) == 0.0 && energy(1, false) > 1.0);
    emit recorder->ended();
    QVERIFY(!bar.isPlaying());
}

void AuditionTest::soloSilencesTheOthers()
{
    SceneDocument document;
    QString error;
    QVERIFY(document.loadAsTemplate(test::sourceFile("scenes/kitchen.scene.json"), &error));
    SceneTab tab(document, AudioOutput::makeNull());
    auto* model = tab.table().model();
    const auto solo = model->index(1, SourceTableModel::Solo);
    QVERIFY(solo.flags().testFlag(Qt::ItemIsUserCheckable));
    QVERIFY(model->setData(solo, Qt::Checked, Qt::CheckStateRole));
    QCOMPARE(solo.data(Qt::CheckStateRole).toInt(), static_cast<int>(Qt::Checked));
    QVERIFY(tab.live().isSolo(document.scene().sources[1].name));
    QVERIFY(!tab.live().isSolo(document.scene().sources[0].name));
    QCOMPARE(document.undoStack().count(), 0); // of listening, not of the scene
    QVERIFY(model->setData(solo, Qt::Unchecked, Qt::CheckStateRole));
    QVERIFY(!tab.live().isSolo(document.scene().sources[1].name));
}

void AuditionTest::anotherHeadIsOneUndoStepAndNoHeadIsRefused()
{
    SceneDocument document;
    HeadChooser chooser(document);
    QCOMPARE(chooser.currentData().toString(), QStringLiteral("default"));
    QSignalSpy refused(&chooser, &HeadChooser::refused);
    const QTemporaryDir folder;
    test::writeBytes(test::scratch(folder, "no.sofa"), "no head");
    chooser.choose(test::scratch(folder, "no.sofa"));
    QTRY_COMPARE_WITH_TIMEOUT(refused.count(), 1, waitMs);
    QVERIFY(refused[0][0].toString().contains(QStringLiteral("no.sofa")));
    QCOMPARE(document.undoStack().count(), 0);
    chooser.choose(defaultHeadFile());
    QTRY_COMPARE_WITH_TIMEOUT(document.undoStack().count(), 1, waitMs);
    QCOMPARE(document.scene().listener.head, defaultHeadFile().string());
    QCOMPARE(chooser.currentData().toString().toStdString(), defaultHeadFile().string());
    document.undoStack().undo();
    QCOMPARE(document.scene().listener.head, std::string("default"));
    QCOMPARE(chooser.currentData().toString(), QStringLiteral("default"));
}

void AuditionTest::theWaveformSeeksByClickAndKeys()
{
    TransportBar bar(AudioOutput::makeNull());
    bar.resize(900, 40);
    bar.show();
    const auto audio = constantAudio(0.5F, 4 * 48000);
    bar.setAudio(audio);
    bar.setWaveform(audio);
    auto& wave = bar.waveform();
    QVERIFY(wave.hasWaveform());
    QTest::mouseClick(&wave, Qt::LeftButton, {}, QPoint(static_cast<int>(wave.xOf(2.0)), 5));
    const double pixelS = 4.0 / wave.width();
    QVERIFY(std::abs(bar.positionS() - 2.0) < 2.0 * pixelS);
    const double before = bar.positionS();
    QTest::keyClick(&wave, Qt::Key_Right);
    QVERIFY(std::abs(bar.positionS() - before - 0.1) < 1e-3);
    QTest::keyClick(&wave, Qt::Key_Left, Qt::ShiftModifier);
    QVERIFY(std::abs(bar.positionS() - before + 0.9) < 1e-3);
    QTest::keyClick(&wave, Qt::Key_Home);
    QCOMPARE(bar.positionS(), 0.0);
    QTest::keyClick(&wave, Qt::Key_End);
    QCOMPARE(bar.positionS(), 4.0);
}

void AuditionTest::aLoopRepeatsTheChosenRange()
{
    TransportBar bar(AudioOutput::makeNull());
    bar.resize(900, 40);
    bar.show();
    bar.setAudio(constantAudio(0.1F, 10 * 48000));
    bar.seekS(0.0);
    auto& wave = bar.waveform();
    QTest::mousePress(&wave, Qt::LeftButton, Qt::ShiftModifier, QPoint(static_cast<int>(wave.xOf(4.0)), 5));
    QMouseEvent move(QEvent::MouseMove, QPointF(wave.xOf(4.3), 5), wave.mapToGlobal(QPointF(wave.xOf(4.3), 5)),
                     Qt::NoButton, Qt::LeftButton, Qt::ShiftModifier);
    QApplication::sendEvent(&wave, &move);
    QTest::mouseRelease(&wave, Qt::LeftButton, Qt::ShiftModifier, QPoint(static_cast<int>(wave.xOf(4.3)), 5));
    QVERIFY(wave.range().has_value());
    for (auto* button : bar.findChildren<QToolButton*>())
        if (button->accessibleName() == QStringLiteral("Loop"))
            button->setChecked(true);
    bar.play();
    QTRY_VERIFY_WITH_TIMEOUT(bar.positionS() >= wave.range()->first, waitMs); // from outside it goes there
    const double start = bar.positionS();
    QTRY_VERIFY_WITH_TIMEOUT(bar.positionS() > start, waitMs);
    QTest::qWait(700); // more than twice the range
    QVERIFY(bar.positionS() >= wave.range()->first - 0.1);
    QVERIFY(bar.positionS() < 6.0);
    bar.stop();
    QTest::mouseDClick(&wave, Qt::LeftButton);
    QVERIFY(!wave.range());
}

void AuditionTest::comparedVersionsAreEquallyLoudAndChangeWithoutAJump()
{
    AudioBuffer quiet(2, 96000, 48000.0), loud(2, 96000, 48000.0);
    for (std::size_t c = 0; c < 2; ++c)
        for (std::size_t n = 0; n < quiet.frames(); ++n) {
            const auto s = static_cast<float>(std::sin(0.13 * static_cast<double>(n)));
            quiet.channel(c)[n] = 0.05F * s;
            loud.channel(c)[n] = 0.4F * s;
        }
    CompareSource source(std::make_shared<const AudioBuffer>(quiet), std::make_shared<const AudioBuffer>(loud));
    QVERIFY(std::abs(source.gainOf(0) - 1.0F) < 1e-6F);
    QVERIFY(std::abs(source.gainOf(1) - 0.125F) < 1e-3F); // never louder than the quieter one
    std::vector<float> block(2 * 4800);
    source.read(block.data(), 4800);
    source.choose(1);
    std::vector<float> after(2 * 4800);
    source.read(after.data(), 4800);
    // Equally loud copies of one sound: changing between them leaves the sound as it was.
    for (std::size_t n = 0; n < 4800; ++n)
        QVERIFY(std::abs(after[2 * n] - 0.05F * static_cast<float>(std::sin(0.13 * static_cast<double>(n + 4800)))) <
                1e-3F);
}

void AuditionTest::aBlindComparisonCountsRightGuesses()
{
    ComparePanel panel;
    panel.show();
    QSignalSpy wanted(&panel, &ComparePanel::renderWanted);
    const auto buttons = panel.findChildren<QPushButton*>();
    for (int i = 0; i < 2; ++i) {
        for (auto* button : buttons)
            if (button->text() == (i == 0 ? QStringLiteral("Keep as A") : QStringLiteral("Keep as B")))
                button->click();
        QCOMPARE(wanted.count(), i + 1);
        panel.keep(constantAudio(i == 0 ? 0.1F : 0.2F), QStringLiteral("head"));
    }
    QVERIFY(panel.source() != nullptr);
    panel.setBlind(true);
    for (int i = 0; i < 8; ++i) {
        panel.hear(0);
        QCOMPARE(panel.source()->chosen(), panel.swapped() ? 1 : 0);
        panel.guess(panel.source()->chosen() == 0 ? 0 : 1); // X sounds like A, or Y does
    }
    QCOMPARE(panel.guesses(), 8);
    QCOMPARE(panel.rightGuesses(), 8);
    panel.guess(panel.swapped() ? 0 : 1);
    QCOMPARE(panel.rightGuesses(), 8);
}

void AuditionTest::loudnessFollowsLevelInDecibels()
{
    const auto tone = [](double level, std::size_t frames) {
        AudioBuffer audio(2, frames, 48000.0);
        for (std::size_t c = 0; c < 2; ++c)
            for (std::size_t n = 0; n < frames; ++n)
                audio.channel(c)[n] =
                    static_cast<float>(level * std::sin(2.0 * M_PI * 997.0 * static_cast<double>(n) / 48000.0));
        return audio;
    };
    // EBU Tech 3341, case 1: a stereo sine of 1 kHz with peaks of -23 dBFS has -23 LUFS within 0.1.
    QVERIFY(std::abs(loudnessLufs(tone(std::pow(10.0, -23.0 / 20.0), 20 * 48000)) + 23.0) < 0.1);
    // Shorter than one gating block: by rms.
    const double difference = loudnessLufs(tone(0.2, 4800)) - loudnessLufs(tone(0.1, 4800));
    QVERIFY(std::abs(difference - 6.02) < 0.05);
    QVERIFY(loudnessLufs(AudioBuffer(2, 48000, 48000.0)) <= -100.0);
}

void AuditionTest::theTapKeepsTheLastSecond()
{
    AudioTap tap;
    AudioBuffer audio;
    std::vector<float> block(2 * 1000);
    std::uint64_t n = 0;
    const auto write = [&](std::size_t frames) {
        for (std::size_t i = 0; i < frames; ++i, ++n) {
            block[2 * i] = static_cast<float>(n);
            block[2 * i + 1] = -static_cast<float>(n);
        }
        tap.write(block.data(), static_cast<int>(frames));
    };
    write(500);
    QVERIFY(!tap.latest(1000, audio));
    for (int i = 0; i < 200; ++i)
        write(997); // around the ring
    QVERIFY(tap.latest(48000, audio));
    for (std::size_t i = 0; i < audio.frames(); ++i) {
        QCOMPARE(audio.channel(0)[i], static_cast<float>(n - audio.frames() + i));
        QCOMPARE(audio.channel(1)[i], -audio.channel(0)[i]);
    }
    QVERIFY(!tap.latest(AudioTap::frames, audio)); // the audio thread would go around
}

void AuditionTest::hearingTakesTheLatestSecondAndWaitsForNobody()
{
    // Ears that take their time: what they get is the newest second when they are free again.
    struct SlowEars : SpatialEars
    {
        explicit SlowEars(std::atomic<int>& calls) : calls_(calls) {}
        Localization localize(const AudioBuffer& audio) override
        {
            ++calls_;
            QThread::msleep(400);
            Localization result;
            result.durationS = static_cast<double>(audio.channel(0).back());
            return result;
        }
        std::atomic<int>& calls_;
    };
    std::atomic<int> calls{0};
    const auto tap = std::make_shared<AudioTap>();
    LiveHearing hearing(tap, [&] { return std::make_unique<SlowEars>(calls); });
    QSignalSpy heard(&hearing, &LiveHearing::heard);
    std::vector<float> second(2 * 48000, 1.0F);
    tap->write(second.data(), 48000);
    hearing.setOn(true);
    QTRY_COMPARE_WITH_TIMEOUT(calls.load(), 1, waitMs);
    for (const float value : {2.0F, 3.0F, 4.0F}) {
        std::fill(second.begin(), second.end(), value);
        tap->write(second.data(), 48000);
        QTest::qWait(50);
    }
    QTRY_COMPARE_WITH_TIMEOUT(heard.count(), 2, waitMs);
    QCOMPARE(qvariant_cast<Localization>(heard[1][0]).durationS, 4.0); // 2 and 3 were passed over
    QVERIFY(heard[1][1].toDouble() >= 400.0);
    QTest::qWait(400); // nothing new is played: nothing is heard
    QCOMPARE(calls.load(), 2);
    // Where the model is missing, one sentence and silence.
    LiveHearing deaf(tap, []() -> std::unique_ptr<SpatialEars> { throw std::runtime_error("no model"); });
    const QSignalSpy failed(&deaf, &LiveHearing::failed);
    deaf.setOn(true);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, waitMs);
    QVERIFY(!deaf.isOn());
}

QTEST_MAIN(AuditionTest)
#include "AuditionTest.moc"
