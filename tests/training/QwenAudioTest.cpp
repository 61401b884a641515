// SPDX-License-Identifier: GPL-3.0-or-later
// Qwen2-Audio on a random tiny model of the same architecture (tests/oracles/qwen2_audio.py): parity with transformers
// from the tokenizer to the answer, damaged folders, and training on it.
#include "core/dataset/SpatialWords.h"
#include "core/model/HearingModel.h"
#include "core/model/nn/BaseModel.h"
#include "core/model/nn/FrontEnd.h"
#include "core/model/nn/Generation.h"
#include "core/model/nn/Prompt.h"
#include "core/model/nn/TensorFile.h"
#include "core/support/AtomicFile.h"
#include "core/training/LanguageStage.h"
#include "tests/TestMain.h"
#include "tests/training/TinyLanguage.h"

using namespace binaurium;
namespace fs = std::filesystem;

namespace {

constexpr double parityTolerance = 2e-4; // float32; other order of additions

fs::path fixture()
{
    return test::sourceFile("tests/model/fixtures/qwen2-audio");
}

// The sound of the script.
std::vector<float> sound(std::size_t samples)
{
    std::vector<float> x(samples);
    for (std::size_t n = 0; n < samples; ++n) {
        const double t = static_cast<double>(n) / 16000.0;
        x[n] = static_cast<float>(0.3 * std::sin(2.0 * M_PI * 440.0 * t) +
                                  (t > 0.5 ? 0.1 * std::sin(2.0 * M_PI * 1700.0 * t) : 0.0));
    }
    return x;
}

AudioBuffer stereo(const std::vector<float>& mono)
{
    AudioBuffer audio(2, mono.size(), 16000.0);
    for (std::size_t c = 0; c < 2; ++c)
        std::ranges::copy(mono, audio.channel(c).begin());
    return audio;
}

double difference(const torch::Tensor& a, const torch::Tensor& b)
{
    return (a - b).abs().max().item<double>();
}

// A copy of the fixture whose configuration is edited.
fs::path copyWith(const fs::path& folder, const std::function<void(Json& config)>& edit)
{
    fs::create_directories(folder);
    for (const char* name : {"model.safetensors", "tokenizer.json"})
        fs::copy_file(fixture() / name, folder / name);
    Json config = readJson(fixture() / "config.json");
    edit(config);
    writeFileAtomically(folder / "config.json", config.dump(1));
    return folder;
}

} // namespace

class QwenAudioTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void theTokenizerCutsLikeTheOriginal();
    void theTowerAndItsProjectionEqualTheOriginal();
    void logitsAndAnswerEqualTheOriginal();
    void newNamesInSeveralFilesAreTheSameModel();
    void aPublishedModelAnswersButRefusesSpace();
    void foldersThatLieAreRefused_data();
    void foldersThatLieAreRefused();
    void aModelLargerThanTheMemoryIsRefusedFirst();
    void projectorAndLoraAreTrainedOnIt();

private:
    Json expected_;
    std::unique_ptr<SafetensorsFile> tensors_;
};

void QwenAudioTest::initTestCase()
{
    BINAURIUM_FAIL_ON_WARNINGS();
    expected_ = readJson(fixture() / "expected.json");
    tensors_ = std::make_unique<SafetensorsFile>(fixture() / "expected.safetensors");
}

void QwenAudioTest::theTokenizerCutsLikeTheOriginal()
{
    const auto tokenizer = readHubTokenizer(fixture(), PreTokenizer::Qwen2);
    for (const Json& row : expected_.at("strings"))
        QCOMPARE(tokenizer.encode(row.at("text").get<std::string>()), row.at("ids").get<std::vector<int>>());
    // Special tokens in plain text are text.
    const auto ids = tokenizer.encode("<|im_end|>");
    QVERIFY(std::ranges::find(ids, tokenizer.idOf("<|im_end|>")) == ids.end());
    QCOMPARE(tokenizer.decode(ids), std::string("<|im_end|>"));
}

