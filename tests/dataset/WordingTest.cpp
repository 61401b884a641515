// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/wording/ChatServer.h"
#include "core/dataset/wording/Reword.h"
#include "core/dataset/wording/WordingSkeleton.h"
#include "core/support/Text.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <set>
#include <thread>

using namespace binaurium;

namespace {

Item itemOf(const std::string& templateId, const std::string& question, const std::string& level = "L2")
{
    Item item;
    item.id = "i";
    item.task = "relation";
    item.level = level;
    item.split = "train";
    item.templateId = templateId;
    item.question = question;
    return item;
}

// A wording as it is asked.
std::string filled(std::string wording)
{
    for (const auto& [placeholder, words] : {std::pair("{a x}", "a kettle"),
                                             {"{x}", "kettle"},
                                             {"{a y}", "a bell"},
                                             {"{y}", "bell"},
                                             {"{z}", "dog"},
                                             {"{d}", "in front of you"},
                                             {"{d d}", "in front of you"},
                                             {"{d s}", "on your left"},
                                             {"{t}", "90 degrees to the left"}})
        replaceAll(wording, placeholder, words);
    return wording;
}

const BackParse& parser()
{
    static const auto p = BackParse::builtIn();
    return p;
}

std::string marked(std::string wording)
{
    for (auto open = wording.find('{'); open != std::string::npos; open = wording.find('{')) {
        const auto close = wording.find('}', open);
        auto name = wording.substr(open + 1, close - open - 1);
        if (name.rfind("a ", 0) == 0)
            name = name.substr(2);
        wording.replace(open, close - open + 1, std::string("<").append(name).append(">"));
    }
    return wording;
}

} // namespace

class WordingTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void everyBuiltInWordingReadsBackToItsTemplate();
    void newWordsForTheSameQuestionAreKept_data();
    void newWordsForTheSameQuestionAreKept();
    void otherQuestionsAreRefused_data();
    void otherQuestionsAreRefused();
    void questionsAreFoundInWhatModelsSay();
    void storiesGiveNothingAway();
    void rewordedItemsKeepTheirProgramAndTellTheirOrigin();
    void aWordingBelongsToOneSplit();
    void wordingsOfTheTestAreNeverTaken();
    void furtherWordingsLeaveTheNumbersOfTheOthers();
    void serversElsewhereNeedEncryption();
    void serversThatAnswerNonsenseAreRefused();
};

void WordingTest::everyBuiltInWordingReadsBackToItsTemplate()
{
    for (const QuestionTemplate& t : questionTemplates())
        for (const auto* wordings : {&t.train, &t.heldOut})
            for (const auto& wording : *wordings) {
                std::string unknown;
                const auto meaning = parser().meaningOf(marked(wording), &unknown);
                QVERIFY2(meaning.has_value(), (wording + ": " + unknown).c_str());
                QVERIFY2(parser().templatesOf(*meaning).count(t.id) > 0, wording.c_str());
                const auto item = itemOf(t.id + "-1", filled(wording));
                const auto again = parser().meaningOf(parser().skeleton(item, item.question), &unknown);
                QVERIFY2(again == meaning, item.question.c_str()); // its entities were found again
            }
}

void WordingTest::newWordsForTheSameQuestionAreKept_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("question");
    QTest::addColumn<QString>("candidate");
    QTest::newRow("direction") << "direction-1"
                               << "Where is the kettle?"
                               << "Where is the kettle located?";
    QTest::newRow("first") << "first-1"
                           << "Which sound comes first?"
                           << "What sound is heard first?";
    QTest::newRow("loudest") << "loudest-1"
                             << "Which sound is the loudest?"
                             << "Which source is the strongest?";
    QTest::newRow("louder") << "louder-2"
                            << "Is the kettle or the bell louder?"
                            << "What is louder, the kettle or the bell?";
    QTest::newRow("metres") << "metres-1"
                            << "How many metres away is the dog?"
                            << "How many meters away is the dog?";
    QTest::newRow("turn") << "turn-direction-1"
                          << "You turn 90 degrees to the left. Where is the dog then?"
                          << "If you turn 90 degrees to the left, where is the dog?";
}

void WordingTest::newWordsForTheSameQuestionAreKept()
{
    QFETCH(QString, id);
    QFETCH(QString, question);
    QFETCH(QString, candidate);
    const auto item = itemOf(id.toStdString(), question.toStdString());
    std::string unknown;
    const auto reason = parser().whyNot(item, candidate.toStdString(), &unknown);
    QVERIFY2(reason.empty(), (reason + " " + unknown).c_str());
}

