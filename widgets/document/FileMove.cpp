// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/FileMove.h"

namespace binaurium {

void FileMove::apply(Listener& listener) const
{
    if (listener.head != Listener().head)
        apply(listener.head);
}

void FileMove::apply(std::string& file) const
{
    if (!file.empty() && !std::filesystem::path(file).is_absolute())
        file = std::filesystem::relative(from_ / file, to_).string();
}

} // namespace binaurium
