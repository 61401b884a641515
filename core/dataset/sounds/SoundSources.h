// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/HeadCatalogue.h"
#include "core/dataset/sounds/SoundFont.h"

#include <map>
#include <string>
#include <vector>

namespace binaurium {

// One recording, spoken sentence or note before it is prepared.
struct RawSound
{
    std::string id; // unique; also the name of the prepared file
    std::string label;
    std::string group;    // recordings that are alike (one session, one preset, one voice) never lie in two splits
    std::string original; // name of the recording where several collections hold it; empty: none else does
    std::string source;
    std::string licence;
    bool redistributable = false; // the prepared audio may be passed on under a free licence without conditions
    std::filesystem::path file;   // a recording, or the soundfont of `note`
    SoundFontNote note;
    bool isNote = false;
    std::string voice; // of espeak-ng, for a sentence
    std::string sentence;
    Split split = Split::Train;
};

struct SoundSources
{
    std::vector<RawSound> sounds;
    std::vector<std::string> missing; // one sentence per source that is not on this computer
    std::vector<std::string> skipped; // one sentence per file or folder whose label is not known
};

// Everything models/sounds.toml names: soundfonts, effect packages and voices of Debian. Relative paths of sources
// are looked up in the data folders. Throws Missing or BadInput.
void addPackagedSounds(SoundSources& sources);

// A user's folder: the names of its sub-folders are labels or their synonyms. `licence` is stored with each file.
void addFolder(SoundSources& sources, const std::filesystem::path& folder, const std::string& licence);
// The layout of ESC-50 (meta/esc50.csv, audio/): clips of one original recording form a group.
void addEsc50(SoundSources& sources, const std::filesystem::path& folder);
// The layout of FSD50K (FSD50K.ground_truth, FSD50K.metadata, FSD50K.dev_audio, FSD50K.eval_audio): clips whose labels
// mean exactly one of ours; the clips of one uploader form a group.
void addFsd50k(SoundSources& sources, const std::filesystem::path& folder);

// Gives every group to one split by the hash of its name: of each label about one in five to test, one in ten to
// validation, at least one to test where there are two groups, one to each where there are three. A group that serves
// several labels, and groups that hold the same original recording, lie in one split. Where a label has one group only,
// and it alone, its sounds are divided (another pitch of one preset is then in another split).
void assignSplits(std::vector<RawSound>& sounds);

} // namespace binaurium
