// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioFile.h"

#include <memory>

namespace binaurium {

// Reads a file block by block, so that memory does not depend on its length.
class AudioReader
{
public:
    // Throws Missing or BadInput.
    explicit AudioReader(const std::filesystem::path& path);
    ~AudioReader();
    AudioReader(AudioReader&&) noexcept;
    AudioReader& operator=(AudioReader&&) noexcept;

    [[nodiscard]] const AudioFileInfo& info() const noexcept; // its length is what the header says
    // Throws BadInput where the file cannot be read from there.
    void seek(std::int64_t frame);
    // The next `frames`, fewer at the end, none behind it. Throws BadInput for samples that are not numbers.
    [[nodiscard]] AudioBuffer read(std::size_t frames);

private:
    struct Open;
    std::unique_ptr<Open> open_;
};

} // namespace binaurium
