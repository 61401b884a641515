// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"

#include <filesystem>

namespace binaurium {

// Reads "binaurium-localization" version 1 back. Throws Missing or BadInput.
[[nodiscard]] Localization readLocalization(const std::filesystem::path& path);

} // namespace binaurium
