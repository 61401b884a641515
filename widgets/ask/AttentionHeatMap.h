// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Attention.h"
#include "widgets/plot/HeatScale.h"
#include "widgets/plot/TimeAxis.h"

#include <QStringList>
#include <QWidget>
#include <optional>
#include <utility>

namespace binaurium {

// Heat map of attention under a sound: one row per answer token, moments of the sound along the shared time axis, slot
// tokens, which have no time, in the right margin. A strip below shows what each moment's token owes to the semantic,
// spatial and combined expert. A click on a row chooses its token (Shift: up to it), and puts the play head there.
class AttentionHeatMap : public QWidget
{
    Q_OBJECT

public:
    struct Content
    {
        QStringList rows;
        std::vector<std::vector<float>> moments, slotKeys; // [row][moment], [row][slot]
        QStringList slotWords;                             // what the tokens of each slot say
        std::vector<std::array<float, 3>> experts;         // per moment
        double secondsPerToken = 0.2;
        double durationS = 0.0; // of the sound above
    };

    explicit AttentionHeatMap(QWidget* parent = nullptr);
    void setContent(Content content);
    void setScale(HeatScale::Kind kind);
    void setChosenRows(int first, int last);
    void setCursor(double timeS);
    void setRange(std::optional<std::pair<double, double>> range);
    [[nodiscard]] const HeatScale& scale() const noexcept { return scale_; }
    [[nodiscard]] const Content& content() const noexcept { return content_; }
    [[nodiscard]] QRectF cell(int row, int moment) const; // on the screen
    // "0.3 s, ' left': 0.012", "slot 2 (where), ' left': 0.2"; empty beside the map.
    [[nodiscard]] QString wordsAt(const QPointF& point) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void rowClicked(int row, bool extend);
    void cursorMoved(double timeS);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] TimeAxis axis() const;
    [[nodiscard]] QRectF mapArea() const; // without the strip of the experts
    [[nodiscard]] QRectF slotArea() const;
    [[nodiscard]] int rowAt(double y) const; // -1 beside the rows
    [[nodiscard]] QString slotName(std::size_t slot) const;
    void rescale();
    void drawExperts(QPainter& painter, const PlotTheme& theme) const;

    Content content_;
    HeatScale scale_;
    int firstChosen_ = 0, lastChosen_ = -1;
    double cursorS_ = 0.0;
    std::optional<std::pair<double, double>> range_;
};

} // namespace binaurium