void WordingTest::otherQuestionsAreRefused_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("question");
    QTest::addColumn<QString>("candidate");
    const auto row = [](const char* name, const char* id, const char* question, const char* candidate) {
        QTest::newRow(name) << id << question << candidate;
    };
    row("order", "before-1", "Does the kettle start before the bell?", "Does the bell start before the kettle?");
    row("opposite", "before-1", "Does the kettle start before the bell?", "Does the kettle start after the bell?");
    row("side", "left-of-1", "Is the kettle to the left of the bell?", "Is the kettle to the right of the bell?");
    row("negation", "left-of-1", "Is the kettle to the left of the bell?",
        "Is the kettle not to the left of the bell?");
    row("entity", "direction-1", "Where is the kettle?", "Where is the bell?");
    row("one entity more", "direction-1", "Where is the kettle?", "Where is the kettle beside the dog?");
    row("lost entity", "nearer-1", "Which is nearer, the kettle or the bell?", "Which is nearer?");
    row("number", "turn-direction-1", "You turn 90 degrees to the left. Where is the dog then?",
        "You turn 45 degrees to the left. Where is the dog then?");
    row("superlative", "loudest-1", "Which sound is the loudest?", "Which sound is loud?");
    row("relation", "louder-2", "Is the kettle or the bell louder?", "Is the kettle or the bell nearer?");
    row("yes or no", "direction-1", "Where is the kettle?", "Is the kettle there?");
    row("answer", "direction-1", "Where is the kettle?", "Where on your left is the kettle?");
    row("no grammar", "height-1", "Is the rain above you, level with your ears or below?",
        "To look up, straight, or down to the rain?");
    row("statement", "direction-1", "Where is the kettle?", "Where is the kettle located.");
    row("statement of the sides", "side-1", "Is the kettle to your left or to your right?",
        "The kettle is left or right.");
    row("statement of the height", "height-1", "Is the rain above you, level with your ears or below?",
        "The rain is above, level or below.");
    row("mark", "direction-1", "Where is the kettle?", "Where is the <x>?");
    row("same", "direction-1", "Where is the kettle?", "where is the kettle?");
    row("no words", "direction-1", "Where is the kettle?", "...?");
    row("nothing", "direction-1", "Where is the kettle?", "");
}

void WordingTest::otherQuestionsAreRefused()
{
    QFETCH(QString, id);
    QFETCH(QString, question);
    QFETCH(QString, candidate);
    QVERIFY(!parser().whyNot(itemOf(id.toStdString(), question.toStdString()), candidate.toStdString()).empty());
}

void WordingTest::questionsAreFoundInWhatModelsSay()
{
    QCOMPARE(questionIn("Sure!\n\nQuestion: \"Where is it?\"\n"), std::string("Where is it?"));
    QCOMPARE(questionIn("Where is it?"), std::string("Where is it?"));
    QCOMPARE(questionIn("no end"), std::string());
    QCOMPARE(questionIn(""), std::string());
}

void WordingTest::storiesGiveNothingAway()
{
    QVERIFY(whyNoStory("You are sitting in your favourite armchair.").empty());
    QCOMPARE(whyNoStory("You stroke a dog while you are sitting."), std::string("names a sound"));
    QCOMPARE(whyNoStory("You stroke dogs while you are sitting."), std::string("names a sound"));
    QCOMPARE(whyNoStory("You hear something while you are sitting."), std::string("speaks of the task"));
    QCOMPARE(whyNoStory("You are sitting in the kitchen."), std::string("names a place"));
    QCOMPARE(whyNoStory("She is sitting in an armchair."), std::string("no sentence"));
    QCOMPARE(whyNoStory("You are sitting with a window behind you."), std::string("names a direction"));
    QCOMPARE(whyNoStory("You have been sitting here for 10 minutes."), std::string("holds a number"));
    QCOMPARE(whyNoStory("You sit?"), std::string("no sentence"));
    QCOMPARE(whyNoStory("..."), std::string("no sentence"));
    QCOMPARE(whyNoStory(""), std::string("no sentence"));
}

void WordingTest::rewordedItemsKeepTheirProgramAndTellTheirOrigin()
{
    auto item = itemOf("first-1", "Which sound comes first?");
    item.program = {{"op", "first"}};
    RewordOptions options;
    options.model = "tester";
    int call = 0;
    const auto generator = [&](const std::string&, std::uint64_t) {
        return std::string(call++ == 0 ? "Which sound comes last?" : "What sound is heard first?");
    };
    std::vector<Item> out;
    const auto report = reword({item}, parser(), generator, options, [&](const Item& i) { out.push_back(i); });
    QCOMPARE(report.accepted, 1);
    QCOMPARE(report.rejected.at("other meaning"), 1);
    QCOMPARE(out.at(0).question, std::string("What sound is heard first?"));
    QCOMPARE(out.at(0).origin, std::string("reworded: tester"));
    QVERIFY(out.at(0).program == item.program);
    QVERIFY(out.at(0).templateId.rfind("first~", 0) == 0);
}

