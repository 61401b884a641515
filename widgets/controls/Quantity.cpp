// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/controls/Quantity.h"

#include <QCoreApplication>
#include <array>
#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Quantity)
};

struct Unit
{
    Quantity quantity;
    QLatin1String name;
    double factor; // to the stored unit
};

constexpr std::array units{
    Unit{Quantity::LengthM, QLatin1String("m"), 1.0},
    Unit{Quantity::LengthM, QLatin1String("cm"), 0.01},
    Unit{Quantity::LengthM, QLatin1String("mm"), 0.001},
    Unit{Quantity::LengthM, QLatin1String("km"), 1000.0},
    Unit{Quantity::LengthM, QLatin1String("ft"), 0.3048},
    Unit{Quantity::LengthM, QLatin1String("'"), 0.3048},
    Unit{Quantity::LengthM, QLatin1String("in"), 0.0254},
    Unit{Quantity::LengthM, QLatin1String("\""), 0.0254},
    Unit{Quantity::AngleDeg, QLatin1String("deg"), 1.0},
    Unit{Quantity::AngleDeg, QLatin1String("\xB0"), 1.0},
    Unit{Quantity::AngleDeg, QLatin1String("rad"), 180.0 / std::numbers::pi},
    Unit{Quantity::LevelDb, QLatin1String("dB"), 1.0},
    Unit{Quantity::TimeS, QLatin1String("s"), 1.0},
    Unit{Quantity::TimeS, QLatin1String("ms"), 0.001},
    Unit{Quantity::TimeS, QLatin1String("min"), 60.0},
};

// Recursive descent: sum = product {(+|-) product}, product = value {(*|/) value},
// value = [-|+] (number | "pi" | "(" sum ")") [unit] {number unit}.
class Parser
{
public:
    Parser(const QString& text, Quantity quantity) : text_(text), quantity_(quantity) {}

    std::optional<double> run(QString* error)
    {
        const double value = sum();
        skipSpace();
        if (error_.isEmpty() && at_ < text_.size())
            fail(Words::tr("'%1' is not understood").arg(text_.mid(at_)));
        if (error_.isEmpty() && !std::isfinite(value))
            fail(Words::tr("the result is not a finite number"));
        if (error != nullptr)
            *error = error_;
        return error_.isEmpty() ? std::optional(value) : std::nullopt;
    }

private:
    void fail(const QString& why)
    {
        if (error_.isEmpty())
            error_ = why;
    }
    void skipSpace()
    {
        while (at_ < text_.size() && text_[at_].isSpace())
            ++at_;
    }
    bool take(QChar c)
    {
        skipSpace();
        if (at_ >= text_.size() || text_[at_] != c)
            return false;
        ++at_;
        return true;
    }
    double sum()
    {
        double value = product();
        while (error_.isEmpty())
            if (take(QLatin1Char('+')))
                value += product();
            else if (take(QLatin1Char('-')))
                value -= product();
            else
                break;
        return value;
    }
    double product()
    {
        double result = value();
        while (error_.isEmpty())
            if (take(QLatin1Char('*')))
                result *= value();
            else if (take(QLatin1Char('/')))
                result /= value();
            else
                break;
        return result;
    }
    double value()
    {
        if (++depth_ > deepest) {
            fail(Words::tr("it is nested too deeply"));
            return 0.0;
        }
        double result = 0.0;
        if (take(QLatin1Char('-')) || take(QChar(0x2212)))
            result = -value();
        else if (take(QLatin1Char('+')))
            result = value();
        else if (take(QLatin1Char('('))) {
            result = sum();
            if (!take(QLatin1Char(')')))
                fail(Words::tr("a bracket is not closed"));
            result *= unit().value_or(1.0);
        } else
            result = measure();
        --depth_;
        return result;
    }
    // "8ft 2in": measures side by side add up.
    double measure()
    {
        double result = 0.0;
        bool hadUnit = false;
        do {
            const auto read = number();
            if (!read) {
                fail(text_.trimmed().isEmpty() ? Words::tr("it is empty")
                                               : Words::tr("a number is missing at '%1'").arg(text_.mid(at_)));
                return 0.0;
            }
            const auto factor = unit();
            hadUnit = factor.has_value();
            result += *read * factor.value_or(1.0);
            skipSpace();
        } while (hadUnit && at_ < text_.size() && text_[at_].isDigit());
        return result;
    }
    std::optional<double> number()
    {
        skipSpace();
        if (text_.mid(at_, 2).compare(QLatin1String("pi"), Qt::CaseInsensitive) == 0) {
            at_ += 2;
            return std::numbers::pi;
        }
        QString digits;
        while (at_ < text_.size() &&
               (text_[at_].isDigit() || text_[at_] == QLatin1Char('.') || text_[at_] == QLatin1Char(','))) {
            digits += text_[at_] == QLatin1Char(',') ? QChar(QLatin1Char('.')) : text_[at_];
            ++at_;
        }
        bool ok = false;
        const double result = QLocale::c().toDouble(digits, &ok);
        return ok ? std::optional(result) : std::nullopt;
    }
    std::optional<double> unit()
    {
        skipSpace();
        const Unit* best = nullptr;
        for (const Unit& candidate : units)
            if (candidate.quantity == quantity_ && text_.mid(at_).startsWith(candidate.name, Qt::CaseInsensitive) &&
                (best == nullptr || candidate.name.size() > best->name.size()))
                best = &candidate;
        if (best == nullptr)
            return std::nullopt;
        at_ += best->name.size();
        return best->factor;
    }

    static constexpr int deepest = 32;
    const QString& text_;
    Quantity quantity_;
    qsizetype at_ = 0;
    int depth_ = 0;
    QString error_;
};

} // namespace

std::optional<double> parseQuantity(const QString& text, Quantity quantity, QString* error)
{
    return Parser(text, quantity).run(error);
}

QString formatQuantity(double value, Quantity quantity, int decimals, const QLocale& locale)
{
    const double power = std::pow(10.0, decimals);
    double rounded = std::round(value * power) / power;
    if (rounded == 0.0)
        rounded = 0.0; // no "-0"
    QLocale plain = locale;
    plain.setNumberOptions(QLocale::OmitGroupSeparator);
    QString text = plain.toString(rounded, 'f', decimals);
    if (decimals > 0) {
        while (text.endsWith(QLatin1Char('0')))
            text.chop(1);
        if (!text.isEmpty() && !text.back().isDigit())
            text.chop(1);
    }
    const QString unit = unitOf(quantity);
    if (unit.isEmpty())
        return text;
    return quantity == Quantity::AngleDeg ? text + unit : text + QChar(0xA0) + unit;
}

QString editableNumber(double value)
{
    constexpr int decimals = 9;
    return formatQuantity(value, Quantity::Plain, decimals);
}

QString wholeNumber(std::int64_t value)
{
    return QLocale().toString(static_cast<qlonglong>(value));
}

QString unitOf(Quantity quantity)
{
    switch (quantity) {
    case Quantity::LengthM:
        return QStringLiteral("m");
    case Quantity::AngleDeg:
        return QStringLiteral("\u00B0");
    case Quantity::LevelDb:
        return QStringLiteral("dB");
    case Quantity::TimeS:
        return QStringLiteral("s");
    case Quantity::Plain:
        break;
    }
    return {};
}

} // namespace binaurium
