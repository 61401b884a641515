// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Labels.h"
#include "core/model/nn/HybridProjector.h"
#include "core/model/nn/TensorFile.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <cmath>

using namespace binaurium;

namespace {

constexpr double rounding = 1e-5; // single precision, embeddings of about 0.1
constexpr std::int64_t bins = 72, moments = 15, hidden = 8;

// A slot as FrontEnd lays it out, sure of everything, from moment `first` to the end: [moments, 3 + classes + bins].
torch::Tensor sureSlot(const std::string& label, double azimuthDeg, double elevationDeg, double distanceM,
                       std::int64_t first = 0)
{
    const auto classes = static_cast<std::int64_t>(labels().size());
    auto slot = torch::zeros({moments, 3 + classes + bins});
    auto heard = slot.slice(0, first);
    heard.select(1, 0).fill_(1.0);
    heard.select(1, 1 + labelIndex(label)).fill_(1.0);
    const auto bin = std::lround(azimuthDeg / 360.0 * bins + bins) % bins;
    heard.select(1, 1 + classes + bin).fill_(1.0);
    heard.select(1, 1 + classes + bins).fill_(elevationDeg / 30.0);
    heard.select(1, 2 + classes + bins).fill_(std::log(distanceM));
    return slot;
}

} // namespace

class SlotPhrasesTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aSlotSaysWhatItHeardInWordsOfTheModel();
    void aDoubtfulSlotSaysBothAndASilentOneNothing();
    void slotsSayWhichIsFirstAndWhereTheyGo_data();
    void slotsSayWhichIsFirstAndWhereTheyGo();
    void aDoubtBetweenFrontAndBackIsNoMovement();
    void aFreshProjectorSpeaksAndLearnsFromThere();

private:
    [[nodiscard]] std::vector<std::string> said(const torch::Tensor& embeddings) const;
    [[nodiscard]] torch::Tensor phrase(const torch::Tensor& slot, double rt60S = 0.2) const;
    std::unique_ptr<BpeTokenizer> tokenizer_;
    std::unique_ptr<nn::LanguageModel> model_;
    nn::SlotPhrases phrases_{nullptr}, course_{nullptr}; // without and with order and movement
    nn::SpatialEncoder encoder_{nullptr};
};

void SlotPhrasesTest::initTestCase()
{
    BINAURIUM_FAIL_ON_WARNINGS();
    const auto path = test::weightFile("smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");
    if (path.empty())
        QSKIP("the base weights are not on this computer; 'models fetch' brings them");
    const GgufFile file(path);
    tokenizer_ = std::make_unique<BpeTokenizer>(file);
    model_ = std::make_unique<nn::LanguageModel>(file);
    nn::SpatialEncoderConfig shape;
    shape.classes = static_cast<int>(labels().size());
    shape.hidden = hidden;
    encoder_ = nn::SpatialEncoder(shape);
    torch::NoGradGuard guard;
    auto [weight, bias] = encoder_->roomHead();
    weight.fill_(1.0);
    bias.zero_();
    for (const auto& [phrases, tellsCourse] : {std::pair(&phrases_, false), std::pair(&course_, true)}) {
        *phrases = nn::SlotPhrases(shape.classes, bins, hidden, model_->config().hidden, tellsCourse);
        (*phrases)->learn(*model_, *tokenizer_, encoder_);
    }
}

std::vector<std::string> SlotPhrasesTest::said(const torch::Tensor& embeddings) const
{
    std::vector<std::string> words;
    for (const int id : model_->nearestTokens(embeddings))
        words.push_back(tokenizer_->bytesOf(id));
    return words;
}

torch::Tensor SlotPhrasesTest::phrase(const torch::Tensor& slot, double rt60S) const
{
    torch::NoGradGuard guard;
    const auto trunk = torch::full({1, moments, hidden}, std::log(rt60S) / hidden);
    return phrases_.ptr()->forward(trunk, slot.unsqueeze(0).unsqueeze(2))[0][0];
}

