// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"

#include "core/acoustics/Head.h"
#include "core/acoustics/Renderer.h"
#include "core/audio/AudioFile.h"
#include "core/dataset/Labels.h"
#include "core/scene/SceneFile.h"
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "core/support/Log.h"
#include "core/support/Sha256.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>

namespace binaurium::cli {
namespace {

struct RenderArguments
{
    std::string scene;
    std::string output;
    std::string format = "binaural";
    std::string head;
    std::string stems;
    std::string meta;
    std::string dcase;
    std::string tail = "statistical";
    double rateHz = 48000.0;
    std::optional<std::uint64_t> seed;
    bool allowOutside = false;
    bool overwrite = false;
    bool diffuseFieldEqualised = false;
    int threads = 0;
};

// Names come from the scene; as file names they keep only what no file system minds.
std::string fileNameOf(const std::string& name)
{
    std::string safe;
    for (const char c : name)
        safe += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' ? c : '_';
    return safe.empty() ? "source" : safe;
}

// Class numbers of the DCASE table: the place in the program's label taxonomy; labels of the user's own follow.
class DcaseClasses
{
public:
    int operator()(const std::string& label)
    {
        if (const int known = labelIndex(label); known >= 0)
            return known;
        const auto [entry, isNew] = own_.try_emplace(label, static_cast<int>(labels().size() + own_.size()));
        if (isNew)
            log(LogLevel::Warning, (label.empty() ? "sources without a label have"
                                                  : "the label '" + label + "', not in the taxonomy, has") +
                                       std::string(" the class ") + std::to_string(entry->second) +
                                       " in the DCASE table");
        return entry->second;
    }

private:
    std::map<std::string, int> own_;
};

void makeFolder(const std::filesystem::path& folder)
{
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (code)
        throw badInput(folder.string(), "cannot be made (" + code.message() + ")");
}

void render(const RenderArguments& arguments)
{
    requireReplaceable(arguments.output, arguments.overwrite);
    for (const auto& file : {arguments.meta, arguments.dcase})
        if (!file.empty())
            requireReplaceable(file, arguments.overwrite);
    const std::filesystem::path scenePath = arguments.scene;
    Scene scene = readScene(scenePath);
    if (arguments.seed)
        scene.seed = *arguments.seed;
    RenderOptions options;
    options.rateHz = arguments.rateHz;
    options.format = arguments.format == "foa"    ? OutputFormat::Foa
                     : arguments.format == "mono" ? OutputFormat::Mono
                                                  : OutputFormat::Binaural;
    options.sceneFolder = scenePath.parent_path();
    options.allowOutside = arguments.allowOutside;
    options.stems = !arguments.stems.empty();
    options.threads = arguments.threads;
    options.tail = arguments.tail == "images" ? Tail::Images : Tail::Statistical;
    options.diffuseFieldEqualised = arguments.diffuseFieldEqualised;
    if (!arguments.head.empty())
        options.head = Head::load(arguments.head,
                                  {.rateHz = options.rateHz, .diffuseFieldEqualised = arguments.diffuseFieldEqualised});
    const auto result = inFile(scenePath, [&] { return renderScene(scene, options, progressOnStderr()); });

    const auto comment = "scene sha256 " + sha256(sceneToJson(scene).dump()) + ", seed " + std::to_string(scene.seed);
    writeAudio(result.audio, arguments.output, SampleFormat::Float32, comment);
    if (!arguments.stems.empty())
        makeFolder(arguments.stems);
    for (std::size_t i = 0; i < result.stems.size(); ++i) {
        const auto path = std::filesystem::path(arguments.stems) /
                          (std::to_string(i + 1) + "-" + fileNameOf(scene.sources[i].name) + ".wav");
        requireReplaceable(path, arguments.overwrite);
        writeAudio(result.stems[i], path);
    }
    if (!arguments.meta.empty())
        writeFileAtomically(arguments.meta, labelsToJson(result.labels, scene).dump(1) + "\n");
    if (!arguments.dcase.empty())
        writeFileAtomically(arguments.dcase, labelsToDcase(result.labels, scene, DcaseClasses()));
    for (const auto& warning : result.warnings)
        log(LogLevel::Warning, warning);
}

} // namespace

void addRenderCommand(CLI::App& app)
{
    auto* command = app.add_subcommand("render", "Render a scene to an audio file");
    auto arguments = std::make_shared<RenderArguments>();
    command->add_option("scene", arguments->scene, "Scene file (*.scene.json)")->required();
    command->add_option("-o,--output", arguments->output, "Audio file, .wav or .flac")->required();
    command->add_option("--format", arguments->format, "binaural, foa (ACN, SN3D) or mono")
        ->check(CLI::IsMember({"binaural", "foa", "mono"}))
        ->capture_default_str();
    command->add_option("--head", arguments->head, "SOFA file of the head instead of the scene's");
    command->add_option("--rate", arguments->rateHz, "Sampling rate in Hz")->capture_default_str();
    command->add_option("--seed", arguments->seed, "Seed instead of the scene's");
    command->add_option("--stems", arguments->stems, "Folder for one file per source");
    command->add_option("--meta", arguments->meta, "Labels per 100 ms as JSON");
    command->add_option("--dcase", arguments->dcase, "Labels per 100 ms as a table in the layout of DCASE 2024 task 3");
    command->add_option("--tail", arguments->tail, "Late part: statistical, or images (every image source, slow)")
        ->check(CLI::IsMember({"statistical", "images"}))
        ->capture_default_str();
    command->add_flag("--diffuse-field-eq", arguments->diffuseFieldEqualised,
                      "Divide the head by its mean over all directions");
    command->add_option("--threads", arguments->threads, "Threads, 0: one per processor")->check(CLI::Range(0, 1024));
    command->add_flag("--overwrite", arguments->overwrite, "Replace files that Binaurium did not make");
    command->add_flag("--allow-outside", arguments->allowOutside, "Let the scene name files outside its folder");
    command->callback([arguments] { render(*arguments); });
}

} // namespace binaurium::cli
