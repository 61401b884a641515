// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/canvas/Plane.h"

#include <QObject>
#include <QSizeF>
#include <map>

namespace binaurium {

// Scale and centre that the plan and the elevation share, so that they stay aligned. Until the user zooms or pans the
// room is kept fitted into every view.
class ViewFrame : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    [[nodiscard]] double pixelsPerM() const noexcept { return pixelsPerM_; }
    [[nodiscard]] const Vec3& centreM() const noexcept { return centreM_; } // in the middle of every view

    // A visible view has this many pixels for the room; an empty size takes it away.
    void setViewSize(const QObject* view, Plane plane, const QSizeF& free);
    void setRoom(const Vec3& sizeM);
    void fitRoom();
    // Makes a box fill the views, with some room around it.
    void show(const Vec3& low, const Vec3& high);
    // `anchorM` stays where it is in every view.
    void zoom(double factor, const Vec3& anchorM);
    void pan(const Vec3& byM);

signals:
    void changed();

private:
    struct View
    {
        Plane plane;
        QSizeF free;
    };
    [[nodiscard]] double scaleFor(const Vec3& sizeM) const;

    std::map<const QObject*, View> views_;
    Vec3 roomM_{1, 1, 1};
    Vec3 centreM_;
    double pixelsPerM_ = 50.0;
    bool fitted_ = true;
};

} // namespace binaurium
