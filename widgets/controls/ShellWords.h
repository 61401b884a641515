// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace binaurium {

// A command as a POSIX shell reads it: words with anything but plain characters stand in quotes.
[[nodiscard]] QString shellWord(const QString& text);
[[nodiscard]] QString shellWords(const QStringList& words);

} // namespace binaurium
