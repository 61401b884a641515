// SPDX-License-Identifier: GPL-3.0-or-later
// Awkward outputs of language models and what the one parser reads in them.
#include "core/dataset/Answers.h"
#include "core/dataset/OpenAnswers.h"
#include "tests/TestMain.h"

#include <cmath>

using namespace binaurium;

class ParserTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void choices();
    void openAnswers();
    void lengths();
    void theTablesAreLongEnough();
};

namespace {

using Options = std::vector<std::string>;
const Options sides{"left", "right", "front", "behind"};
const Options octants{"front", "front left", "left", "back left"};
const Options yesNo{"yes", "no"};
const Options yesNoUnknown{"no", "cannot be told", "yes"};
const Options counts{"1", "2", "0"};
const Options things{"dog", "wind chimes", "alarm", "telephone"};
const Options hours{"11 o'clock", "8 o'clock", "3 o'clock", "10 o'clock"};
const Options turns{"straight ahead", "turn right", "turn left", "turn around"};
const Options chains{"right to left", "left to right", "stays on one side"};

struct Row
{
    const char* text;
    const Options* options;
    int choice; // -1: nothing
};

const std::vector<Row> choiceRows{
    // letters
    {"A", &sides, 0},
    {"a", &sides, 0},
    {"B.", &sides, 1},
    {"b)", &sides, 1},
    {"(C)", &sides, 2},
    {"( d )", &sides, 3},
    {"[B]", &sides, 1},
    {"{C}", &sides, 2},
    {"**B**", &sides, 1},
    {"*B*", &sides, 1},
    {"`D`", &sides, 3},
    {"\"A\"", &sides, 0},
    {"\u201cC\u201d", &sides, 2},
    {"  B  ", &sides, 1},
    {"\n\nB\n", &sides, 1},
    {"B:", &sides, 1},
    {"B,", &sides, 1},
    {"B;", &sides, 1},
    {"B!", &sides, 1},
    {"B) right", &sides, 1},
    {"B. right", &sides, 1},
    {"B: right", &sides, 1},
    {"B - right", &sides, 1},
    {"B (right)", &sides, 1},
    {"B \u2014 right", &sides, 1},
    {"(B) right", &sides, 1},
    {"**B) right**", &sides, 1},
    {"B\nThe sound comes from there.", &sides, 1},
    {"Option B", &sides, 1},
    {"option b.", &sides, 1},
    {"Option (C)", &sides, 2},
    {"I choose D.", &sides, 3},
    {"I pick A.", &sides, 0},
    {"Choice C", &sides, 2},
    {"Letter D", &sides, 3},
    {"I would select B.", &sides, 1},
    {"Answer: B", &sides, 1},
    {"ANSWER: B", &sides, 1},
    {"Answer - C", &sides, 2},
    {"Answer = C", &sides, 2},
    {"The answer is D", &sides, 3},
    {"The answer is (D).", &sides, 3},
    {"The answer is: D", &sides, 3},
    {"The answer is **D**.", &sides, 3},
    {"The correct answer is option B.", &sides, 1},
    {"The final answer is letter A.", &sides, 0},
    {"Final answer: (A)", &sides, 0},
    {"The answer would be C.", &sides, 2},
    {"The answer should be C.", &sides, 2},
    {"$\\boxed{B}$", &sides, 1},
    {"\\boxed{right}", &sides, 1},
    {"<answer>B</answer>", &sides, 1},
    {"<answer>behind</answer>", &sides, 3},
    {"<think>left or right?</think><answer>right</answer>", &sides, 1},
    {"Heard: a dog on the left, a bird on the right. Answer: front", &sides, 2},
    {"Answer: A. No, wait. Answer: B", &sides, 1},
    {"Is it left? The answer is behind.", &sides, 3},
    // letters that are none
    {"E", &sides, -1},
    {"F)", &sides, -1},
    {"C", &yesNo, -1},
    {"A kettle on a shelf", &sides, -1},
    {"A dog barks on the left", &sides, 0},
    {"I hear a dog.", &things, 0},
    {"a b c d", &sides, -1},
    {"A, B", &sides, -1},
    {"A or B", &sides, -1},
    {"A/B", &sides, -1},
    {"AB", &sides, -1},
    {"A) right", &sides, -1},
    {"B: left", &sides, -1},
    {"Option A: behind", &sides, -1},
    {"Ahead, as far as I can tell", &sides, -1},
    {"1", &sides, -1},
    // words
    {"left", &sides, 0},
    {"Left", &sides, 0},
    {"LEFT", &sides, 0},
    {"left.", &sides, 0},
    {"'left'", &sides, 0},
    {"**left**", &sides, 0},
    {"_left_", &sides, 0},
    {"It is on the left.", &sides, 0},
    {"The sound comes from the left side.", &sides, 0},
    {"It's to your right", &sides, 1},
    {"in front of you", &sides, 2},
    {"BEHIND you", &sides, 3},
    {"left left left left left", &sides, 0},
    {"left\nleft\nleft", &sides, 0},
    {"left,", &sides, 0},
    {"- behind", &sides, 3},
    {"\u2022 behind", &sides, 3},
    {"# behind", &sides, 3},
    {"Sure! The kettle is behind you.", &sides, 3},
    {"<|im_start|>left", &sides, 0},
    {"left<|im_end|>", &sides, 0},
    // none or several
    {"", &sides, -1},
    {"   ", &sides, -1},
    {"\n", &sides, -1},
    {"...", &sides, -1},
    {"?", &sides, -1},
    {"left or right", &sides, -1},
    {"left, right", &sides, -1},
    {"left/right", &sides, -1},
    {"left and behind", &sides, -1},
    {"left right left right left right", &sides, -1},
    {"Options: left, right, front, behind", &sides, -1},
    {"leftover", &sides, -1},
    {"upright", &sides, -1},
    {"frontal", &sides, -1},
    {"The left one is louder than the right one.", &sides, -1},
    {"I cannot hear audio.", &sides, -1},
    {"As a language model I have no ears.", &sides, -1},
    {"aaaaaaaaaaaaaaaa", &sides, -1},
    {"links", &sides, -1},
    {"\xff\xfe\x80", &sides, -1},
    // denials
    {"not left but right", &sides, 1},
    {"It is not on the left, it is on the right.", &sides, 1},
    {"It isn't left. It is behind.", &sides, 3},
    {"It isn\u2019t left. It is behind.", &sides, 3},
    {"behind rather than left", &sides, 3},
    {"behind instead of left", &sides, 3},
    {"neither left nor right but front", &sides, 2},
    {"not left", &sides, -1},
    {"never on the left", &sides, -1},
    // longer options hold shorter ones
    {"front left", &octants, 1},
    {"Front-left", &octants, -1},
    {"the front left", &octants, 1},
    {"left", &octants, 2},
    {"front", &octants, 0},
    {"back left", &octants, 3},
    {"front left or left", &octants, -1},
    {"It is front left, not left", &octants, 1},
    {"B) front left", &octants, 1},
    {"A) front left", &octants, -1},
    {"left to right", &chains, 1},
    {"From left to right.", &chains, 1},
    {"It stays on one side.", &chains, 2},
    {"left", &chains, -1},
    {"turn around", &turns, 3},
    {"You turn left.", &turns, 2},
    {"Go straight ahead", &turns, 0},
    {"Turn.", &turns, -1},
    // yes and no
    {"yes", &yesNo, 0},
    {"Yes.", &yesNo, 0},
    {"No", &yesNo, 1},
    {"no, there is none", &yesNo, 1},
    {"Yes, there is no other sound.", &yesNo, 0},
    {"No. Yes would be wrong.", &yesNo, 1},
    {"yes or no", &yesNo, -1},
    {"yes/no", &yesNo, -1},
    {"Yes, no", &yesNo, -1},
    {"yes yes yes", &yesNo, 0},
    {"nothing", &yesNo, -1},
    {"not at all", &yesNo, -1},
    {"I know", &yesNo, -1},
    {"Yesterday", &yesNo, -1},
    {"A", &yesNo, 0},
    {"cannot be told", &yesNoUnknown, 1},
    {"This can't be told.", &yesNoUnknown, 1},
    {"It can\u2019t be told", &yesNoUnknown, 1},
    {"That can not be told from here.", &yesNoUnknown, 1},
    {"no", &yesNoUnknown, 0},
    // numbers
    {"2", &counts, 1},
    {"two", &counts, 1},
    {"Two.", &counts, 1},
    {"There are two sounds.", &counts, 1},
    {"zero", &counts, 2},
    {"1 or 2", &counts, -1},
    {"12", &counts, -1},
    {"3", &counts, -1},
    {"one of the two", &counts, -1},
    {"A) 1", &counts, 0},
    {"A) 2", &counts, -1},
    {"3 o'clock", &hours, 2},
    {"3 o\u2019clock", &hours, 2},
    {"three o'clock", &hours, 2},
    {"At 10 o'clock.", &hours, 3},
    {"110 o'clock", &hours, -1},
    // things
    {"dog", &things, 0},
    {"A dog.", &things, 0},
    {"the wind chimes", &things, 1},
    {"Wind Chimes", &things, 1},
    {"wind", &things, -1},
    {"dogs", &things, -1},
    {"telephone or alarm", &things, -1},
    {"An alarm (C)", &things, 2},
};

struct OpenRow
{
    const char* text;
    const char* reference;
    bool understood;
    bool right;
};

const std::vector<OpenRow> openRows{
    {"left, near", "left, near", true, true},
    {"It is near, on your left.", "left, near", true, true},
    {"left", "left, near", true, false},
    {"back left, near", "left, near", true, false},
    {"behind and to the left, a few steps away", "back left, a few steps away", true, true},
    {"back left, far", "back left, a few steps away", true, false},
    {"close by, left", "left, near", true, true},
    {"somewhere", "left, near", false, false},
    {"", "left, near", false, false},
    {"0.6", "0.6", true, true},
    {"about 0.8 m", "0.6", true, true},
    {"1 metre", "0.6", true, false},
    {"60 cm", "0.6", true, true},
    {"far away", "0.6", false, false},
    {"A train.", "a train", true, true},
    {"a car", "a train", true, false},
    {"front left, about 3 metres", "left, front; 3.5m", true, true},
    {"front left, 6 m", "left, front; 3.5m", true, false},
    {"front left", "left, front; 3.5m", false, false},
    {"3 m", "3.5m", true, true},
    {"two dogs", "two dogs", true, true}, // a number without a unit is no length
};

struct LengthRow
{
    const char* text;
    double metres; // negative: nothing
};

const std::vector<LengthRow> lengthRows{
    {"0.6", 0.6},
    {"0,6 m", 0.6},
    {".", -1},
    {"1.5 metres", 1.5},
    {"150 cm", 1.5},
    {"1500 mm", 1.5},
    {"two metres", 2.0},
    {"half a metre", 0.5},
    {"two and a half metres", 2.5},
    {"one point five metres", 1.5},
    {"3/4 m", 0.75},
    {"5 feet", 1.524},
    {"12 inches", 0.3048},
    {"1 m or 3 m", -1},
    {"60 cm, that is 0.6 m", 0.6},
    {"one of the two, 3 m", 3.0},
    {"near", -1},
    {"about 2m away", 2.0},
    {"1.2.3", -1},
};

} // namespace

