// SPDX-License-Identifier: GPL-3.0-or-later
// What is seen of a recording before a model hears it: formats, blocks, ranges, doubts, overview.
#include "core/audio/AudioRange.h"
#include "core/audio/AudioReader.h"
#include "core/audio/ListeningCheck.h"
#include "core/audio/features/SoundOverview.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <QTest>
#include <cmath>
#include <numbers>
#include <sndfile.h>

using namespace binaurium;

namespace {

AudioBuffer tone(double hz, double seconds, double rateHz, float left, float right)
{
    AudioBuffer audio(2, static_cast<std::size_t>(seconds * rateHz), rateHz);
    for (std::size_t n = 0; n < audio.frames(); ++n) {
        const auto s = static_cast<float>(std::sin(2.0 * std::numbers::pi * hz * static_cast<double>(n) / rateHz));
        audio.channel(0)[n] = left * s;
        audio.channel(1)[n] = right * s;
    }
    return audio;
}

bool has(const std::vector<ListeningConcern>& list, ListeningConcern concern)
{
    return std::find(list.begin(), list.end(), concern) != list.end();
}

} // namespace

class ListeningTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void recordingsOfEveryFormatAreRead_data();
    void recordingsOfEveryFormatAreRead();
    void blocksAreTheWhole();
    void rangesAreCutAtTheEndsOfTheClip();
    void doubtfulRecordingsAreNamed();
    void blocksGiveTheDoubtsOfTheWhole();
    void onlyTwoChannelsAreEars();
    void theOverviewShowsAToneAtItsTimeAndFrequency();
    void theOverviewOfBlocksIsThatOfTheWhole();

private:
    QTemporaryDir folder_;
};

void ListeningTest::recordingsOfEveryFormatAreRead_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("format");
    QTest::newRow("wav") << "a.wav" << (SF_FORMAT_WAV | SF_FORMAT_PCM_16);
    QTest::newRow("flac") << "a.flac" << (SF_FORMAT_FLAC | SF_FORMAT_PCM_16);
    QTest::newRow("ogg") << "a.ogg" << (SF_FORMAT_OGG | SF_FORMAT_VORBIS);
    QTest::newRow("opus") << "a.opus" << (SF_FORMAT_OGG | SF_FORMAT_OPUS);
    QTest::newRow("mp3") << "a.mp3" << (SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III);
}

void ListeningTest::recordingsOfEveryFormatAreRead()
{
    QFETCH(QString, name);
    QFETCH(int, format);
    constexpr double lossyDb = 0.5; // of the level of a tone; wrong channels or scales are decibels off
    const auto audio = tone(440.0, 2.0, 48000.0, 0.5F, 0.25F);
    SF_INFO info{};
    info.channels = 2;
    info.samplerate = 48000;
    info.format = format;
    if (sf_format_check(&info) == 0)
        QSKIP("this libsndfile does not write the format");
    const auto path = test::scratch(folder_, name.toStdString());
    SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &info);
    QVERIFY(file != nullptr);
    std::vector<float> interleaved;
    for (std::size_t n = 0; n < audio.frames(); ++n)
        for (std::size_t c = 0; c < 2; ++c)
            interleaved.push_back(audio.channel(c)[n]);
    QCOMPARE(sf_writef_float(file, interleaved.data(), 96000), sf_count_t{96000});
    sf_close(file);
    const auto read = readAudio(path, 24000, 48000); // a range out of the middle
    QCOMPARE(read.frames(), std::size_t{48000});
    QCOMPARE(read.rateHz(), 48000.0);
    for (std::size_t c = 0; c < 2; ++c) {
        double power = 0.0;
        for (const float s : read.channel(c))
            power += static_cast<double>(s) * static_cast<double>(s) / 48000.0;
        const double levelDb = 10.0 * std::log10(power * 2.0) - 20.0 * std::log10(0.5 / (static_cast<double>(c) + 1.0));
        QVERIFY2(std::abs(levelDb) < lossyDb, qPrintable(QString::number(levelDb)));
    }
}

void ListeningTest::blocksAreTheWhole()
{
    const auto audio = tone(300.0, 1.0, 32000.0, 0.5F, 0.25F);
    const auto path = test::scratch(folder_, "blocks.wav");
    writeAudio(audio, path);
    AudioReader reader(path);
    QCOMPARE(reader.info().frames, std::int64_t{32000});
    std::vector<float> left;
    for (auto block = reader.read(7001); block.frames() > 0; block = reader.read(7001)) {
        QVERIFY(block.frames() <= 7001);
        left.insert(left.end(), block.channel(0).begin(), block.channel(0).end());
    }
    QVERIFY(std::equal(left.begin(), left.end(), audio.channel(0).begin(), audio.channel(0).end()));
    reader.seek(31999);
    QCOMPARE(reader.read(10).frames(), std::size_t{1});
}

