// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/dataset/PreviewModel.h"

#include <QString>

namespace binaurium {

// A program as indented text, one operation per line: what it works on stands below it.
//   words
//     of: extreme (by level, which most)
[[nodiscard]] QString programText(const Json& program);

// Everything about an item but its plan: question, options with the right answer marked by sign and weight, level,
// task, evidence, margins, program, head. Rich text with the colours of the palette that shows it.
[[nodiscard]] QString itemHtml(const PreviewItem& item);

} // namespace binaurium
