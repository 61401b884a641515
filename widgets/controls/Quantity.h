// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocale>
#include <QString>
#include <optional>

namespace binaurium {

// What a number in a field means; the first unit of each is the one that scenes store.
enum class Quantity { LengthM, AngleDeg, LevelDb, TimeS, Plain };

// The number that `text` means: arithmetic with + - * / and brackets over numbers with dot or comma and units of the
// quantity ("1/3", "2.5m", "250cm", "8ft 2in", "2*(1,5 + 0,25)", "200 ms", "pi/2 rad"). Empty where it means none;
// `error` then says why.
[[nodiscard]] std::optional<double> parseQuantity(const QString& text, Quantity quantity, QString* error = nullptr);

// With the unit, as the locale writes numbers, without trailing zeros.
[[nodiscard]] QString formatQuantity(double value, Quantity quantity, int decimals, const QLocale& locale = QLocale());
// Without a unit, to be edited: nothing is rounded that anybody measures.
[[nodiscard]] QString editableNumber(double value);
[[nodiscard]] QString wholeNumber(std::int64_t value); // with the locale's separators
[[nodiscard]] QString unitOf(Quantity quantity);       // "m", "°", "dB", "s" or ""

} // namespace binaurium
