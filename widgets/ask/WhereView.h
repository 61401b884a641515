// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/SoundTimeline.h"
#include "core/scene/Scene.h"

#include <QWidget>
#include <optional>

class QCheckBox;
class QTableWidget;

namespace binaurium {

class AzimuthPlot;
class TrackPlot;

// Who is where: the polar view over the whole sound or at the play head, azimuth over time below the sound, and the
// same as a table. Of long recordings the table lists the detected sources from when to when.
class WhereView : public QWidget
{
    Q_OBJECT

public:
    explicit WhereView(QWidget* parent = nullptr);
    void clear(double durationS); // nothing is known about a sound of this length yet
    // `truth`: the scene that was heard, or null for a recording.
    void setLocalization(const Localization& what, const Scene* truth);
    void setTimeline(const SoundTimeline& timeline);
    void setCursor(double timeS);
    [[nodiscard]] AzimuthPlot& azimuth() { return *azimuth_; }
    [[nodiscard]] TrackPlot& tracks() { return *tracks_; }
    [[nodiscard]] QTableWidget& table() { return *table_; }
    [[nodiscard]] QCheckBox& followBox() { return *follow_; }

signals:
    void cursorMoved(double timeS);
    void rangeWanted(double fromS, double toS); // of a detected source that was chosen

private:
    void showSources();
    void showEvents();
    void addRow(const QStringList& cells);
    [[nodiscard]] QString truthOf(const LocalizedSource& source, const Scene& truth) const;

    AzimuthPlot* azimuth_;
    TrackPlot* tracks_;
    QTableWidget* table_;
    QCheckBox* follow_;
    std::optional<Localization> what_;
    std::optional<Scene> truth_;
    std::optional<SoundTimeline> timeline_;
    double cursorS_ = 0.0;
};

} // namespace binaurium
