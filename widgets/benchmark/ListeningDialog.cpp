// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/ListeningDialog.h"

#include "core/benchmark/report/ReportFolder.h"
#include "core/support/Error.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace binaurium {

ListeningDialog::ListeningDialog(std::filesystem::path report, std::vector<std::filesystem::path> headFolders,
                                 std::unique_ptr<AudioOutput> output, QWidget* parent)
    : QDialog(parent), report_(std::move(report)),
      sounds_(std::make_shared<ItemSounds>(soundFolder(report_), std::move(headFolders))), output_(std::move(output))
{
    setWindowTitle(tr("Listening test"));
    auto* column = new QVBoxLayout(this);
    auto* form = new QFormLayout;
    name_ = new QLineEdit(this);
    name_->setAccessibleName(tr("Name of the listener"));
    name_->setPlaceholderText(tr("letters, digits, - and _"));
    count_ = new QSpinBox(this);
    count_->setAccessibleName(tr("Number of items"));
    count_->setRange(1, 10'000);
    count_->setValue(ListenerSession::usualItems);
    form->addRow(tr("&Listener"), name_);
    form->addRow(tr("&Items"), count_);
    begin_ = new QPushButton(tr("&Begin"), this);
    auto* hint = new QLabel(tr("Use headphones, left ear left. Play each sound as often as you like, then answer; "
                               "you are not told whether it was right."),
                            this);
    hint->setWordWrap(true);
    place_ = new QLabel(this);
    question_ = new QLabel(this);
    question_->setWordWrap(true);
    question_->setTextFormat(Qt::PlainText);
    auto font = question_->font();
    font.setPointSizeF(1.4 * font.pointSizeF());
    question_->setFont(font);
    play_ = new QPushButton(tr("&Play"), this);
    play_->setEnabled(false);
    optionArea_ = new QWidget(this);
    new QVBoxLayout(optionArea_);
    message_ = new QLabel(this);
    message_->setWordWrap(true);
    column->addLayout(form);
    column->addWidget(begin_);
    column->addWidget(hint);
    column->addWidget(place_);
    column->addWidget(question_);
    column->addWidget(play_);
    column->addWidget(optionArea_);
    column->addWidget(message_);
    column->addStretch(1);
    // Room for a question of two lines and eight options, so that nothing moves from item to item.
    setMinimumSize(56 * fontMetrics().averageCharWidth(), 32 * fontMetrics().height());
    connect(begin_, &QPushButton::clicked, this, &ListeningDialog::begin);
    connect(play_, &QPushButton::clicked, this, &ListeningDialog::play);
    connect(&work_, &BackgroundWork::failed, this, [this](const QString& sentence) {
        play_->setEnabled(true);
        say(sentence);
    });
}

ListeningDialog::~ListeningDialog()
{
    output_->stop();
}

void ListeningDialog::begin()
{
    try {
        session_ = std::make_unique<ListenerSession>(report_, name_->text().toStdString(), count_->value());
    } catch (const Error& error) {
        say(QString::fromUtf8(error.what()));
        return;
    }
    for (QWidget* widget : std::initializer_list<QWidget*>{name_, count_, begin_})
        widget->setEnabled(false);
    say({});
    showItem();
    play_->setFocus();
}

void ListeningDialog::showItem()
{
    output_->stop();
    audio_ = nullptr;
    for (auto* button : options_)
        button->deleteLater();
    options_.clear();
    const Item* item = session_->current();
    play_->setEnabled(item != nullptr);
    if (item == nullptr) {
        place_->setText(tr("All %n item(s) are answered. Thank you!", nullptr, static_cast<int>(session_->total())));
        question_->clear();
        return;
    }
    place_->setText(tr("Item %1 of %2").arg(session_->answered() + 1).arg(session_->total()));
    question_->setText(QString::fromStdString(item->question));
    for (std::size_t i = 0; i < item->options.size(); ++i) {
        auto words = QString::fromStdString(item->options[i]);
        words.replace(u'&', QStringLiteral("&&"));
        auto* button = new QPushButton(QStringLiteral("&%1  %2").arg(i + 1).arg(words), optionArea_);
        button->setEnabled(false); // until the sound was heard
        connect(button, &QPushButton::clicked, this, [this, i] { answer(i); });
        optionArea_->layout()->addWidget(button);
        options_.push_back(button);
    }
    since_.start();
}

void ListeningDialog::play()
{
    if (audio_ != nullptr) {
        sound(audio_);
        return;
    }
    play_->setEnabled(false);
    work_.start([this, item = *session_->current(), sounds = sounds_](const BackgroundWork::Context& context) {
        auto audio = std::make_shared<const AudioBuffer>(sounds->audioOf(item));
        context.deliver([this, audio] { sound(audio); });
    });
}

void ListeningDialog::sound(std::shared_ptr<const AudioBuffer> audio)
{
    play_->setEnabled(true);
    audio_ = std::move(audio);
    output_->stop();
    if (!output_->start(std::make_shared<BufferSource>(audio_))) {
        say(output_->problem());
        return;
    }
    say({});
    session_->played();
    for (auto* button : options_)
        button->setEnabled(true);
}

void ListeningDialog::answer(std::size_t option)
{
    constexpr double msPerS = 1000.0;
    try {
        session_->answer(option, static_cast<double>(since_.elapsed()) / msPerS);
    } catch (const Error& error) {
        say(QString::fromUtf8(error.what()));
        return;
    }
    showItem();
    play_->setFocus();
}

void ListeningDialog::say(const QString& text)
{
    message_->setText(text);
}

} // namespace binaurium
