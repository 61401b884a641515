// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/AudioFile.h"
#include "core/audio/Loudness.h"
#include "core/audio/generators/Generators.h"
#include "core/audio/generators/Speech.h"
#include "core/dataset/Labels.h"
#include "core/dataset/sounds/MakeCatalogue.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <cmath>
#include <set>

using namespace binaurium;

namespace {

void writeText(const std::filesystem::path& path, const std::string& text)
{
    std::filesystem::create_directories(path.parent_path());
    writeFileAtomically(path, text);
}

class Folder
{
public:
    [[nodiscard]] std::filesystem::path path() const { return folder_.path().toStdString(); }

private:
    QTemporaryDir folder_;
};

constexpr double rateHz = 44100.0;
// A level is that of the loud 50 ms blocks, whose borders move with the cut: half a decibel.
constexpr double levelToleranceDb = 0.5;
// The regression runs over 10 ms blocks of noise.
constexpr double decayTolerance = 0.15;

// A click followed by noise that decays by 60 dB in `rt60S`.
AudioBuffer click(double rt60S, double durationS = 1.5)
{
    AudioBuffer audio(1, static_cast<std::size_t>(durationS * rateHz), rateHz);
    RandomStream random(1, "click", 0);
    for (std::size_t i = 0; i < audio.frames(); ++i)
        audio.channel(0)[i] =
            static_cast<float>(0.2 * random.normal() * std::pow(10.0, -3.0 * static_cast<double>(i) / rateHz / rt60S));
    return audio;
}

void writeSound(const std::filesystem::path& path, const std::string& generator, std::uint64_t seed)
{
    std::filesystem::create_directories(path.parent_path());
    const auto samples = generateSound(generator, seed, 1.0, rateHz);
    AudioBuffer audio(1, samples.size(), rateHz);
    std::copy(samples.begin(), samples.end(), audio.channel(0).begin());
    writeAudio(audio, path, SampleFormat::Pcm16);
}

} // namespace

class SoundsTest : public QObject
{
    Q_OBJECT
private slots:
    void aPreparedSoundIsCutAndLevelled();
    void silentReverberantAndDullRecordingsAreRefused();
    void decayOfNoiseIsMeasured();
    void groupsNeverLieInTwoSplits();
    void whatIsAlikeOverLabelsAndCollectionsStaysTogether();
    void theIndexComesBackAsItWasWritten();
    void damagedIndexesAreRefused();
    void ownFoldersBecomeSounds();
    void layoutsOfPublicCollectionsAreRead();
    void everyPackagedSoundNamesAKnownLabel();
    void voicesSpeak();
    void soundfontsPlayTheNote();
};

void SoundsTest::aPreparedSoundIsCutAndLevelled()
{
    AudioBuffer audio(2, static_cast<std::size_t>(8 * rateHz), rateHz);
    const auto first = static_cast<std::size_t>(rateHz);
    for (std::size_t i = first; i < audio.frames() - first; ++i)
        for (const std::size_t c : {0U, 1U})
            audio.channel(c)[i] =
                static_cast<float>(0.02 * std::sin(2.0 * M_PI * 1000.0 * static_cast<double>(i) / rateHz)) + 0.1F;
    const auto prepared = prepareSound(audio, false);
    QVERIFY2(prepared.refusal.empty(), prepared.refusal.c_str());
    QCOMPARE(prepared.audio.channels(), std::size_t(1));
    QCOMPARE(prepared.audio.rateHz(), SoundPreparation::rateHz);
    QVERIFY(prepared.measures.durationS <= SoundPreparation::longestS);
    QVERIFY(std::abs(prepared.measures.levelDb - SoundPreparation::levelDb) < levelToleranceDb);
    const double level = 20.0 * std::log10(activeRms(prepared.audio.channel(0), SoundPreparation::rateHz));
    QVERIFY(std::abs(level - SoundPreparation::levelDb) < levelToleranceDb);
}

