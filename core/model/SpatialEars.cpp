// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/SpatialEars.h"

#include "core/model/Localizer.h"
#include "core/model/ModelFolder.h"
#include "core/model/files/SafetensorsFile.h"
#include "core/model/nn/FrontEnd.h"
#include "core/model/nn/TensorFile.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

namespace binaurium {
namespace {

class EncoderEars : public SpatialEars
{
public:
    explicit EncoderEars(const std::filesystem::path& model)
    {
        // One second is too little work to share, and waiting threads of the pool would take more time than they save.
        // Counts for this thread and those that set nothing themselves; HearingModel sets its own.
        at::set_num_threads(1);
        at::globalContext().setFlushDenormal(true);
        const auto folder = findModelFolder(model.empty() ? defaultModelName : model);
        const auto manifest = readModelFolder(folder);
        labels_ = manifest.labels;
        const JsonObject shape(manifest.encoder, "manifest");
        nn::SpatialEncoder encoder(nn::spatialEncoderConfigFromJson(shape));
        nn::loadModule(*encoder, SafetensorsFile(folder / "encoder.safetensors"), "encoder.");
        frontEnd_ = std::make_unique<nn::FrontEnd>(nullptr, encoder);
    }

    Localization localize(const AudioBuffer& audio) override { return localizeWith(*frontEnd_, labels_, audio, {}); }

private:
    std::vector<std::string> labels_;
    std::unique_ptr<nn::FrontEnd> frontEnd_;
};

} // namespace

std::unique_ptr<SpatialEars> SpatialEars::load(const std::filesystem::path& model)
{
    return std::make_unique<EncoderEars>(model);
}

} // namespace binaurium
