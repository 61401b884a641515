// SPDX-License-Identifier: GPL-3.0-or-later
// Long recordings: windows joined to sources, and how much of a file is in memory meanwhile.
#include "core/model/SoundTimeline.h"
#include "core/audio/AudioFile.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <cmath>

using namespace binaurium;

namespace {

constexpr double meanTolerance = 1e-9; // of sums of a few doubles

LocalizedSource at(const std::string& label, double azimuthDeg, double confidence = 0.8)
{
    return {0, label, azimuthDeg, 0.0, 2.0, 0.9, confidence};
}

} // namespace

class SoundTimelineTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void aSourceThatStaysIsOneEvent();
    void anotherPlaceOrAPauseIsAnotherEvent();
    void frontAndBackAreOneSourceWhereItIsHeardMoreOften();
    void aRecordingIsHeardWindowByWindow();
    void stoppingKeepsWhatWasHeard();
    void wrongRangesAndRecordingsAreRefused();

private:
    std::filesystem::path recording(double seconds, std::size_t channels) const;
    QTemporaryDir home_;
};

std::filesystem::path SoundTimelineTest::recording(double seconds, std::size_t channels) const
{
    AudioBuffer audio(channels, static_cast<std::size_t>(seconds * 8000.0), 8000.0);
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t n = 0; n < audio.frames(); ++n)
            audio.channel(c)[n] = static_cast<float>(n) * 1e-6F; // tells where a window began
    const auto path = test::scratch(home_, std::to_string(channels).append(".wav"));
    writeAudio(audio, path);
    return path;
}

void SoundTimelineTest::aSourceThatStaysIsOneEvent()
{
    TimelineMaker maker({});
    maker.add(0.0, {at("kettle", 30.0), at("dog", -60.0)});
    maker.add(1.0, {at("kettle", 40.0)});
    maker.add(2.0, {}); // one window is missed
    maker.add(3.0, {at("kettle", 35.0)});
    const auto events = maker.events();
    QCOMPARE(events.size(), std::size_t{2});
    QCOMPARE(events[0].label, std::string("kettle"));
    QCOMPARE(events[0].fromS, 0.0);
    QCOMPARE(events[0].toS, 5.0);
    QVERIFY(std::abs(events[0].azimuthDeg - 35.0) < 0.1);
    QVERIFY(std::abs(events[0].confidence - 0.8) < meanTolerance);
    QCOMPARE(events[1].toS, 2.0);
}

void SoundTimelineTest::anotherPlaceOrAPauseIsAnotherEvent()
{
    TimelineMaker maker({});
    maker.add(0.0, {at("kettle", 30.0)});
    maker.add(1.0, {at("kettle", 80.0)});
    maker.add(5.0, {at("kettle", 30.0)});
    QCOMPARE(maker.events().size(), std::size_t{3});
    TimelineMaker two({}); // two of the same kind at once stay two
    two.add(0.0, {at("dog", 10.0), at("dog", 15.0)});
    two.add(1.0, {at("dog", 10.0), at("dog", 15.0)});
    QCOMPARE(two.events().size(), std::size_t{2});
}

void SoundTimelineTest::frontAndBackAreOneSourceWhereItIsHeardMoreOften()
{
    TimelineMaker maker({});
    maker.add(0.0, {at("kettle", 30.0)});
    maker.add(1.0, {at("kettle", 150.0)});
    maker.add(2.0, {at("kettle", 30.0)});
    const auto events = maker.events();
    QCOMPARE(events.size(), std::size_t{1});
    QVERIFY(std::abs(events[0].azimuthDeg - 30.0) < 0.1);
}

void SoundTimelineTest::aRecordingIsHeardWindowByWindow()
{
    const auto path = recording(10.5, 2);
    std::vector<double> starts;
    std::size_t longest = 0;
    const auto timeline = listenThrough(path, {}, [&](const AudioBuffer& window) {
        starts.push_back(static_cast<double>(window.channel(0)[0]) / 1e-6 / 8000.0);
        longest = std::max(longest, window.frames());
        Localization heard;
        if (starts.back() > 3.5)
            heard.sources.push_back(at("kettle", 90.0));
        return heard;
    });
    QCOMPARE(longest, std::size_t{16000}); // two seconds, never more
    QCOMPARE(starts.size(), std::size_t{10});
    QVERIFY(std::abs(starts[9] - 9.0) < 1e-3);
    QCOMPARE(timeline.durationS, 10.5);
    QCOMPARE(timeline.events.size(), std::size_t{1});
    QVERIFY(std::abs(timeline.events[0].fromS - 4.0) < 1e-9);
    QCOMPARE(timeline.events[0].toS, 10.5); // not beyond the end
    const Json json = timelineToJson(timeline);
    QCOMPARE(json["format"].get<std::string>(), std::string("binaurium-timeline"));
    QCOMPARE(json["events"][0]["label"].get<std::string>(), std::string("kettle"));
    const auto glance = glanceAt(path);
    QVERIFY(std::abs(glance.overview.durationS - 10.5) < 1e-9);
    QVERIFY(!glance.concerns.empty()); // 8 kHz, both ears the same
}

void SoundTimelineTest::stoppingKeepsWhatWasHeard()
{
    int windows = 0;
    const auto timeline = listenThrough(
        recording(10.0, 2), {}, [](const AudioBuffer&) { return Localization{}; },
        [&](const Progress&) { return ++windows <= 3; });
    QCOMPARE(timeline.heardUntilS, 4.0);
}

void SoundTimelineTest::wrongRangesAndRecordingsAreRefused()
{
    const auto quiet = [](const AudioBuffer&) { return Localization{}; };
    ErrorKind kind{};
    for (const std::size_t channels : {1U, 6U}) {
        const auto path = recording(1.0, channels);
        QVERIFY(!test::errorOf([&] { (void)listenThrough(path, {}, quiet); }, &kind).empty());
        QCOMPARE(kind, ErrorKind::BadInput);
        QVERIFY(!test::errorOf([&] { (void)glanceAt(path); }, &kind).empty());
    }
    TimelineOptions wrong;
    for (const auto& [windowS, hopS, fromS, toS] :
         {std::array{0.1, 0.1, 0.0, 0.0}, std::array{2.0, 3.0, 0.0, 0.0}, std::array{2.0, 1.0, 5.0, 4.0},
          std::array{2.0, std::nan(""), 0.0, 0.0}}) {
        wrong = {windowS, hopS, fromS, toS};
        QVERIFY(!wrong.isValid(nullptr));
    }
}

QTEST_GUILESS_MAIN(SoundTimelineTest)
#include "SoundTimelineTest.moc"