void SoundsTest::silentReverberantAndDullRecordingsAreRefused()
{
    QVERIFY(prepareSound(AudioBuffer(1, 44100, rateHz), false).refusal.find("silent") != std::string::npos);
    QVERIFY(prepareSound(click(1.2), false).refusal.find("reverberant") != std::string::npos);
    QVERIFY(prepareSound(click(1.2), true).refusal.empty()); // a bell may ring
    QVERIFY(prepareSound(click(0.1), false).refusal.empty());
    QVERIFY(prepareSound(AudioBuffer(1, 8000, 8000.0), false).refusal.find("8000 Hz") != std::string::npos);
    QVERIFY(!prepareSound(AudioBuffer(), false).refusal.empty());
}

void SoundsTest::decayOfNoiseIsMeasured()
{
    for (const double rt60S : {0.4, 0.8, 1.2}) {
        const auto audio = click(rt60S, 2.0);
        const double measured = shortestDecayS(audio.channel(0), rateHz);
        QVERIFY2(std::abs(measured / rt60S - 1.0) < decayTolerance, qPrintable(QString::number(measured)));
    }
}

void SoundsTest::groupsNeverLieInTwoSplits()
{
    std::vector<RawSound> sounds;
    for (int label = 0; label < 5; ++label)
        for (int group = 0; group <= label * 4; ++group)
            for (int i = 0; i < 10; ++i) {
                RawSound sound;
                sound.label = labels()[static_cast<std::size_t>(label)].id;
                sound.group = sound.label + std::string("-g").append(std::to_string(group));
                sound.id = sound.label + sound.group + std::string("-").append(std::to_string(i));
                sounds.push_back(sound);
            }
    assignSplits(sounds);
    std::map<std::pair<std::string, std::string>, Split> seen;
    std::map<std::string, std::set<Split>> splits;
    for (const auto& sound : sounds) {
        const auto [found, first] = seen.try_emplace({sound.label, sound.group}, sound.split);
        QVERIFY(first || found->second == sound.split);
        splits[sound.label].insert(sound.split);
    }
    for (const auto& [label, set] : splits)
        QVERIFY2(set.contains(Split::Train) && set.contains(Split::Test), label.c_str());
    auto again = sounds;
    std::reverse(again.begin(), again.end());
    assignSplits(again); // the order of the files does not matter
    for (std::size_t i = 0; i < sounds.size(); ++i)
        QCOMPARE(again[sounds.size() - 1 - i].split, sounds[i].split);
}

void SoundsTest::whatIsAlikeOverLabelsAndCollectionsStaysTogether()
{
    std::vector<RawSound> sounds;
    const auto add = [&](const char* label, const std::string& group, const std::string& original = {}) {
        RawSound sound;
        sound.label = label;
        sound.group = group;
        sound.original = original;
        sound.id = std::to_string(sounds.size());
        sounds.push_back(sound);
    };
    // Uploaders of one collection, each with several labels; a second collection holds clips of theirs.
    for (int i = 0; i < 20; ++i) {
        const auto number = std::to_string(i);
        for (const char* label : {"dog", "bell", "rain"})
            add(label, "uploader-" + number, label == std::string("dog") ? "recording-" + number : "");
        add(i % 2 == 0 ? "cow" : "cat", "other-" + number, "recording-" + number);
    }
    assignSplits(sounds);
    std::map<std::string, Split> splits;
    std::map<std::string, std::set<Split>> byLabel;
    for (const RawSound& sound : sounds) {
        const auto number = sound.group.substr(sound.group.find('-'));
        QVERIFY2(splits.try_emplace(number, sound.split).first->second == sound.split, number.c_str());
        byLabel[sound.label].insert(sound.split);
    }
    for (const auto& [label, found] : byLabel)
        QVERIFY2(found.contains(Split::Train) && found.contains(Split::Test), label.c_str());
}