void ParserTest::choices()
{
    for (const Row& row : choiceRows) {
        const auto parsed = parseChoice(row.text, *row.options);
        const int choice = parsed ? static_cast<int>(*parsed) : -1;
        if (choice != row.choice)
            qInfo("'%s': read %d, expected %d", row.text, choice, row.choice);
    }
    for (const Row& row : choiceRows) {
        const auto parsed = parseChoice(row.text, *row.options);
        QVERIFY2((parsed ? static_cast<int>(*parsed) : -1) == row.choice, row.text);
    }
}

void ParserTest::openAnswers()
{
    for (const OpenRow& row : openRows) {
        const auto score = scoreOpenAnswer(row.text, row.reference);
        QVERIFY2(score.understood == row.understood && score.right == row.right, row.text);
    }
}

void ParserTest::lengths()
{
    constexpr double rounding = 1e-9;
    for (const LengthRow& row : lengthRows) {
        const auto metres = parseMetres(row.text);
        QVERIFY2(metres.has_value() == (row.metres >= 0.0), row.text);
        QVERIFY2(!metres || std::abs(*metres - row.metres) < rounding, row.text);
    }
}

void ParserTest::theTablesAreLongEnough()
{
    QVERIFY(choiceRows.size() >= 150);
}

QTEST_GUILESS_MAIN(ParserTest)
#include "ParserTest.moc"
