// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/ItemInspector.h"

#include "core/benchmark/report/ReportFolder.h"
#include "core/scene/SceneFile.h"
#include "widgets/dataset/PlanView.h"

#include <QPlainTextEdit>
#include <QSplitter>
#include <QVBoxLayout>

namespace binaurium {

ItemInspector::ItemInspector(std::unique_ptr<AudioOutput> output, QWidget* parent) : QWidget(parent)
{
    plan_ = new PlanView(this);
    text_ = new QPlainTextEdit(this);
    text_->setReadOnly(true);
    text_->setTabChangesFocus(true);
    text_->setAccessibleName(tr("One item under all controls"));
    text_->setPlaceholderText(tr("Choose an item to see its plan, evidence and answers under all controls."));
    transport_ = new TransportBar(std::move(output), this);
    transport_->setEnabled(false);
    auto* both = new QSplitter(Qt::Horizontal, this);
    both->addWidget(plan_);
    both->addWidget(text_);
    both->setStretchFactor(0, 1);
    both->setStretchFactor(1, 2);
    both->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(both, 1);
    column->addWidget(transport_);
    setSources({}, {});
    connect(transport_, &TransportBar::audioWanted, this, &ItemInspector::load);
    connect(&work_, &BackgroundWork::finished, this, [this] { transport_->setBusy({}); });
    connect(&work_, &BackgroundWork::failed, this, [this](const QString& sentence) {
        transport_->stop();
        transport_->setBusy({});
        emit failed(sentence);
    });
}

void ItemInspector::setSources(const std::filesystem::path& report, std::vector<std::filesystem::path> headFolders)
{
    sounds_ = std::make_shared<ItemSounds>(soundFolder(report), std::move(headFolders));
}

void ItemInspector::show(const Item* item, const QString& text)
{
    item_ = item != nullptr ? std::optional(*item) : std::nullopt;
    transport_->stop();
    audio_ = nullptr;
    transport_->setAudio(nullptr);
    transport_->setWaveform(nullptr);
    transport_->setBusy({});
    transport_->setEnabled(item != nullptr);
    text_->setPlainText(text);
    std::shared_ptr<PreviewItem> preview;
    if (item != nullptr && item->scene.is_object()) {
        preview = std::make_shared<PreviewItem>();
        preview->item = *item;
        preview->scene = sceneFromJson(item->scene, "item " + item->id);
        transport_->setDuration(preview->scene.durationS);
    }
    plan_->setItem(preview);
    plan_->setVisible(item == nullptr || preview != nullptr); // recordings have none
}

void ItemInspector::load()
{
    if (!item_)
        return;
    transport_->setBusy(tr("rendering…"));
    work_.start([this, item = *item_, sounds = sounds_](const BackgroundWork::Context& context) {
        auto audio = std::make_shared<const AudioBuffer>(sounds->audioOf(item));
        context.deliver([this, id = item.id, audio] {
            if (!item_ || item_->id != id)
                return;
            audio_ = audio;
            transport_->setWaveform(audio);
            transport_->setAudio(audio); // plays on when Play was pressed
        });
    });
}

} // namespace binaurium
