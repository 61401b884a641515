// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/FoaDecoder.h"
#include "core/audio/AudioBuffer.h"
#include "core/dataset/ItemAudio.h"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace binaurium {

// The audio of items, two ears: the file that an item names ("audio" of its margins), a dry sound convolved with its
// measured response (SpatialSoundQA), or else its scene, rendered. Four channels are first-order ambisonics only where
// the item names a head to decode them with ("foa_head": a SOFA file or a head of models/heads.toml). May be shared
// between threads.
class ItemSounds
{
public:
    // Relative files start at `folder`; heads are looked for in `headFolders` first.
    ItemSounds(std::filesystem::path folder, std::vector<std::filesystem::path> headFolders)
        : folder_(std::move(folder)), headFolders_(headFolders), renderer_(std::move(headFolders))
    {}
    // Throws Missing (head, sound or file) or BadInput.
    [[nodiscard]] AudioBuffer audioOf(const Item& item);

    // Several at once, in parallel: where one cannot be made, its audio is empty and its error says why. What is
    // missing (a head, a file) for an item that `mustBeThere` is thrown.
    struct Several
    {
        std::vector<AudioBuffer> audio;
        std::vector<std::string> errors;
    };
    [[nodiscard]] Several audioOf(std::span<const Item* const> items,
                                  const std::function<bool(const Item&)>& mustBeThere = {});

private:
    [[nodiscard]] AudioBuffer recorded(const Item& item, const std::string& name);
    [[nodiscard]] AudioBuffer convolved(const Item& item, const char* audioKey, const char* reverbKey) const;
    [[nodiscard]] std::filesystem::path find(const std::string& name, const char* below,
                                             const std::vector<std::string>& endings) const;
    [[nodiscard]] const FoaDecoder& decoderOf(const std::string& head);

    std::filesystem::path folder_;
    std::vector<std::filesystem::path> headFolders_;
    ItemRenderer renderer_;
    std::mutex mutex_;
    std::map<std::string, std::unique_ptr<const FoaDecoder>> decoders_; // by head
};

} // namespace binaurium
