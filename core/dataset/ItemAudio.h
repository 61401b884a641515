// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/acoustics/Renderer.h"
#include "core/dataset/Audit.h"
#include "core/dataset/Item.h"

#include <map>
#include <mutex>

namespace binaurium {

// Renders items from their recipes. Keeps the heads it has loaded. May be shared between threads.
class ItemRenderer
{
public:
    explicit ItemRenderer(std::vector<std::filesystem::path> headFolders, double rateHz = 32000.0)
        : headFolders_(std::move(headFolders)), rateHz_(rateHz)
    {}
    // Throws Missing (head or sound) or BadInput.
    [[nodiscard]] RenderResult render(const Item& item, OutputFormat format = OutputFormat::Binaural);

private:
    [[nodiscard]] std::shared_ptr<const Head> headOf(const Item& item);
    [[nodiscard]] std::filesystem::path fileOf(const std::string& headId, const Item& item) const;
    std::vector<std::filesystem::path> headFolders_;
    double rateHz_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const Head>> heads_;
};

// What an item sounds like, for comparing renderings across machines: level per octave (125 Hz to 8 kHz) and ear in dB,
// rounded to 0.01 dB, and the interaural time difference in us (lag of the largest cross-correlation below 1.5 kHz,
// left leading positive).
struct AudioFingerprint
{
    std::array<std::array<double, 7>, 2> levelDb{};
    double itdUs = 0.0;
};
[[nodiscard]] AudioFingerprint fingerprintOf(const AudioBuffer& audio);
[[nodiscard]] Json toJson(const AudioFingerprint& fingerprint);

// Renders the items and checks what is heard: clipping, silence, noise, and the side of single sources.
[[nodiscard]] AudioAudit measureAudio(const std::vector<Item>& items,
                                      const std::vector<std::filesystem::path>& headFolders, int threads,
                                      const ProgressCallback& progress);

} // namespace binaurium
