// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/controls/Quantity.h"

#include <QLineEdit>
#include <functional>

namespace binaurium {

// A number with a unit that takes expressions ("1/3", "250cm"). What is not understood or out of range stays as it was
// typed, is marked, and the tool tip says why; Escape puts the value back. Up, Down and the wheel (with focus) step.
class QuantityEdit : public QLineEdit
{
    Q_OBJECT

public:
    struct Options
    {
        Quantity quantity = Quantity::Plain;
        double low = -1e9;
        double high = 1e9;
        double step = 0.1;
        int decimals = 3;
    };
    QuantityEdit(const QString& name, const Options& options, QWidget* parent = nullptr);

    void setRange(double low, double high);
    // Says why a value within the range cannot be taken; an empty string where it can.
    void setCheck(std::function<QString(double)> check) { check_ = std::move(check); }
    // Shows a value; what the user is typing is not disturbed.
    void setValue(double value);
    // Shows "–": the selected objects have different values.
    void setMixed();
    [[nodiscard]] double value() const noexcept { return value_; }
    [[nodiscard]] bool isRefused() const noexcept { return refused_; }

signals:
    // The user gave a new value. Never out of range.
    void valueEdited(double value);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void commit();
    void step(double steps);
    void showValue();
    void mark(const QString& why); // empty: nothing is wrong
    [[nodiscard]] QString rangeText() const;

    Options options_;
    std::function<QString(double)> check_;
    double value_ = 0.0;
    bool mixed_ = false;
    bool refused_ = false;
};

} // namespace binaurium
