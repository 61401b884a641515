// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/training/CurveData.h"
#include "widgets/training/CurvePlot.h"

#include <QMap>
#include <QSet>
#include <QTimer>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QMenu;
class QScrollArea;
class QSlider;
class QToolButton;

namespace binaurium {

class RunFollower;

// The live curves of the chosen run and of those it is compared with: one plot for each group of metrics, two beside
// each other.
class CurvesPanel : public QWidget
{
    Q_OBJECT

public:
    struct Shown
    {
        const RunFollower* run = nullptr;
        QColor colour;
        int style = 0; // tells runs apart beside the colour
    };
    explicit CurvesPanel(QWidget* parent = nullptr);

    // Runs must live until the next call; the first is the chosen one.
    void setRuns(const QVector<Shown>& runs);
    // Something new was read; drawn at the next convenient moment.
    void refresh();
    void drawNow();
    [[nodiscard]] QVector<CurvePlot*> plots() const; // those that are shown, in their order
    [[nodiscard]] QComboBox& stageChoice() { return *stage_; }
    [[nodiscard]] QComboBox& axisChoice() { return *axis_; }
    [[nodiscard]] QSlider& smoothing() { return *smoothing_; }
    [[nodiscard]] QCheckBox& logarithmic() { return *log_; }
    void setGroupShown(const std::string& group, bool shown);
    // One file for each plot that is shown, NAME-loss.csv beside NAME.csv (or .pdf, .svg, .png); asks before it
    // replaces.
    void exportAll(const std::filesystem::path& path);

signals:
    void message(const QString& text);

private:
    void makeBar();
    void showStages();
    void layOut(const std::vector<CurveGroup>& groups);
    void fillMenu(const std::vector<CurveGroup>& groups);
    [[nodiscard]] QVector<Curve> curvesOf(const CurveGroup& group) const;
    void exportCurves();

    QVector<Shown> runs_;
    QString wantedStage_;  // chosen by hand; empty: the one that trains
    QSet<QString> hidden_; // groups
    QMap<QString, CurvePlot*> plots_;
    QStringList order_;
    QTimer redraw_;
    QComboBox* stage_;
    QComboBox* axis_;
    QSlider* smoothing_;
    QLabel* smoothingText_;
    QCheckBox* log_;
    QToolButton* metrics_;
    QMenu* menu_;
    QScrollArea* area_;
    QWidget* canvas_;
    QGridLayout* grid_;
    QLabel* nothing_;
};

} // namespace binaurium
