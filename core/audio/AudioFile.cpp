// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/AudioFile.h"

#include "core/audio/AudioReader.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <sndfile.h>

namespace binaurium {
namespace {

constexpr int channelLimit = 64;
constexpr double rateLowHz = 1000.0;
constexpr double rateHighHz = 768000.0;
constexpr float largestSample = 1e10F; // squares of it add up

using SndFile = std::unique_ptr<SNDFILE, decltype(&sf_close)>;

SndFile openForReading(const std::filesystem::path& path, SF_INFO& info)
{
    std::error_code code;
    if (!std::filesystem::exists(path, code))
        throw missing(path.string() + ": no such audio file", "check the name");
    SndFile file(sf_open(path.c_str(), SFM_READ, &info), sf_close);
    if (!file)
        throw badInput(path.string(), std::string("is not a readable audio file: ") + sf_strerror(nullptr));
    if (info.channels < 1 || info.channels > channelLimit || info.samplerate < rateLowHz ||
        info.samplerate > rateHighHz || info.frames < 0)
        throw badInput(path.string(), "has " + std::to_string(info.channels) + " channels at " +
                                          std::to_string(info.samplerate) + " Hz, which no audio file can mean");
    return file;
}

int sndfileFormat(const std::filesystem::path& path, SampleFormat format)
{
    auto extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    const int pcm = format == SampleFormat::Pcm16 ? SF_FORMAT_PCM_16 : SF_FORMAT_PCM_24;
    if (extension == ".flac")
        return SF_FORMAT_FLAC | pcm;
    if (extension == ".wav")
        return SF_FORMAT_WAV | (format == SampleFormat::Float32 ? SF_FORMAT_FLOAT : pcm);
    throw Error(ErrorKind::Usage, path.string() + ": audio is written as .wav or .flac");
}

} // namespace

struct AudioReader::Open
{
    std::filesystem::path path;
    SF_INFO header{};
    SndFile file;
    AudioFileInfo info;
};

AudioReader::AudioReader(const std::filesystem::path& path)
{
    SF_INFO header{};
    auto file = openForReading(path, header);
    SF_FORMAT_INFO name{};
    name.format = header.format & SF_FORMAT_TYPEMASK;
    sf_command(nullptr, SFC_GET_FORMAT_INFO, &name, sizeof name);
    AudioFileInfo info{static_cast<std::size_t>(header.channels), header.frames, static_cast<double>(header.samplerate),
                       name.name != nullptr ? name.name : "unknown"};
    open_ = std::make_unique<Open>(Open{path, header, std::move(file), std::move(info)});
}

AudioReader::~AudioReader() = default;
AudioReader::AudioReader(AudioReader&&) noexcept = default;
AudioReader& AudioReader::operator=(AudioReader&&) noexcept = default;

const AudioFileInfo& AudioReader::info() const noexcept
{
    return open_->info;
}

void AudioReader::seek(std::int64_t frame)
{
    if (sf_seek(open_->file.get(), frame, SEEK_SET) < 0)
        throw badInput(open_->path.string(), "cannot be read from frame " + std::to_string(frame));
}

AudioBuffer AudioReader::read(std::size_t frames)
{
    // The header may lie about the length, so memory grows with what is really there.
    const std::size_t channels = open_->info.channels;
    std::vector<float> interleaved;
    constexpr std::size_t blockFrames = 1 << 16;
    std::vector<float> block(std::min(blockFrames, frames) * channels);
    for (std::size_t done = 0; done < frames;) {
        const auto wanted = static_cast<sf_count_t>(std::min(blockFrames, frames - done));
        const auto got = sf_readf_float(open_->file.get(), block.data(), wanted);
        if (got <= 0)
            break;
        interleaved.insert(interleaved.end(), block.begin(), block.begin() + got * open_->header.channels);
        done += static_cast<std::size_t>(got);
    }
    AudioBuffer audio(channels, interleaved.size() / channels, open_->info.rateHz);
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t i = 0; i < audio.frames(); ++i)
            audio.channel(c)[i] = interleaved[i * channels + c];
    if (!std::all_of(interleaved.begin(), interleaved.end(), [](float s) { return std::abs(s) < largestSample; }))
        throw badInput(open_->path.string(), "holds samples that are not numbers (NaN, infinite or beyond 1e10)");
    return audio;
}

AudioFileInfo readAudioInfo(const std::filesystem::path& path)
{
    return AudioReader(path).info();
}

AudioBuffer readAudio(const std::filesystem::path& path, std::int64_t first, std::int64_t count,
                      std::int64_t limitSamples)
{
    AudioReader reader(path);
    const std::int64_t available = std::max<std::int64_t>(0, reader.info().frames - first);
    const std::int64_t wanted = count < 0 ? available : std::min(count, available);
    const auto channels = static_cast<std::int64_t>(reader.info().channels);
    if (wanted > limitSamples / channels)
        throw badInput(path.string(), "has " + std::to_string(wanted) + " frames of " + std::to_string(channels) +
                                          " channels, more than the " + std::to_string(limitSamples) +
                                          " samples that are read at once");
    if (first > 0)
        reader.seek(first);
    auto audio = reader.read(static_cast<std::size_t>(wanted));
    if (audio.frames() == 0)
        throw badInput(path.string(), "holds no audio");
    return audio;
}

void writeAudio(const AudioBuffer& audio, const std::filesystem::path& path, SampleFormat format,
                const std::string& comment)
{
    const int fileFormat = sndfileFormat(path, format);
    replaceFileAtomically(path, [&](const std::filesystem::path& temporary) {
        SF_INFO info{};
        info.channels = static_cast<int>(audio.channels());
        info.samplerate = static_cast<int>(std::lround(audio.rateHz()));
        info.format = fileFormat;
        SndFile file(sf_open(temporary.c_str(), SFM_WRITE, &info), sf_close);
        if (!file)
            throw badInput(path.string(), std::string("cannot be written: ") + sf_strerror(nullptr));
        sf_set_string(file.get(), SF_STR_SOFTWARE, "Binaurium");
        if (!comment.empty())
            sf_set_string(file.get(), SF_STR_COMMENT, comment.c_str());
        sf_command(file.get(), SFC_SET_CLIPPING, nullptr, SF_TRUE);
        // A PEAK chunk holds the time of writing; without it equal audio gives equal bytes.
        sf_command(file.get(), SFC_SET_ADD_PEAK_CHUNK, nullptr, SF_FALSE);
        std::vector<float> interleaved(audio.frames() * audio.channels());
        for (std::size_t c = 0; c < audio.channels(); ++c)
            for (std::size_t i = 0; i < audio.frames(); ++i)
                interleaved[i * audio.channels() + c] = audio.channel(c)[i];
        const auto frames = static_cast<sf_count_t>(audio.frames());
        if (sf_writef_float(file.get(), interleaved.data(), frames) != frames)
            throw badInput(path.string(), std::string("cannot be written: ") + sf_strerror(file.get()));
        if (const int error = sf_close(file.release()); error != 0) // the last block of a full disk
            throw badInput(path.string(), std::string("cannot be written: ") + sf_error_number(error));
    });
}

} // namespace binaurium
