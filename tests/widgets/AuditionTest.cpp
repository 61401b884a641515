// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/HeadCatalogue.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "widgets/audition/LevelMeter.h"
#include "widgets/audition/SystemOutput.h"
#include "widgets/audition/TransportBar.h"
#include "widgets/scene/HeadChooser.h"
#include "widgets/scene/SceneTab.h"
#include "widgets/scene/SourceTableModel.h"

#include <QDoubleSpinBox>
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
    void playingFollowsDevicesThatComeAndGo();
    void aBrokenDeviceSaysWhyAndTimeGoesOn();
    void theVolumeScalesWhatIsHeard();
    void theMeterHoldsPeaksForThreeSeconds();
    void theHeadphoneCheckPlaysLeftThenRight();
    void soloSilencesTheOthers();
    void anotherHeadIsOneUndoStepAndNoHeadIsRefused();
};

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
    QCOMPARE(refused.count(), 1);
    QVERIFY(refused[0][0].toString().contains(QStringLiteral("no.sofa")));
    QCOMPARE(document.undoStack().count(), 0);
    chooser.choose(defaultHeadFile());
    QCOMPARE(document.undoStack().count(), 1);
    QCOMPARE(document.scene().listener.head, defaultHeadFile().string());
    QCOMPARE(chooser.currentData().toString().toStdString(), defaultHeadFile().string());
    document.undoStack().undo();
    QCOMPARE(document.scene().listener.head, std::string("default"));
    QCOMPARE(chooser.currentData().toString(), QStringLiteral("default"));
}

QTEST_MAIN(AuditionTest)
#include "AuditionTest.moc"
