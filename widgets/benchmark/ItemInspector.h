// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/ItemSounds.h"
#include "widgets/audition/TransportBar.h"
#include "widgets/benchmark/ItemResultModel.h"
#include "widgets/controls/BackgroundWork.h"

class QPlainTextEdit;

namespace binaurium {

class PlanView;

// One item of a report: its plan, its sound, rendered or read when it is to be played, and everything that was asked
// and answered about it.
class ItemInspector : public QWidget
{
    Q_OBJECT

public:
    explicit ItemInspector(std::unique_ptr<AudioOutput> output, QWidget* parent = nullptr);

    // `text`: the words below the plan. Null: nothing is chosen.
    void show(const Item* item, const QString& text);
    // Where the sounds come from: folders of heads, and where relative files of the report start.
    void setSources(const std::filesystem::path& report, std::vector<std::filesystem::path> headFolders);
    [[nodiscard]] TransportBar& transport() { return *transport_; }
    // The sound of the item; null until it was played.
    [[nodiscard]] std::shared_ptr<const AudioBuffer> audio() const { return audio_; }

signals:
    void failed(const QString& sentence);

private:
    void load();

    PlanView* plan_;
    QPlainTextEdit* text_;
    TransportBar* transport_;
    std::optional<Item> item_;
    std::shared_ptr<ItemSounds> sounds_;
    std::shared_ptr<const AudioBuffer> audio_;
    BackgroundWork work_;
};

} // namespace binaurium