void ListeningTest::rangesAreCutAtTheEndsOfTheClip()
{
    AudioBuffer audio(2, 1000, 1000.0);
    for (std::size_t n = 0; n < 1000; ++n)
        audio.channel(1)[n] = static_cast<float>(n);
    const auto part = audioRange(audio, 0.25, 0.5);
    QCOMPARE(part.frames(), std::size_t{250});
    QCOMPARE(part.channel(1)[0], 250.0F);
    QCOMPARE(audioRange(audio, 0.9, 7.0).frames(), std::size_t{100});
    QCOMPARE(audioRange(audio, -3.0, 0.1).frames(), std::size_t{100});
    QCOMPARE(audioRange(audio, 5.0, 6.0).frames(), std::size_t{1});
    QCOMPARE(audioRange(audio, 0.5, 0.2).frames(), std::size_t{1});
    QCOMPARE(audioFrames(audio, 990, 100).frames(), std::size_t{10});
    QVERIFY(audioRange({}, 0.0, 1.0).empty());
}

void ListeningTest::doubtfulRecordingsAreNamed()
{
    QVERIFY(listeningConcerns(tone(500.0, 0.5, 48000.0, 0.3F, 0.2F)).empty());
    QVERIFY(has(listeningConcerns(AudioBuffer(2, 4800, 48000.0)), ListeningConcern::Silent));
    QVERIFY(has(listeningConcerns(tone(500.0, 0.5, 48000.0, 0.3F, 0.0F)), ListeningConcern::OneEarSilent));
    QVERIFY(has(listeningConcerns(tone(500.0, 0.5, 48000.0, 0.3F, 0.3F)), ListeningConcern::SameInBothEars));
    QVERIFY(has(listeningConcerns(tone(500.0, 0.5, 8000.0, 0.3F, 0.2F)), ListeningConcern::LowRate));
    auto loud = tone(500.0, 0.5, 48000.0, 3.0F, 2.0F);
    for (float& s : loud.all())
        s = std::clamp(s, -1.0F, 1.0F);
    QVERIFY(has(listeningConcerns(loud), ListeningConcern::Clipped));
    for (const auto concern : {ListeningConcern::Silent, ListeningConcern::OneEarSilent,
                               ListeningConcern::SameInBothEars, ListeningConcern::Clipped, ListeningConcern::LowRate})
        QVERIFY(!sentence(concern).empty());
}

void ListeningTest::blocksGiveTheDoubtsOfTheWhole()
{
    const auto audio = tone(500.0, 0.5, 8000.0, 0.3F, 0.3F);
    ListeningCheck check(audio.rateHz());
    for (std::size_t first = 0; first < audio.frames(); first += 700)
        check.add(audioFrames(audio, first, 700));
    QVERIFY(check.concerns() == listeningConcerns(audio));
    QCOMPARE(check.concerns().size(), std::size_t{2});
}

void ListeningTest::onlyTwoChannelsAreEars()
{
    QVERIFY(whyNotTwoEars(2).empty());
    QVERIFY(whyNotTwoEars(1).find("mono") != std::string::npos);
    QVERIFY(whyNotTwoEars(6).find("5.1") != std::string::npos);
}

void ListeningTest::theOverviewShowsAToneAtItsTimeAndFrequency()
{
    // A second of silence, a second of 2 kHz.
    AudioBuffer audio(2, 96000, 48000.0);
    const auto sound = tone(2000.0, 1.0, 48000.0, 0.5F, 0.5F);
    for (std::size_t c = 0; c < 2; ++c)
        std::copy(sound.channel(c).begin(), sound.channel(c).end(), audio.channel(c).begin() + 48000);
    const auto seen = soundOverview(audio);
    QCOMPARE(seen.durationS, 2.0);
    const auto column = [&](double timeS) {
        return static_cast<std::size_t>(timeS / seen.durationS * static_cast<double>(seen.columns));
    };
    QCOMPARE(seen.high[column(0.5)], 0.0F);
    QVERIFY(seen.high[column(1.5)] > 0.49F && seen.low[column(1.5)] < -0.49F);
    const float* levels = seen.levelDb.data() + column(1.5) * seen.bands;
    const auto loudest = static_cast<std::size_t>(std::max_element(levels, levels + seen.bands) - levels);
    QVERIFY(std::abs(std::log2(seen.bandHz(loudest) / 2000.0)) < 0.15); // one of 8 bands per octave
    QVERIFY(seen.levelDb[column(0.5) * seen.bands + loudest] <= -90.0F);
}

void ListeningTest::theOverviewOfBlocksIsThatOfTheWhole()
{
    const auto audio = tone(700.0, 3.0, 16000.0, 0.4F, 0.1F);
    const auto whole = soundOverview(audio);
    OverviewMaker maker(audio.rateHz(), static_cast<std::int64_t>(audio.frames()));
    for (std::size_t first = 0; first < audio.frames(); first += 997)
        maker.add(audioFrames(audio, first, 997));
    const auto blocks = maker.finish();
    QVERIFY(blocks.low == whole.low && blocks.high == whole.high);
    QVERIFY(blocks.levelDb == whole.levelDb);
    // A header that promises more than there is, and an empty sound.
    OverviewMaker shorter(16000.0, 1'000'000'000);
    shorter.add(audio);
    QVERIFY(shorter.finish().columns <= 1200);
    QCOMPARE(OverviewMaker(16000.0, 0).finish().columns, std::size_t{1});
}

QTEST_GUILESS_MAIN(ListeningTest)
#include "ListeningTest.moc"
