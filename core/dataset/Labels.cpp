// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Labels.h"

#include <algorithm>
#include <array>

namespace binaurium {
namespace {

// Only append: the index is part of every trained model.
constexpr std::array table{
    Label{"kettle", "kettle", "a"},     Label{"alarm", "alarm", "an"},       Label{"telephone", "telephone", "a"},
    Label{"bell", "bell", "a"},         Label{"knock", "knocking", ""},      Label{"footsteps", "footsteps", ""},
    Label{"siren", "siren", "a"},       Label{"engine", "engine", "an"},     Label{"rain", "rain", ""},
    Label{"fan", "fan", "a"},           Label{"bird", "bird", "a"},          Label{"dog", "dog", "a"},
    Label{"clock", "clock", "a"},       Label{"drip", "dripping water", ""}, Label{"hammer", "hammer", "a"},
    Label{"guitar", "guitar", "a"},     Label{"typing", "typing", ""},       Label{"speech", "voice", "a"},
    Label{"noise", "noise", ""},        Label{"horse", "horse", "a"},        Label{"laughter", "laughter", ""},
    Label{"thunder", "thunder", ""},    Label{"door", "door", "a"},          Label{"train", "train", "a"},
    Label{"chimes", "wind chimes", ""},
};

} // namespace

std::span<const Label> labels()
{
    return table;
}

const Label* findLabel(const std::string& id)
{
    const int index = labelIndex(id);
    return index < 0 ? nullptr : &table[static_cast<std::size_t>(index)];
}

int labelIndex(const std::string& id)
{
    const auto* found = std::find_if(table.begin(), table.end(), [&](const Label& label) { return id == label.id; });
    return found == table.end() ? -1 : static_cast<int>(found - table.begin());
}

} // namespace binaurium
