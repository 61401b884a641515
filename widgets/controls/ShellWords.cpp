// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/controls/ShellWords.h"

#include <algorithm>

namespace binaurium {

QString shellWord(const QString& text)
{
    const auto isPlain = [](QChar c) {
        return (c.unicode() < 128 && c.isLetterOrNumber()) || QLatin1String("_-./:=,@%+").contains(c);
    };
    if (!text.isEmpty() && std::ranges::all_of(text, isPlain))
        return text;
    QString escaped = text;
    return QLatin1Char('\'') + escaped.replace(QLatin1Char('\''), QLatin1String("'\\''")) + QLatin1Char('\'');
}

QString shellWords(const QStringList& words)
{
    QStringList quoted;
    for (const QString& word : words)
        quoted << shellWord(word);
    return quoted.join(QLatin1Char(' '));
}

} // namespace binaurium