void SlotPhrasesTest::aSlotSaysWhatItHeardInWordsOfTheModel()
{
    using Words = std::vector<std::string>;
    QCOMPARE(said(phrase(sureSlot("dog", 90.0, 45.0, 0.6))),
             (Words{" dog", " sound", " left", " nine", " above", " near", " one", " early", " dry"}));
    QCOMPARE(said(phrase(sureSlot("drip", -30.0, 0.0, 1.6, 10), 0.45)),
             (Words{" dri", " water", " front", " one", " level", " steps", " two", " late", " moderate"}));
    QCOMPARE(said(phrase(sureSlot("music_box", 180.0, -35.0, 4.0, 5), 0.9)),
             (Words{" music", " box", " behind", " six", " below", " far", " four", " middle", " echo"}));
}

void SlotPhrasesTest::aDoubtfulSlotSaysBothAndASilentOneNothing()
{
    QCOMPARE(said(phrase(torch::zeros_like(sureSlot("dog", 0.0, 0.0, 1.0)))),
             std::vector<std::string>(nn::SlotPhrasesImpl::words(false), " nothing"));
    // Front or back in equal parts: as near to either word.
    const auto front = phrase(sureSlot("dog", 0.0, 0.0, 1.0)), back = phrase(sureSlot("dog", 180.0, 0.0, 1.0));
    const auto both = phrase((sureSlot("dog", 0.0, 0.0, 1.0) + sureSlot("dog", 180.0, 0.0, 1.0)) / 2.0);
    QVERIFY(torch::allclose(both[2], (front[2] + back[2]) / 2.0, 0.0, rounding));
    QVERIFY(torch::allclose(both[0], front[0], 0.0, rounding));
}

// Three slots that begin one after the other, within one part of the clip; the second one goes where `row` says.
void SlotPhrasesTest::slotsSayWhichIsFirstAndWhereTheyGo_data()
{
    QTest::addColumn<double>("turnDeg");
    QTest::addColumn<double>("distanceRatio");
    QTest::addColumn<QString>("word");
    QTest::newRow("still") << 0.0 << 1.0 << " still";
    QTest::newRow("left") << 45.0 << 1.0 << " left";
    QTest::newRow("right") << -45.0 << 1.0 << " right";
    QTest::newRow("closer") << 0.0 << 0.5 << " closer";
    QTest::newRow("away") << 0.0 << 2.0 << " away";
}

void SlotPhrasesTest::slotsSayWhichIsFirstAndWhereTheyGo()
{
    QFETCH(const double, turnDeg);
    QFETCH(const double, distanceRatio);
    QFETCH(const QString, word);
    auto moving = sureSlot("dog", 0.0, 0.0, 1.0, 1);
    for (std::int64_t m = 1; m < moments; ++m) {
        const double done = static_cast<double>(m - 1) / static_cast<double>(moments - 2);
        moving[m].copy_(sureSlot("dog", done * turnDeg, 0.0, std::pow(distanceRatio, done))[m]);
    }
    const auto heard =
        torch::stack({sureSlot("rain", -90.0, 0.0, 1.0, 3), moving, sureSlot("kettle", 90.0, 0.0, 2.0)}, 1);
    const torch::NoGradGuard guard;
    const auto phrases = course_.ptr()->forward(torch::zeros({1, moments, hidden}), heard.unsqueeze(0))[0];
    QCOMPARE(phrases.size(1), nn::SlotPhrasesImpl::words(true));
    const auto last = [&](std::int64_t slot) {
        return said(phrases[slot].slice(0, -nn::SlotPhrasesImpl::courseWords));
    };
    QCOMPARE(last(0), (std::vector<std::string>{" third", " still"}));
    QCOMPARE(last(1), (std::vector<std::string>{" second", word.toStdString()}));
    QCOMPARE(last(2), (std::vector<std::string>{" first", " still"}));
    // A slot that is silent takes no place.
    const auto two = torch::stack({heard.select(1, 0), torch::zeros_like(heard.select(1, 0))}, 1);
    QCOMPARE(said(course_.ptr()->forward(torch::zeros({1, moments, hidden}), two.unsqueeze(0))[0][0])[9],
             std::string(" first"));
}

