// SPDX-License-Identifier: GPL-3.0-or-later
// Asking together gives what asking one by one gives. Needs the shipped model and its base weights.
#include "core/model/HearingModel.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/model/NoiseFromTheLeft.h"

#include <cmath>

using namespace binaurium;

class AskManyTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void togetherIsAsOneByOne();
};

namespace {

// Float sums in another order, through 30 layers.
constexpr double batchRounding = 2e-3;

} // namespace

void AskManyTest::togetherIsAsOneByOne()
{
    if (test::weightFile("smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf").empty() ||
        test::weightFile("whisper-tiny.en", "model.bin").empty())
        QSKIP("the base weights are not on this computer; 'models fetch' brings them");
    ModelOptions exact;
    exact.dtype = "float32"; // batches round alike
    const auto model = HearingModel::load(exact);
    QVERIFY(model->sha256().size() == 64);
    AskJob job{test::noiseFromTheLeft("ask many test", 32000), "Where does the noise come from?", {}};
    AskOptions way;
    way.options = {"left", "right", "in front of you", "behind"};
    way.maxTokens = 8;
    job.ways.push_back(way); // with free text
    way.likelihoodOnly = true;
    for (const Control control : {Control::PromptOnly, Control::Swap, Control::Silence, Control::Noise, Control::Mono,
                                  Control::ZeroSpatial, Control::ShuffleSpatial, Control::NoSemantic}) {
        way.control = control;
        job.ways.push_back(way);
    }
    way.control = Control::None;
    std::swap(way.options[0], way.options[3]);
    job.ways.push_back(way);
    AskJob other{job.audio, "Is there a dog?", {}};
    AskOptions open;
    open.maxTokens = 5;
    other.ways.push_back(open); // without options
    const auto answers = model->askMany({job, other});
    QCOMPARE(answers.size(), std::size_t{2});
    for (std::size_t w = 0; w < job.ways.size(); ++w) {
        const auto alone = model->ask(job.audio, job.question, job.ways[w]);
        const auto& together = answers[0][w];
        QCOMPARE(together.control, alone.control);
        QCOMPARE(together.optionScores.size(), alone.optionScores.size());
        for (std::size_t i = 0; i < alone.optionScores.size(); ++i)
            QVERIFY2(std::abs(together.optionScores[i] - alone.optionScores[i]) < batchRounding,
                     together.control.c_str());
        QCOMPARE(together.generated, alone.generated);
        QVERIFY(w == 0 || together.generated.empty());
    }
    QCOMPARE(answers[1][0].generated, model->ask(other.audio, other.question, open).generated);
    QVERIFY(answers[1][0].optionScores.empty());
}

QTEST_GUILESS_MAIN(AskManyTest)
#include "AskManyTest.moc"
