// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/ask/AttentionHeatMap.h"

#include <filesystem>

class QComboBox;
class QListWidget;

namespace binaurium {

class HeadThumbnails;

// Where the model looked while it answered: the words of the answer as chips, layer, head and reduction to choose, the
// heat map under the sound and all heads as thumbnails. A range chosen in the sound shades the chips that look there.
class AttentionView : public QWidget
{
    Q_OBJECT

public:
    explicit AttentionView(QWidget* parent = nullptr);
    // `durationS`: of the sound that is shown above; `startS`: where in it the part begins that was asked about.
    void setRecord(AttentionRecord record, double durationS, double startS = 0.0);
    [[nodiscard]] const AttentionRecord& record() const noexcept { return record_; }
    void setCursor(double timeS) { map_->setCursor(timeS); }
    void setRange(std::optional<std::pair<double, double>> range);
    // How each chosen answer token looks at the sound, as the map shows it.
    [[nodiscard]] AttentionChoice choice() const;
    void exportTo(const std::filesystem::path& path, const QString& description) const;

    [[nodiscard]] AttentionHeatMap& map() { return *map_; }
    [[nodiscard]] HeadThumbnails& thumbnails() { return *thumbnails_; }
    [[nodiscard]] QListWidget& chips() { return *chips_; }
    [[nodiscard]] QComboBox& layerBox() { return *layer_; }
    [[nodiscard]] QComboBox& headBox() { return *head_; }
    [[nodiscard]] QComboBox& overBox() { return *over_; }
    [[nodiscard]] QComboBox& scaleBox() { return *scale_; }

signals:
    void cursorMoved(double timeS);

protected:
    void changeEvent(QEvent* event) override;

private:
    void buildControls();
    void connectControls();
    void fillChips();
    void showAll();        // after another layer, head or reduction
    void showThumbnails(); // after other tokens
    void chooseTokens(int first, int last);
    void shadeChips();

    AttentionRecord record_;
    double startS_ = 0.0;
    double durationS_ = 0.0;
    std::optional<std::pair<double, double>> range_;
    QListWidget* chips_;
    QComboBox* layer_;
    QComboBox* head_;
    QComboBox* over_;
    QComboBox* scale_;
    AttentionHeatMap* map_;
    HeadThumbnails* thumbnails_; // placed by whoever shows this view
};

} // namespace binaurium
