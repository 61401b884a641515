// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/localization/SeldScore.h"
#include "core/dataset/Item.h"

#include <filesystem>
#include <vector>

namespace binaurium {

// Recordings with labels in time, as DCASE task 3 lays them out: NAME.wav (or .flac) and NAME.csv with lines "frame,
// class, source, azimuth, elevation[, distance in cm]" per 100 ms, in one folder or below it, and classes.csv
// ("index,label"), whose labels are ids, words or synonyms of core/dataset/Labels.h. Rows of other classes are left
// out, and with them every question about all that sounds (how many, the nearest, whether there is a ...). What sounds
// again elsewhere after half a second of silence is another source. Each recording becomes a described scene (free
// field, since the room is not known) with the questions of the built-in templates that the labels answer; levels and
// rooms are not asked about, nor distances where no file says them. The audio is the file; the rows stand in "events"
// of the margins, for the scores per frame.
[[nodiscard]] bool holdsDcaseRecordings(const std::filesystem::path& folder);
// Throws BadInput with file and line.
[[nodiscard]] std::vector<Item> readDcaseRecordings(const std::filesystem::path& folder);

// The rows of an item of such a recording; empty for others.
[[nodiscard]] std::vector<SeldEvent> labelledEvents(const Item& item);

} // namespace binaurium
