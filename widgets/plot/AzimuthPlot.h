// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plot/SceneFigure.h"

#include <QWidget>
#include <filesystem>

namespace binaurium {

// The polar view on the screen; the figure on paper is drawn by the same function.
class AzimuthPlot : public QWidget
{
    Q_OBJECT

public:
    explicit AzimuthPlot(QWidget* parent = nullptr);
    void setData(AzimuthData data);
    [[nodiscard]] const AzimuthData& data() const noexcept { return data_; }
    // .pdf, .svg, .png, or .csv with the numbers. Throws like exportFigure().
    void exportTo(const std::filesystem::path& path, const QString& description) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    AzimuthData data_;
};

} // namespace binaurium
