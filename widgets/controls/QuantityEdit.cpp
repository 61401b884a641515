// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/controls/QuantityEdit.h"

#include <QKeyEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace binaurium {

QuantityEdit::QuantityEdit(const QString& name, const Options& options, QWidget* parent)
    : QLineEdit(parent), options_(options)
{
    setAccessibleName(name);
    mark({});
    showValue();
    connect(this, &QLineEdit::returnPressed, this, &QuantityEdit::commit);
    connect(this, &QLineEdit::textEdited, this, [this] { mark({}); });
}

void QuantityEdit::setRange(double low, double high)
{
    options_.low = low;
    options_.high = high;
    if (!refused_)
        mark({});
}

void QuantityEdit::setValue(double value)
{
    const bool same = value == value_ && !mixed_;
    value_ = value;
    mixed_ = false;
    if (!same || !isModified())
        showValue();
}

void QuantityEdit::setMixed()
{
    if (mixed_ && isModified())
        return;
    mixed_ = true;
    showValue();
}

void QuantityEdit::showValue()
{
    setText(mixed_ ? QStringLiteral("\u2013") : formatQuantity(value_, options_.quantity, options_.decimals));
    setModified(false);
    setCursorPosition(0);
    mark({});
}

QString QuantityEdit::rangeText() const
{
    const auto limit = [&](double value) { return formatQuantity(value, options_.quantity, options_.decimals); };
    return std::abs(options_.high) > 1e8
               ? accessibleName()
               : tr("%1: %2 to %3").arg(accessibleName(), limit(options_.low), limit(options_.high));
}

void QuantityEdit::mark(const QString& why)
{
    refused_ = !why.isEmpty();
    setToolTip(refused_ ? why + QLatin1Char('\n') + rangeText() : rangeText());
    setAccessibleDescription(refused_ ? toolTip() : QString());
    QPalette marked;
    if (refused_) {
        marked.setColor(QPalette::Base, QColor(0xD5, 0x5E, 0x00));
        marked.setColor(QPalette::Text, Qt::white);
    }
    setPalette(marked);
}

void QuantityEdit::commit()
{
    if (!isModified())
        return;
    QString error;
    const auto parsed = parseQuantity(text(), options_.quantity, &error);
    if (!parsed) {
        mark(tr("'%1': %2").arg(text(), error));
        return;
    }
    if (*parsed < options_.low - 1e-9 || *parsed > options_.high + 1e-9) {
        mark(tr("%1 is out of range").arg(formatQuantity(*parsed, options_.quantity, options_.decimals)));
        return;
    }
    const double value = std::clamp(*parsed, options_.low, options_.high);
    const bool changed = mixed_ || value != value_;
    if (const QString why = changed && check_ ? check_(value) : QString(); !why.isEmpty()) {
        mark(why);
        return;
    }
    value_ = value;
    mixed_ = false;
    showValue();
    if (changed)
        emit valueEdited(value);
}

void QuantityEdit::step(double steps)
{
    if (mixed_ || isReadOnly())
        return;
    const double value = std::clamp(value_ + steps * options_.step, options_.low, options_.high);
    if (value == value_ || (check_ && !check_(value).isEmpty()))
        return;
    value_ = value;
    showValue();
    emit valueEdited(value);
}

void QuantityEdit::keyPressEvent(QKeyEvent* event)
{
    const double factor = event->modifiers().testFlag(Qt::ShiftModifier) ? 10.0
                          : event->modifiers().testFlag(Qt::AltModifier) ? 0.1
                                                                         : 1.0;
    switch (event->key()) {
    case Qt::Key_Up:
        step(factor);
        return;
    case Qt::Key_Down:
        step(-factor);
        return;
    case Qt::Key_Escape:
        showValue();
        return;
    default:
        QLineEdit::keyPressEvent(event);
    }
}

void QuantityEdit::wheelEvent(QWheelEvent* event)
{
    if (!hasFocus()) {
        event->ignore(); // the panel scrolls
        return;
    }
    step(event->angleDelta().y() / 120.0);
    event->accept();
}

void QuantityEdit::focusOutEvent(QFocusEvent* event)
{
    commit();
    QLineEdit::focusOutEvent(event);
}

} // namespace binaurium