void WordingTest::aWordingBelongsToOneSplit()
{
    auto a = itemOf("first-1", "Which sound comes first?");
    auto b = a;
    b.split = "test";
    RewordOptions options;
    options.model = "tester";
    options.tries = 1;
    const auto generator = [](const std::string&, std::uint64_t) { return std::string("What sound is heard first?"); };
    const auto report = reword({a, b}, parser(), generator, options, [](const Item&) {});
    QCOMPARE(report.accepted, 1);
    QCOMPARE(report.rejected.at("wording of another split"), 1);
}

void WordingTest::wordingsOfTheTestAreNeverTaken()
{
    // Written out or with another thing in its place, it is the same wording.
    QCOMPARE(wordingSkeleton("Does the French horn start before a bell in front of you?"),
             std::string("does the <> start before <> <>?"));
    QCOMPARE(wordingSkeleton("Does the {x} start before {a y} {d q}?"),
             wordingSkeleton("Does the kettle start before an alarm behind you?"));
    QCOMPARE(wordingSkeleton("Who is hornblower?"), std::string("who is hornblower?")); // words, not letters
    const QuestionTemplate& first = *std::find_if(questionTemplates().begin(), questionTemplates().end(),
                                                  [](const QuestionTemplate& t) { return t.id == "first"; });
    RewordOptions options;
    options.model = "tester";
    options.tries = 1;
    for (const Split split : {Split::Train, Split::Validation, Split::Test}) {
        const auto generator = [&](const std::string&, std::uint64_t) { return first.wordings(Split::Test)[0]; };
        auto item = itemOf("first-1", "Which sound comes first?");
        item.split = splitId(split);
        const auto report = reword({item}, parser(), generator, options, [](const Item&) {});
        QCOMPARE(report.accepted, split == Split::Test ? 1 : 0);
    }
}

void WordingTest::furtherWordingsLeaveTheNumbersOfTheOthers()
{
    for (const QuestionTemplate& t : questionTemplates()) {
        std::set<std::string> names;
        for (const auto split : {Split::Train, Split::Validation, Split::Test})
            for (std::size_t i = 0; i < t.wordings(split).size(); ++i)
                names.insert(t.wordingId(split, i));
        QCOMPARE(names.size(), t.train.size() + t.heldOut.size());
        QVERIFY(t.further > 0);
        QCOMPARE(t.wordingId(Split::Train, 4), t.id + "-5");
        QCOMPARE(t.wordingId(Split::Validation, 0), t.id + "-6");
        QCOMPARE(t.wordingId(Split::Test, 0), t.id + "-7");
        QCOMPARE(t.wordingId(Split::Train, 5), t.id + "-8");
    }
}

void WordingTest::serversElsewhereNeedEncryption()
{
    ChatServerOptions options;
    for (const char* url : {"http://example.org/v1", "http://127.0.0.1.example.org/v1", "ftp://127.0.0.1/v1", ""}) {
        options.url = url;
        QVERIFY(!options.isValid(nullptr));
    }
    for (const char* url : {"http://127.0.0.1:8000/v1", "http://localhost/v1", "https://example.org/v1"}) {
        options.url = url;
        QVERIFY(options.isValid(nullptr));
    }
}

void WordingTest::serversThatAnswerNonsenseAreRefused()
{
    const std::pair<const char*, const char*> cases[] = {{R"({"choices":[{"message":{"content":"Where?"}}]})", ""},
                                                         {R"({"choices":[]})", "is empty"},
                                                         {"<html>", "127.0.0.1"},
                                                         {R"({"choices":[{"message":{"content":7}}]})", "content"}};
    for (const auto& [body, problem] : cases) {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        ChatServerOptions options;
        options.url = "http://127.0.0.1:" + std::to_string(server.serverPort()) + "/v1";
        options.timeoutS = 10;
        std::string said, error;
        std::thread client([&] { error = test::errorOf([&] { said = chatServer(options)("hello", 1); }); });
        bool connected = server.waitForNewConnection(5000);
        if (connected) {
            auto* socket = server.nextPendingConnection();
            while (!socket->peek(65536).contains("hello") && socket->waitForReadyRead(5000)) {
            }
            QVERIFY(socket->readAll().startsWith("POST /v1/chat/completions"));
            const QByteArray text(body);
            socket->write("HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(text.size()) + "\r\n\r\n" + text);
            socket->waitForBytesWritten(5000);
        }
        client.join();
        QVERIFY(connected);
        if (*problem == '\0')
            QCOMPARE(said, std::string("Where?"));
        QVERIFY2(*problem == '\0' ? error.empty() : error.find(problem) != std::string::npos, error.c_str());
    }
    ChatServerOptions nobody;
    nobody.url = "http://127.0.0.1:9/v1";
    const auto error = test::errorOf([&] { (void)chatServer(nobody)("hello", 1); });
    QVERIFY2(error.find("does not answer") != std::string::npos, error.c_str());
}

QTEST_GUILESS_MAIN(WordingTest)
#include "WordingTest.moc"
