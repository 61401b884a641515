// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/ItemSampling.h"

#include "core/dataset/ItemMaker.h"
#include "core/scene/SceneFile.h"

namespace binaurium {
namespace {

constexpr std::size_t handedOver = 12; // items at a time

} // namespace

void sampleItems(const SampleRequest& request, const BackgroundWork::Context& context,
                 const std::function<void(const PreviewItems&)>& receive)
{
    const std::int64_t first = firstUnit(request.recipe, request.split);
    const std::int64_t end = first + request.recipe.count[static_cast<std::size_t>(request.split)];
    if (first == end)
        throw missing("the recipe '" + request.recipe.name + "' has no items for " + splitId(request.split),
                      "choose another split");
    const ItemMaker maker(request.recipe, request.headFolders, request.split);
    PreviewItems some;
    int made = 0;
    const auto handOver = [&] {
        context.deliver([receive, some] { receive(some); });
        some.clear();
    };
    for (std::int64_t unit = first; unit < end && made < request.count; ++unit) {
        reportProgress(context.progress, {"preview", made, request.count, {}});
        for (Item& item : maker.unit(unit)) {
            if (made++ >= request.count)
                break;
            Scene scene = sceneFromJson(item.scene, item.id);
            some.push_back(std::make_shared<const PreviewItem>(PreviewItem{std::move(item), std::move(scene)}));
        }
        if (some.size() >= handedOver)
            handOver();
    }
    handOver();
}

Scene sceneToOpen(const PreviewItem& item, const std::vector<std::filesystem::path>& headFolders, bool* changed)
{
    Scene scene = localScene(item.scene);
    scene.title = item.item.id;
    *changed = false;
    if (!item.item.head.is_object())
        return scene;
    const JsonObject head(item.item.head, "item " + item.item.id, "head");
    const auto id = head.string("id");
    *changed = head.number("frequency_scale", 0.7, 1.4, 1.0) != 1.0 || head.boolean("diffuse_field_equalised", false);
    *changed = *changed || !head.unknownKeys().empty(); // what else makes it another head than the one of the file
    for (const HeadEntry& entry : readHeadCatalogue())
        if (entry.id == id)
            if (const auto file = findHeadFile(entry, headFolders); !file.empty()) {
                scene.listener.head = file == defaultHeadFile() ? "default" : std::filesystem::absolute(file).string();
                return scene;
            }
    throw missing("the head '" + id + "' of item " + item.item.id + " is not on this computer",
                  "choose the folder of the SOFA files");
}

} // namespace binaurium