void QwenAudioTest::theTowerAndItsProjectionEqualTheOriginal()
{
    const torch::NoGradGuard guard;
    const auto base = nn::loadBase({"qwen2-audio", fixture(), nn::WeightType::Float32}, {});
    const auto samples = torch::tensor(sound(expected_.at("samples").get<std::size_t>()));
    const auto states = base.semantic->encode(samples);
    const auto expected = nn::toTensor(tensors_->tensor("states"));
    QVERIFY(states.sizes() == expected.sizes());
    QVERIFY2(difference(states, expected) < parityTolerance, qPrintable(QString::number(difference(states, expected))));
    const auto tokens = torch::linear(states, base.audioProjection, base.audioProjectionBias);
    QVERIFY(difference(tokens, nn::toTensor(tensors_->tensor("tokens"))) < parityTolerance);
}

void QwenAudioTest::logitsAndAnswerEqualTheOriginal()
{
    const torch::NoGradGuard guard;
    const auto base = nn::loadBase({"qwen2-audio", fixture(), nn::WeightType::Float32}, {});
    const auto audio = nn::toTensor(tensors_->tensor("tokens"));
    const auto prompt = nn::makePrompt(*base.tokenizer, expected_.at("question").get<std::string>());
    auto ids = prompt.before;
    ids.insert(ids.end(), static_cast<std::size_t>(audio.size(0)), base.tokenizer->idOf("<|AUDIO|>"));
    ids.insert(ids.end(), prompt.after.begin(), prompt.after.end());
    QCOMPARE(ids, expected_.at("prompt").get<std::vector<int>>());
    const auto embeddings = nn::promptEmbeddings(*base.language, prompt, audio);
    const auto logits = base.language->logits(base.language->forward(embeddings).select(1, -1))[0];
    const auto off = difference(logits, nn::toTensor(tensors_->tensor("logits")));
    QVERIFY2(off < parityTolerance, qPrintable(QString::number(off)));
    nn::GenerationOptions options;
    options.maxTokens = static_cast<int>(expected_.at("greedy").size());
    QCOMPARE(nn::generate(*base.language, embeddings, options).ids, expected_.at("greedy").get<std::vector<int>>());
}

void QwenAudioTest::newNamesInSeveralFilesAreTheSameModel()
{
    const QTemporaryDir scratch;
    const fs::path folder = copyWith(test::scratch(scratch, "new"), [](Json& config) {
        config["audio_token_id"] = config["audio_token_index"];
        config.erase("audio_token_index");
    });
    const SafetensorsFile old(folder / "model.safetensors");
    std::array<nn::NamedTensors, 2> parts;
    Json map;
    std::size_t i = 0;
    for (const auto& [name, view] : old.tensors()) {
        std::string renamed = "model." + name;
        if (name.starts_with("language_model.model."))
            renamed = "model.language_model." + name.substr(21);
        else if (name == "language_model.lm_head.weight")
            renamed = "lm_head.weight";
        const auto part = i++ % 2;
        parts[part].emplace_back(renamed, nn::toTensor(view));
        map[renamed] = "model-" + std::to_string(part) + ".safetensors";
    }
    for (std::size_t part = 0; part < 2; ++part)
        nn::saveTensors(folder / ("model-" + std::to_string(part) + ".safetensors"), parts[part], {});
    fs::remove(folder / "model.safetensors");
    writeFileAtomically(folder / "model.safetensors.index.json", Json{{"weight_map", map}}.dump());

    const torch::NoGradGuard guard;
    const auto base = nn::loadBase({"qwen2-audio", folder, nn::WeightType::Float32}, {});
    const auto prompt = nn::makePrompt(*base.tokenizer, expected_.at("question").get<std::string>());
    const auto embeddings = nn::promptEmbeddings(*base.language, prompt, nn::toTensor(tensors_->tensor("tokens")));
    const auto logits = base.language->logits(base.language->forward(embeddings).select(1, -1))[0];
    QVERIFY(difference(logits, nn::toTensor(tensors_->tensor("logits"))) < parityTolerance);
}

