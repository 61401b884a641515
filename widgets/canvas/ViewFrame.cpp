// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/canvas/ViewFrame.h"

#include <algorithm>

namespace binaurium {
namespace {

constexpr double smallestScale = 2.0; // pixels per metre
constexpr double largestScale = 4000.0;

} // namespace

void ViewFrame::setViewSize(const QObject* view, Plane plane, const QSizeF& free)
{
    if (free.isEmpty())
        views_.erase(view);
    else
        views_[view] = {plane, free};
    if (fitted_)
        fitRoom();
}

void ViewFrame::setRoom(const Vec3& sizeM)
{
    roomM_ = sizeM;
    if (fitted_)
        fitRoom();
}

double ViewFrame::scaleFor(const Vec3& sizeM) const
{
    double scale = largestScale;
    for (const auto& [object, view] : views_) {
        scale = std::min(scale, view.free.width() / std::max(0.1, acrossM(view.plane, sizeM)));
        scale = std::min(scale, view.free.height() / std::max(0.1, upM(view.plane, sizeM)));
    }
    return std::clamp(scale, smallestScale, largestScale);
}

void ViewFrame::fitRoom()
{
    fitted_ = true;
    centreM_ = 0.5 * roomM_;
    if (!views_.empty())
        pixelsPerM_ = scaleFor(roomM_);
    emit changed();
}

void ViewFrame::show(const Vec3& low, const Vec3& high)
{
    constexpr double around = 1.25;
    constexpr double smallestM = 1.0;
    fitted_ = false;
    centreM_ = 0.5 * (low + high);
    const Vec3 size = high - low;
    pixelsPerM_ = scaleFor({around * std::max(smallestM, size.x), around * std::max(smallestM, size.y),
                            around * std::max(smallestM, size.z)});
    emit changed();
}

void ViewFrame::zoom(double factor, const Vec3& anchorM)
{
    fitted_ = false;
    const double before = pixelsPerM_;
    pixelsPerM_ = std::clamp(before * factor, smallestScale, largestScale);
    centreM_ = anchorM + (before / pixelsPerM_) * (centreM_ - anchorM);
    emit changed();
}

void ViewFrame::pan(const Vec3& byM)
{
    fitted_ = false;
    centreM_ = centreM_ + byM;
    emit changed();
}

} // namespace binaurium