void SoundsTest::theIndexComesBackAsItWasWritten()
{
    const Folder folder;
    SoundIndex index;
    index.sounds.push_back({"dog-1",
                            "dog",
                            "g'1",
                            "own",
                            "CC0; \"quoted\"",
                            true,
                            "prepared/dog/dog-1.flac",
                            std::string(64, 'a'),
                            Split::Test,
                            {1.5, -23.0, 4000.0, 0.1}});
    index.refused.emplace_back("x.wav", "it is silent");
    const auto path = folder.path() / SoundIndex::fileName;
    index.write(path);
    index.write(path); // replaces
    const auto again = SoundIndex::read(path);
    QCOMPARE(again.sounds.size(), std::size_t(1));
    const auto& s = again.sounds.front();
    QCOMPARE(s.group, index.sounds.front().group);
    QCOMPARE(s.licence, index.sounds.front().licence);
    QCOMPARE(s.split, Split::Test);
    QCOMPARE(s.redistributable, true);
    QCOMPARE(s.measures.rolloffHz, 4000.0);
    QCOMPARE(again.refused, index.refused);
}

void SoundsTest::damagedIndexesAreRefused()
{
    const Folder folder;
    const auto path = folder.path() / "catalogue.sqlite";
    QVERIFY_THROWS_EXCEPTION(Error, (void)SoundIndex::read(path));
    writeFileAtomically(path, "this is no database, whatever its name says; it is long enough to have a header");
    QVERIFY_THROWS_EXCEPTION(Error, (void)SoundIndex::read(path));
    SoundIndex index;
    index.sounds.push_back({"dog-1", "dog", "g", "own", "CC0", true, "../../etc/passwd", "", Split::Test, {}});
    index.write(path);
    QVERIFY_THROWS_EXCEPTION(Error, (void)SoundIndex::read(path));
    index.sounds.front().file = "prepared/dog/dog-1.flac";
    index.write(path);
    const auto bytes = readFile(path);
    for (const std::size_t length : {std::size_t(0), std::size_t(50), bytes.size() / 2}) {
        writeFileAtomically(path, std::string_view(bytes).substr(0, length));
        QVERIFY_THROWS_EXCEPTION(Error, (void)SoundIndex::read(path));
    }
}

void SoundsTest::ownFoldersBecomeSounds()
{
    const Folder folder;
    const auto own = folder.path() / "own";
    for (std::uint64_t i = 0; i < 6; ++i)
        writeSound(own / "Phone" / ("ring " + std::to_string(i) + ".wav"), "telephone", i);
    writeSound(own / "submarine" / "1.wav", "noise", 1);
    writeText(own / "Phone" / "broken.wav", "RIFF and then nothing of use");
    CatalogueOptions options;
    options.packaged = false;
    options.folders = {own};
    options.output = folder.path() / "sounds";
    const auto report = makeCatalogue(options);
    QCOMPARE(report.index.sounds.size(), std::size_t(6));
    QCOMPARE(report.index.refused.size(), std::size_t(1));
    QVERIFY(report.index.refused.front().second.find("broken.wav") != std::string::npos);
    QCOMPARE(report.skipped.size(), std::size_t(1));
    QVERIFY(report.skipped.front().find("submarine") != std::string::npos);
    for (const auto& sound : SoundIndex::read(options.output / SoundIndex::fileName).sounds) {
        QCOMPARE(sound.label, std::string("telephone"));
        QVERIFY(readAudioInfo(options.output / sound.file).frames > 0);
    }
    options.folders.clear();
    QVERIFY_THROWS_EXCEPTION(Error, (void)makeCatalogue(options));
}