void QwenAudioTest::aPublishedModelAnswersButRefusesSpace()
{
    ModelOptions options;
    options.model = fixture();
    options.dtype = "float32";
    const auto model = HearingModel::load(options, {});
    const auto audio = stereo(sound(expected_.at("samples").get<std::size_t>()));
    AskOptions ask;
    ask.maxTokens = static_cast<int>(expected_.at("greedy").size());
    const auto answer = model->ask(audio, expected_.at("question").get<std::string>(), ask, {});
    QVERIFY(answer.tokens > 0);
    const auto tokenizer = readHubTokenizer(fixture(), PreTokenizer::Qwen2);
    auto ids = expected_.at("greedy").get<std::vector<int>>();
    for (const char* end : {"<|im_end|>", "<|endoftext|>"})
        ids.erase(std::ranges::find(ids, tokenizer.idOf(end)), ids.end());
    QCOMPARE(answer.generated, tokenizer.decode(ids));
    ErrorKind kind{};
    const auto refusal = test::errorOf([&] { (void)model->ask(audio, "Where is the dog?", ask, {}); }, &kind);
    QCOMPARE(kind, ErrorKind::Missing);
    QVERIFY2(refusal.find("no spatial encoder") != std::string::npos, refusal.c_str());
    QVERIFY(!test::errorOf([&] { (void)model->localize(audio, {}); }).empty());
    QVERIFY(asksAboutSpace("What is it?", {"left", "right"}));
    QVERIFY(!asksAboutSpace("Is there a dog? Nearly!", {"yes", "no"}));
}

void QwenAudioTest::foldersThatLieAreRefused_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("another width") << "/text_config/hidden_size"
                                   << "96"
                                   << "its configuration says";
    QTest::newRow("more layers") << "/text_config/num_hidden_layers"
                                 << "3"
                                 << "has no tensor";
    QTest::newRow("no layers") << "/text_config/num_hidden_layers"
                               << "0"
                               << "num_hidden_layers";
    QTest::newRow("heads that do not divide") << "/text_config/num_attention_heads"
                                              << "5"
                                              << "num_attention_heads";
    QTest::newRow("a huge tower") << "/audio_config/d_model"
                                  << "4000000000"
                                  << "d_model";
    QTest::newRow("an odd window") << "/audio_config/max_source_positions"
                                   << "1501"
                                   << "odd";
    QTest::newRow("a token outside") << "/audio_token_index"
                                     << "100000000"
                                     << "audio_token_index";
    QTest::newRow("another model") << "/model_type"
                                   << "\"llama\""
                                   << "model_type";
    QTest::newRow("a negative vocabulary") << "/text_config/vocab_size"
                                           << "-1"
                                           << "vocab_size";
}

void QwenAudioTest::foldersThatLieAreRefused()
{
    QFETCH(const QString, key);
    QFETCH(const QString, value);
    QFETCH(const QString, sentence);
    const QTemporaryDir scratch;
    const auto folder = copyWith(test::scratch(scratch, "lie"), [&](Json& config) {
        config[Json::json_pointer(key.toStdString())] = Json::parse(value.toStdString());
    });
    const auto said = test::errorOf([&] { (void)nn::loadBase({"qwen2-audio", folder, nn::WeightType::Float32}, {}); });
    QVERIFY2(said.find(sentence.toStdString()) != std::string::npos, said.c_str());

    const auto outside = test::scratch(scratch, "outside");
    copyWith(outside, [](Json&) {});
    fs::rename(outside / "model.safetensors", test::scratch(scratch, "model.safetensors"));
    writeFileAtomically(outside / "model.safetensors.index.json", R"({"weight_map": {"a": "../model.safetensors"}})");
    QVERIFY(test::errorOf([&] { const Qwen2AudioFolder refused(outside); }).find("not a file beside") !=
            std::string::npos);
}

