// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace binaurium {

// Colours of the whole workbench. Stored as "system", "light" or "dark".
enum class Appearance { System, Light, Dark };

[[nodiscard]] QString appearanceId(Appearance appearance);
[[nodiscard]] Appearance appearanceFromId(const QString& id); // System for what is unknown

// Sets style and palette of the application; System puts back what the desktop gave at the start.
void applyAppearance(Appearance appearance);

} // namespace binaurium
