// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/controls/MessageBar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <algorithm>

namespace binaurium {

MessageBar::MessageBar(QWidget* parent) : QFrame(parent)
{
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::AlternateBase);
    words_ = new QLabel(this);
    words_->setTextFormat(Qt::PlainText); // with names of files and sources in it
    words_->setWordWrap(true);
    row_ = new QHBoxLayout(this);
    row_->setContentsMargins(6, 2, 6, 2);
    row_->addWidget(words_, 1);
    hide();
}

void MessageBar::say(const QString& topic, const QString& text, const std::vector<Action>& actions)
{
    std::erase_if(messages_, [&](const Message& m) { return m.topic == topic; });
    messages_.push_back({topic, text, actions});
    showFirst();
}

void MessageBar::withdraw(const QString& topic)
{
    std::erase_if(messages_, [&](const Message& m) { return m.topic == topic; });
    showFirst();
}

QString MessageBar::text() const
{
    return messages_.empty() ? QString() : messages_.front().text;
}

void MessageBar::showFirst()
{
    for (QWidget* button : buttons_)
        button->deleteLater();
    buttons_.clear();
    setVisible(!messages_.empty());
    if (messages_.empty())
        return;
    const Message message = messages_.front();
    words_->setText(message.text);
    setAccessibleName(message.text);
    auto actions = message.actions;
    actions.push_back({tr("Dismiss"), [] {}});
    for (const Action& action : actions) {
        auto* button = new QPushButton(action.words, this);
        button->setAccessibleName(action.words);
        row_->addWidget(button);
        buttons_.push_back(button);
        connect(button, &QPushButton::clicked, this, [this, topic = message.topic, run = action.run] {
            withdraw(topic);
            run();
        });
    }
}

} // namespace binaurium
