// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"

namespace binaurium {

namespace nn {
class FrontEnd;
}

inline constexpr double presentFrom = 0.05; // mean activity of a slot that counts: short sounds fill little of a window
inline constexpr double minorShare = 0.25;  // of the strongest source's activity that another source has at least

// Whether two azimuths are one direction (20 degrees) or each other's mirror image in front and behind: the two places
// between which one source is easily confused.
[[nodiscard]] bool onOneCone(double a, double b);

// Who is where, from the spatial encoder alone: per 100 ms the slots and their mixed posterior, and one summary per
// source over the clip. The audio is heard in windows of about one second, whose slots are joined by label and cone of
// confusion; the posteriors of one source multiply.
[[nodiscard]] Localization localizeWith(nn::FrontEnd& frontEnd, const std::vector<std::string>& labels,
                                        const AudioBuffer& audio, const ProgressCallback& progress);

} // namespace binaurium