void SoundsTest::layoutsOfPublicCollectionsAreRead()
{
    const Folder folder;
    const auto esc = folder.path() / "ESC-50";
    writeSound(esc / "audio" / "1-100-A-0.wav", "dog", 1);
    writeText(esc / "meta/esc50.csv", "filename,fold,target,category,esc10,src_file,take\n"
                                      "1-100-A-0.wav,1,0,dog,True,100,A\n"
                                      "1-101-A-7.wav,1,7,crying_baby,False,101,A\n");
    SoundSources sources;
    addEsc50(sources, esc);
    QCOMPARE(sources.sounds.size(), std::size_t(1));
    QCOMPARE(sources.sounds.front().label, std::string("dog"));
    QCOMPARE(sources.sounds.front().group, std::string("esc50-100"));

    const auto fsd = folder.path() / "FSD50K";
    writeText(fsd / "FSD50K.ground_truth/dev.csv",
              "fname,labels,mids,split\n64760,\"Bark,Dog,Domestic_animals_and_pets\",\"/m/05tny_\",train\n"
              "21914,\"Dog,Siren\",\"/m/0bt9lr\",val\n");
    writeText(fsd / "FSD50K.metadata/dev_clips_info_FSD50K.json",
              R"({"64760": {"license": "http://creativecommons.org/licenses/by/3.0/", "uploader": "someone"}})");
    sources.sounds.clear();
    addFsd50k(sources, fsd);
    QCOMPARE(sources.sounds.size(), std::size_t(1)); // two labels at once are no dry sound of one
    QCOMPARE(sources.sounds.front().group, std::string("fsd50k-someone"));
    QCOMPARE(sources.sounds.front().file, fsd / "FSD50K.dev_audio/64760.wav");

    writeText(esc / "meta/esc50.csv", "filename,category,src_file\n../../secret.wav,dog,1\n");
    QVERIFY_THROWS_EXCEPTION(Error, addEsc50(sources, esc));
    writeText(esc / "meta/esc50.csv", "filename,category\n1.wav,dog\n");
    QVERIFY_THROWS_EXCEPTION(Error, addEsc50(sources, esc));
    QVERIFY_THROWS_EXCEPTION(Error, addFsd50k(sources, folder.path() / "none"));
}

void SoundsTest::everyPackagedSoundNamesAKnownLabel()
{
    SoundSources sources;
    addPackagedSounds(sources); // throws where the table is wrong; packages need not be installed
    for (const auto& sound : sources.sounds) {
        QVERIFY2(findLabel(sound.label) != nullptr, sound.id.c_str());
        QVERIFY2(!sound.licence.empty() && !sound.group.empty(), sound.id.c_str());
    }
}

void SoundsTest::voicesSpeak()
{
    if (!speechAvailable())
        QSKIP("built without libespeak-ng");
    const auto one = speak("Where is the kettle?", "en-us");
    QVERIFY(one.durationS() > 0.5 && one.durationS() < 5.0);
    QVERIFY(activeRms(one.channel(0), one.rateHz()) > 0.01);
    QVERIFY_THROWS_EXCEPTION(Error, (void)speak("x", "no-such-voice"));
}

void SoundsTest::soundfontsPlayTheNote()
{
    const std::filesystem::path path = "/usr/share/sounds/sf2/sf_GMbank.sf2";
    if (!SoundFont::available() || !std::filesystem::exists(path))
        QSKIP("built without libfluidsynth, or the package csound-soundfont is not installed");
    SoundFont font(path);
    constexpr int squareWave = 80; // without vibrato
    constexpr int a5 = 81;         // 880 Hz
    const auto note = font.play({0, squareWave, a5}, 1.0, 0.2);
    // Goertzel sums at the note and a semitone beside it.
    const auto power = [&](double hz) {
        double re = 0.0, im = 0.0;
        for (std::size_t i = 8820; i < 35280; ++i) {
            const double phase = 2.0 * M_PI * hz * static_cast<double>(i) / note.rateHz();
            re += note.channel(0)[i] * std::cos(phase);
            im += note.channel(0)[i] * std::sin(phase);
        }
        return re * re + im * im;
    };
    QVERIFY(power(880.0) > 100.0 * power(880.0 * std::pow(2.0, 1.0 / 12.0)));
    QVERIFY_THROWS_EXCEPTION(Error, (void)font.play({77, 3, 60}, 1.0, 0.1));
    QVERIFY_THROWS_EXCEPTION(Error, SoundFont("/nowhere.sf2"));
    const Folder folder;
    writeFileAtomically(folder.path() / "bad.sf2", "RIFF....sfbk");
    QVERIFY_THROWS_EXCEPTION(Error, SoundFont(folder.path() / "bad.sf2"));
}

QTEST_GUILESS_MAIN(SoundsTest)
#include "SoundsTest.moc"
