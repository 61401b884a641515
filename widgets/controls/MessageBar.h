// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <functional>
#include <vector>

class QHBoxLayout;
class QLabel;

namespace binaurium {

// One sentence above the work with what can be done about it; blocks nothing and stays until it is answered or another
// one of the same topic replaces it.
class MessageBar : public QFrame
{
    Q_OBJECT

public:
    struct Action
    {
        QString words; // a verb: "Reload"
        std::function<void()> run;
    };

    explicit MessageBar(QWidget* parent = nullptr);
    // Each action ends the message; "Dismiss" is always there.
    void say(const QString& topic, const QString& text, const std::vector<Action>& actions);
    // Takes the message of a topic away.
    void withdraw(const QString& topic);
    [[nodiscard]] QString text() const;

private:
    struct Message
    {
        QString topic;
        QString text;
        std::vector<Action> actions;
    };
    void showFirst();

    std::vector<Message> messages_; // the first is shown
    QLabel* words_;
    QHBoxLayout* row_;
    std::vector<QWidget*> buttons_;
};

} // namespace binaurium
