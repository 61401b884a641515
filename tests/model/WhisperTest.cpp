// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/AudioFile.h"
#include "core/model/SpeechReader.h"
#include "core/model/nn/TensorFile.h"
#include "core/model/nn/WhisperDecoder.h"
#include "core/model/nn/WhisperEncoder.h"
#include "core/support/Json.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

using namespace binaurium;

namespace {

constexpr double relativeTolerance = 1e-3;             // bar of the project, at 30 s
constexpr double melTolerance = 1e-3;                  // transformers computes the mel in double with another FFT
constexpr double gains[] = {1.0, 0.5, 0.25, 0.8, 0.1}; // of tests/oracles/whisper_encoder.py
constexpr std::int64_t frameStep = 25;

} // namespace

class WhisperTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void melEqualsTheOriginal();
    void encoderEqualsTheOriginalAt30Seconds();
    void shorterClipsKeepTheirOwnLength();
    void longerClipsAreRefused();
    void decoderEqualsTheOriginal();
    void speechIsRead();

private:
    torch::Tensor audio_;
};

void WhisperTest::initTestCase()
{
    BINAURIUM_FAIL_ON_WARNINGS();
    const auto file = readAudio(test::sourceFile("tests/model/fixtures/whisper.flac"));
    const auto once =
        torch::from_blob(const_cast<float*>(file.channel(0).data()), {static_cast<std::int64_t>(file.frames())})
            .clone();
    std::vector<torch::Tensor> parts;
    for (const double gain : gains)
        parts.push_back(once * static_cast<float>(gain));
    audio_ = torch::cat(parts);
    QCOMPARE(audio_.size(0), std::int64_t{480'000});
}

void WhisperTest::melEqualsTheOriginal()
{
    torch::NoGradGuard guard;
    const SafetensorsFile expected(test::sourceFile("tests/model/fixtures/whisper.safetensors"));
    const auto mel = nn::whisperMel(audio_).slice(1, 0, at::indexing::None, frameStep);
    const double difference = (mel - nn::toTensor(expected.tensor("mel"))).abs().max().item<double>();
    qInfo("largest difference of the mel spectrogram %.2g", difference);
    QVERIFY(difference < melTolerance);
}

void WhisperTest::encoderEqualsTheOriginalAt30Seconds()
{
    const auto path = test::weightFile("whisper-tiny.en", "model.bin");
    if (path.empty())
        QSKIP("the base weights are not on this computer (binaurium-cli models fetch)");
    torch::NoGradGuard guard;
    const SafetensorsFile expected(test::sourceFile("tests/model/fixtures/whisper.safetensors"));
    const auto original = nn::toTensor(expected.tensor("encoded"));
    const auto encoded =
        nn::WhisperEncoder(CTranslate2File(path)).encode(audio_).slice(0, 0, at::indexing::None, frameStep);
    const double error = ((encoded - original).norm() / original.norm()).item<double>();
    qInfo("relative error of the encoder's output %.2g", error);
    QVERIFY(error < relativeTolerance);
}

void WhisperTest::shorterClipsKeepTheirOwnLength()
{
    const auto path = test::weightFile("whisper-tiny.en", "model.bin");
    if (path.empty())
        QSKIP("the base weights are not on this computer (binaurium-cli models fetch)");
    torch::NoGradGuard guard;
    const nn::WhisperEncoder encoder{CTranslate2File(path)};
    QCOMPARE(encoder.encode(audio_.slice(0, 0, 40'000)).size(0), std::int64_t{150}); // 2.5 s fill 3 s
}

void WhisperTest::longerClipsAreRefused()
{
    const auto path = test::weightFile("whisper-tiny.en", "model.bin");
    if (path.empty())
        QSKIP("the base weights are not on this computer (binaurium-cli models fetch)");
    const nn::WhisperEncoder encoder{CTranslate2File(path)};
    ErrorKind kind{};
    QVERIFY(!test::errorOf([&] { (void)encoder.encode(torch::zeros({480'001})); }, &kind).empty());
    QCOMPARE(kind, ErrorKind::BadInput);
}

void WhisperTest::decoderEqualsTheOriginal()
{
    const auto path = test::weightFile("whisper-tiny.en", "model.bin");
    if (path.empty())
        QSKIP("the base weights are not on this computer (binaurium-cli models fetch)");
    constexpr double scoreTolerance = 1e-2; // 25 log-probabilities, float sums in another order through 8 layers
    torch::NoGradGuard guard;
    const Json expected = readJson(test::sourceFile("tests/model/fixtures/whisper-text.json"));
    const CTranslate2File file(path);
    const auto once = audio_.slice(0, 0, audio_.size(0) / 5) / gains[0];
    const auto states = nn::WhisperEncoder(file).encode(torch::constant_pad_nd(once, {0, 480'000 - once.size(0)}));
    const auto text = nn::WhisperDecoder(file).transcribe(states);
    QVERIFY(text.ids == expected["ids"].get<std::vector<int>>());
    QVERIFY(!text.cut);
    qInfo("summed log-probability %.4f", text.logProb);
    QVERIFY(std::abs(text.logProb - expected["score"].get<double>()) < scoreTolerance);
    QVERIFY(!test::errorOf([&] { (void)nn::WhisperDecoder(file).transcribe(torch::zeros({10, 8})); }).empty());
}

void WhisperTest::speechIsRead()
{
    if (test::weightFile("whisper-tiny.en", "vocabulary.txt").empty() ||
        test::weightFile("whisper-tiny.en", "model.bin").empty())
        QSKIP("the base weights are not on this computer (binaurium-cli models fetch)");
    const auto reader = SpeechReader::load();
    const auto speech = readAudio(test::sourceFile("tests/model/fixtures/whisper.flac"));
    QCOMPARE(reader->read(speech), std::string("The kettle is on the left, the telephone is behind you, and the dog "
                                               "barks far away to the right."));
    ErrorKind kind{};
    QVERIFY(!test::errorOf([&] { (void)reader->read(AudioBuffer(1, 16000, 16000.0)); }, &kind).empty()); // silence
    QCOMPARE(kind, ErrorKind::BadInput);
    QVERIFY(!test::errorOf([&] { (void)reader->read(AudioBuffer(1, 31 * 16000, 16000.0)); }).empty());
}

QTEST_GUILESS_MAIN(WhisperTest)
#include "WhisperTest.moc"
