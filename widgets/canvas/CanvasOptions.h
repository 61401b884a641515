// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"
#include "widgets/canvas/Plane.h"

#include <QObject>
#include <optional>
#include <set>

namespace binaurium {

struct Listener;

// How the views help with placing, remembered between sessions.
struct GridOptions
{
    bool snap = true;
    bool polar = false;       // around the listener: rings and azimuths in place of a square grid
    double stepM = 0.1;       // of the square grid and of the rings; 0.01 .. 5
    bool reflections = false; // first-order reflections of the selected sources
    bool levels = false;      // level over distance around the selected source
    friend bool operator==(const GridOptions&, const GridOptions&) = default;
};

// What all views of one scene draw alike and snap to.
class CanvasOptions : public QObject
{
    Q_OBJECT

public:
    static constexpr double azimuthStepDeg = 5.0; // that the polar grid snaps to
    static constexpr double turnStepDeg = 15.0;

    using QObject::QObject;
    [[nodiscard]] const GridOptions& grid() const noexcept { return grid_; }
    void setGrid(const GridOptions& grid);
    // "What the model believes" beside the real sources; empty hides it.
    [[nodiscard]] const std::optional<Localization>& heard() const noexcept { return heard_; }
    void setHeard(std::optional<Localization> heard);
    // The time that is played, at which moving objects are drawn; empty while nothing plays.
    [[nodiscard]] std::optional<double> playedS() const noexcept { return playedS_; }
    void setPlayedS(std::optional<double> timeS);

    // Audio files, as the scene names them, that cannot be found: their sources are marked.
    [[nodiscard]] const std::set<std::string>& missingFiles() const noexcept { return missingFiles_; }
    void setMissingFiles(std::set<std::string> files);

    // The nearest place of the grid. `fine`: a tenth of the step.
    [[nodiscard]] Vec3 snapped(const Vec3& p, Plane plane, const Listener& listener, bool fine) const;

signals:
    void changed();

private:
    GridOptions grid_;
    std::optional<Localization> heard_;
    std::optional<double> playedS_;
    std::set<std::string> missingFiles_;
};

} // namespace binaurium