void SlotPhrasesTest::aDoubtBetweenFrontAndBackIsNoMovement()
{
    const torch::NoGradGuard guard;
    const auto both = (sureSlot("dog", 20.0, 0.0, 1.0) + sureSlot("dog", 160.0, 0.0, 1.0)) / 2.0;
    const auto phrase =
        course_.ptr()->forward(torch::zeros({1, moments, hidden}), both.unsqueeze(0).unsqueeze(2))[0][0];
    QCOMPARE(said(phrase).back(), std::string(" still"));
}

void SlotPhrasesTest::aFreshProjectorSpeaksAndLearnsFromThere()
{
    nn::ProjectorConfig config;
    config.kind = "p5";
    config.semantic = 12;
    config.hidden = hidden;
    config.slotCount = 2;
    config.spatial = hidden + 2 * (3 + static_cast<std::int64_t>(labels().size()) + bins);
    config.output = model_->config().hidden;
    nn::HybridProjector projector(config, model_->embeddingNorm());
    projector->learnWords(*model_, *tokenizer_, encoder_);
    QCOMPARE(projector->slotTokens(), 2 * nn::SlotPhrasesImpl::words(false));
    const auto first = sureSlot("dog", 90.0, 0.0, 1.0), second = sureSlot("rain", 0.0, 0.0, 3.0);
    const auto spatial =
        torch::cat({torch::full({moments, hidden}, std::log(0.2) / hidden), first, second}, 1).unsqueeze(0);
    const auto tokens = projector->forward(torch::randn({1, moments, 12}), spatial)[0].slice(0, moments);
    QVERIFY(torch::allclose(tokens, torch::cat({phrase(first), phrase(second)}), 0.0, rounding));
    tokens.square().sum().backward();
    std::size_t learning = 0;
    for (const auto& parameter : projector->named_parameters())
        if (parameter.key().starts_with("slot_expert") && parameter.value().grad().abs().max().item<double>() > 0.0)
            ++learning;
    QVERIFY(learning > 0);
    for (const auto& parameter : projector->named_parameters())
        QVERIFY(!parameter.key().starts_with("slot_phrases")); // the words stay as they are

    // One that tells the course goes on from what this one learned.
    auto longer = config;
    longer.kind = "p6";
    QVERIFY(nn::growsFrom(longer, config) && !nn::growsFrom(config, longer));
    QTemporaryDir folder;
    const auto file = test::scratch(folder, "projector.safetensors");
    for (auto& parameter : projector->parameters())
        parameter.detach().add_(0.01);
    nn::saveTensors(file, nn::moduleTensors(*projector, "projector."), {});
    nn::HybridProjector grown(longer, model_->embeddingNorm());
    grown->learnWords(*model_, *tokenizer_, encoder_);
    nn::loadProjector(grown, SafetensorsFile(file), config);
    const auto semantic = torch::randn({1, moments, 12});
    const auto before = projector->forward(semantic, spatial)[0], after = grown->forward(semantic, spatial)[0];
    const auto words = nn::SlotPhrasesImpl::words(false);
    QVERIFY(torch::allclose(after.slice(0, 0, moments + words), before.slice(0, 0, moments + words), 0.0, rounding));
    QCOMPARE(said(after.slice(0, moments + words, moments + words + 2)),
             (std::vector<std::string>{" first", " still"}));

    // What was learned is stored with the words, and needs no language model to be read again.
    auto json = nn::toJson(config);
    QCOMPARE(nn::projectorConfigFromJson(JsonObject(json, "projector")).classes(), config.classes());
    json["azimuth_bins"] = 3000;
    QVERIFY(test::errorOf([&] { (void)nn::projectorConfigFromJson(JsonObject(json, "projector")); }).find("classes") !=
            std::string::npos);
}

QTEST_GUILESS_MAIN(SlotPhrasesTest)
#include "SlotPhrasesTest.moc"