void QwenAudioTest::aModelLargerThanTheMemoryIsRefusedFirst()
{
    const QTemporaryDir scratch;
    const auto folder = copyWith(test::scratch(scratch, "large"), [](Json& config) {
        config["text_config"]["hidden_size"] = 65536;
        config["text_config"]["num_hidden_layers"] = 1000;
        config["text_config"]["intermediate_size"] = 262144;
    });
    ErrorKind kind{};
    const auto said = test::errorOf(
        [&] {
            (void)nn::loadBase({"qwen2-audio", folder, nn::WeightType::Bfloat16}, {});
        },
        &kind);
    QCOMPARE(kind, ErrorKind::Missing);
    QVERIFY2(said.find("GiB of memory") != std::string::npos, said.c_str());
}

void QwenAudioTest::projectorAndLoraAreTrainedOnIt()
{
    at::set_num_threads(1);
    const auto run = [&](const fs::path& folder, int stopAfter) {
        auto base = nn::loadBase({"qwen2-audio", fixture(), nn::WeightType::Float32}, {});
        const auto train = test::tinyQuestions(24, 1), validation = test::tinyQuestions(12, 2);
        const QuestionIndex trainIndex(train), validationIndex(validation);
        const auto& c = base.language->config();
        base.language->attach(std::make_shared<nn::Lora>(c, nn::LoraOptions{4, 8.0, "all"}, 1));
        nn::ProjectorConfig shape;
        shape.semantic = 8;
        shape.spatial = 8;
        shape.expert = 16;
        shape.bottleneck = 16;
        shape.output = c.hidden;
        torch::manual_seed(4);
        LanguageParts parts{base.tokenizer.get(), base.language.get(),
                            nn::HybridProjector(shape, base.language->embeddingNorm()), &trainIndex, &validationIndex};
        TrainOptions o;
        o.seed = 3;
        o.checkpointEveryS = 0;
        o.validateEverySteps = 1000;
        o.sft.optimiser = {1e-2, 0.01, 0.05, 1.0, 8, 30};
        o.sft.loraLearningRate = 1e-2;
        o.sft.validationQuestions = 6;
        auto files = fs::exists(folder / "config.toml") ? RunFolder::open(folder) : RunFolder::create(folder, "");
        int steps = 0;
        const auto stop = [&](const Progress& p) { return p.stage != "sft" || ++steps < stopAfter; };
        try {
            runLanguageStage("sft", parts, o.sft, o, files, stop);
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Interrupted)
                throw;
        }
        nn::NamedTensors copies;
        for (const auto& [name, tensor] : parts.tensors())
            copies.emplace_back(name, tensor.detach().clone());
        return copies;
    };
    const QTemporaryDir scratch;
    const auto whole = run(test::scratch(scratch, "whole"), 1000);
    std::vector<double> losses;
    for (const auto& line :
         QString::fromStdString(readFile(test::scratch(scratch, "whole") / "events.jsonl")).split('\n'))
        if (const auto event = line.isEmpty() ? Json() : Json::parse(line.toStdString()); event.contains("loss"))
            losses.push_back(event["loss"].get<double>());
    QVERIFY(losses.size() >= 2);
    QVERIFY2(losses.back() < 0.8 * losses.front(), qPrintable(QString::number(losses.back())));
    const auto isAdapter = [](const auto& tensor) {
        return tensor.first == "base_model.model.language_model.model.layers.1.mlp.down_proj.lora_B.weight";
    };
    QVERIFY(std::ranges::any_of(whole, isAdapter)); // as PEFT names the layers of Qwen2-Audio
    (void)run(test::scratch(scratch, "cut"), 5);
    const auto resumed = run(test::scratch(scratch, "cut"), 1000);
    for (std::size_t i = 0; i < whole.size(); ++i)
        QVERIFY2(torch::equal(whole[i].second, resumed[i].second), whole[i].first.c_str());
}

QTEST_GUILESS_MAIN(QwenAudioTest)
#include "QwenAudioTest.moc"
