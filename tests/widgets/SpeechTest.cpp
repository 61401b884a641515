// SPDX-License-Identifier: GPL-3.0-or-later
// Speaking to the Ask tab: a question is recorded and read, an answer is read aloud; reader, voice and microphone are
// stand-ins.
#include "core/audio/AudioFile.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/widgets/FakeModel.h"
#include "widgets/ask/AskTab.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardPaths>

using namespace binaurium;

namespace {

constexpr int workLimitMs = 20'000;

// Gives this many seconds at once.
class FakeMicrophone : public Microphone
{
public:
    FakeMicrophone(double seconds, QString problem) : seconds_(seconds), problem_(std::move(problem)) {}
    QString problem() const override { return problem_; }
    QString description() const override { return QStringLiteral("fake"); }
    double rateHz() const override { return 8000.0; }
    bool start(QIODevice& sink) override
    {
        const QByteArray bytes(static_cast<int>(seconds_ * rateHz()) * 4, '\x10'); // 0x1010 in both ears
        return sink.write(bytes) == bytes.size();
    }
    void stop() override {}

private:
    double seconds_;
    QString problem_;
};

class FakeReader : public SpeechReader
{
public:
    std::string read(const AudioBuffer& speech) override
    {
        if (speech.durationS() > 5.0)
            throw badInput("speech", "is silent");
        return speech.durationS() > 2.0 ? " " : " Where is the dog?";
    }
};

} // namespace

class SpeechTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aSpokenQuestionIsFilledIn();
    void whatCannotBeReadIsASentence();
    void withoutAMicrophoneThereIsASentence();
    void theAnswerIsReadAloudWhereWanted();

private:
    [[nodiscard]] std::unique_ptr<AskTab> makeTab(double seconds, const QString& problem = {});
    SceneDocument document_;
    std::string said_;
};

void SpeechTest::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    BINAURIUM_FAIL_ON_WARNINGS();
}

std::unique_ptr<AskTab> SpeechTest::makeTab(double seconds, const QString& problem)
{
    SpeechDevices devices;
    devices.makeMicrophone = [seconds, problem] { return std::make_unique<FakeMicrophone>(seconds, problem); };
    devices.reader = [] { return std::make_unique<FakeReader>(); };
    devices.voice = [this](const std::string& sentence) {
        said_ = sentence;
        return AudioBuffer(1, 2205, 22050.0);
    };
    auto tab = std::make_unique<AskTab>(
        document_, [](const ProgressCallback&) { return std::make_unique<test::FakeModel>(); }, nullptr, devices);
    tab->show();
    return tab;
}

void SpeechTest::aSpokenQuestionIsFilledIn()
{
    const auto tab = makeTab(1.0);
    auto& button = tab->speech().speakButton();
    QTest::mouseClick(&button, Qt::LeftButton);
    QVERIFY(button.isChecked());
    QCOMPARE(button.accessibleName(), QStringLiteral("Done speaking"));
    QTest::mouseClick(&button, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(tab->question().toPlainText(), QStringLiteral("Where is the dog?"), workLimitMs);
    QVERIFY(!button.isChecked() && button.isEnabled());
}

void SpeechTest::whatCannotBeReadIsASentence()
{
    for (const double seconds : {0.1, 3.0, 10.0, 40.0}) { // too short, no words, silent, longer than is recorded
        const auto tab = makeTab(seconds);
        QSignalSpy message(tab.get(), &AskTab::message);
        const QString before = tab->question().toPlainText();
        auto& button = tab->speech().speakButton();
        QTest::mouseClick(&button, Qt::LeftButton);
        if (seconds <= SpeechReader::longestS)
            QTest::mouseClick(&button, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(message.size(), 1, workLimitMs); // a full recording ends by itself
        QCOMPARE(tab->question().toPlainText(), before);
        QVERIFY(button.isEnabled() && !button.isChecked());
    }
}

void SpeechTest::withoutAMicrophoneThereIsASentence()
{
    const auto tab = makeTab(1.0, QStringLiteral("There is no microphone."));
    QSignalSpy message(tab.get(), &AskTab::message);
    QTest::mouseClick(&tab->speech().speakButton(), Qt::LeftButton);
    QCOMPARE(message.size(), 1);
    QVERIFY(!tab->speech().speakButton().isChecked());
}

void SpeechTest::theAnswerIsReadAloudWhereWanted()
{
    QTemporaryDir home;
    AudioBuffer audio(2, 24000, 48000.0);
    for (std::size_t i = 0; i < audio.all().size(); ++i)
        audio.all()[i] = i % 90 < 45 ? 0.1F : -0.1F;
    const auto path = test::scratch(home, "a.wav");
    writeAudio(audio, path);
    const auto tab = makeTab(1.0);
    QVERIFY(tab->openAudio(path));
    tab->question().setPlainText(QStringLiteral("Where?"));
    tab->options().setText(QStringLiteral("left|right"));
    QSignalSpy spoken(&tab->speech(), &SpeechBar::spoken);
    tab->speech().aloudBox().setChecked(true);
    tab->ask();
    QTRY_COMPARE_WITH_TIMEOUT(spoken.size(), 1, workLimitMs);
    QCOMPARE(said_, std::string("left"));
}

QTEST_MAIN(SpeechTest)
#include "SpeechTest.moc"
