// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/SphereTriangulation.h"

#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>

extern "C" {
#include <libqhull_r/libqhull_r.h>
}

namespace binaurium {
namespace {

constexpr int hintColumns = 36;
constexpr int hintRows = 19;
constexpr double hintStepDeg = 10.0;

int hintCell(const Vec3& direction)
{
    const Direction d = directionOf(direction);
    const int column = static_cast<int>(std::lround(d.azimuthDeg / hintStepDeg) + hintColumns) % hintColumns;
    const int row = static_cast<int>(std::lround((d.elevationDeg + 90.0) / hintStepDeg));
    return row * hintColumns + column;
}

// Qhull's C state, freed whatever happens.
class Qhull
{
public:
    explicit Qhull(std::vector<double>& coordinates)
    {
        qh_zero(&state_, nullptr);
        char options[] = "qhull Qt Pp"; // triangulated facets, no warnings
        const int failed = qh_new_qhull(&state_, 3, static_cast<int>(coordinates.size() / 3), coordinates.data(), False,
                                        options, nullptr, silence_.get());
        if (failed != 0) {
            release();
            throw badInput("head", "its directions do not enclose the head (all in one plane?)");
        }
    }
    ~Qhull() { release(); }
    Qhull(const Qhull&) = delete;
    Qhull& operator=(const Qhull&) = delete;
    qhT* get() { return &state_; }

private:
    void release()
    {
        qh_freeqhull(&state_, !qh_ALL);
        int longBytes = 0;
        int longCount = 0;
        qh_memfreeshort(&state_, &longBytes, &longCount);
    }
    // Where its complaints go; our own sentence says what is wrong.
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> silence_{std::fopen("/dev/null", "w"), std::fclose};
    qhT state_{};
};

} // namespace

SphereTriangulation::SphereTriangulation(std::span<const Vec3> directions)
{
    if (directions.size() < 4)
        throw badInput("head", "has fewer than four directions");
    buildHull(directions);
    connect();
    measureAreas(directions);
    buildHints();
}

void SphereTriangulation::buildHull(std::span<const Vec3> directions)
{
    std::vector<double> coordinates;
    coordinates.reserve(directions.size() * 3);
    for (const Vec3& d : directions)
        coordinates.insert(coordinates.end(), {d.x, d.y, d.z});
    Qhull hull(coordinates);
    qhT* qh = hull.get(); // the name that Qhull's macros expect
    facetT* facet = nullptr;
    FORALLfacets
    {
        Triangle triangle;
        int corner = 0;
        vertexT* vertex = nullptr;
        vertexT** vertexp = nullptr;
        FOREACHvertex_(facet->vertices)
        {
            if (corner < 3)
                triangle.vertex[static_cast<std::size_t>(corner++)] = qh_pointid(qh, vertex->point);
        }
        const Vec3& a = directions[static_cast<std::size_t>(triangle.vertex[0])];
        const Vec3& b = directions[static_cast<std::size_t>(triangle.vertex[1])];
        const Vec3& c = directions[static_cast<std::size_t>(triangle.vertex[2])];
        const double volume = dot(a, cross(b, c));
        // A sliver without area cannot hold a direction; nor can what closes the hull of a grid that lies above the
        // head (or beside it), whose inner side looks away from the centre.
        if (corner != 3 || std::abs(volume) < 1e-12 || facet->offset > -1e-9)
            continue;
        triangle.dual = {(1.0 / volume) * cross(b, c), (1.0 / volume) * cross(c, a), (1.0 / volume) * cross(a, b)};
        triangles_.push_back(triangle);
    }
    if (triangles_.empty())
        throw badInput("head", "its directions do not enclose the head");
}

void SphereTriangulation::connect()
{
    std::map<std::pair<int, int>, std::pair<int, int>> open; // edge -> triangle, opposite corner
    for (std::size_t t = 0; t < triangles_.size(); ++t)
        for (std::size_t corner = 0; corner < 3; ++corner) {
            triangles_[t].neighbour[corner] = -1;
            const auto edge =
                std::minmax(triangles_[t].vertex[(corner + 1) % 3], triangles_[t].vertex[(corner + 2) % 3]);
            const auto [other, first] = open.try_emplace(edge, static_cast<int>(t), static_cast<int>(corner));
            if (first)
                continue;
            const auto [ot, oc] = other->second;
            triangles_[t].neighbour[corner] = ot;
            triangles_[static_cast<std::size_t>(ot)].neighbour[static_cast<std::size_t>(oc)] = static_cast<int>(t);
        }
}

void SphereTriangulation::measureAreas(std::span<const Vec3> directions)
{
    areas_.assign(directions.size(), 0.0);
    double total = 0.0;
    for (const auto& triangle : triangles_) {
        const Vec3& a = directions[static_cast<std::size_t>(triangle.vertex[0])];
        const Vec3& b = directions[static_cast<std::size_t>(triangle.vertex[1])];
        const Vec3& c = directions[static_cast<std::size_t>(triangle.vertex[2])];
        // Solid angle of a spherical triangle (van Oosterom and Strackee 1983).
        const double area = 2.0 * std::abs(std::atan2(dot(a, cross(b, c)), 1.0 + dot(a, b) + dot(b, c) + dot(c, a)));
        total += area;
        for (const int v : triangle.vertex)
            areas_[static_cast<std::size_t>(v)] += area / 3.0;
    }
    for (double& area : areas_)
        area /= total;
}

void SphereTriangulation::buildHints()
{
    hints_.assign(static_cast<std::size_t>(hintColumns * hintRows), 0);
    for (int row = 0; row < hintRows; ++row)
        for (int column = 0; column < hintColumns; ++column) {
            const Vec3 d = unitVector({column * hintStepDeg, row * hintStepDeg - 90.0});
            double best = -1e30;
            for (std::size_t t = 0; t < triangles_.size(); ++t) {
                const auto& dual = triangles_[t].dual;
                const double inside = std::min({dot(dual[0], d), dot(dual[1], d), dot(dual[2], d)});
                if (inside > best) {
                    best = inside;
                    hints_[static_cast<std::size_t>(row * hintColumns + column)] = static_cast<int>(t);
                }
            }
        }
}

std::vector<std::pair<int, int>> SphereTriangulation::edges() const
{
    std::vector<std::pair<int, int>> list;
    for (const Triangle& triangle : triangles_)
        for (std::size_t i = 0; i < 3; ++i)
            list.push_back(std::minmax(triangle.vertex[i], triangle.vertex[(i + 1) % 3]));
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    return list;
}

std::vector<bool> SphereTriangulation::holding(std::span<const Vec3> points, std::span<const Vec3> directions) const
{
    std::vector<bool> result;
    for (const Triangle& triangle : triangles_) {
        const Vec3& a = directions[static_cast<std::size_t>(triangle.vertex[0])];
        const Vec3& b = directions[static_cast<std::size_t>(triangle.vertex[1])];
        const Vec3& c = directions[static_cast<std::size_t>(triangle.vertex[2])];
        Vec3 axis = cross(b - a, c - a); // through the centre of the circle
        if (dot(axis, a + b + c) < 0.0)
            axis = -1.0 * axis;
        result.push_back(
            std::any_of(points.begin(), points.end(), [&](const Vec3& p) { return dot(axis, p - a) > 0.0; }));
    }
    return result;
}

TriangleWeights SphereTriangulation::locate(const Vec3& d) const noexcept
{
    constexpr double tolerance = -1e-9;
    constexpr double clearlyOutside = -1e-6;
    int current = hints_[static_cast<std::size_t>(hintCell(d))];
    std::array<double, 3> w{};
    // The walk towards the most negative weight ends on a convex hull; the bound guards against rounding cycles.
    for (std::size_t step = 0; step <= triangles_.size(); ++step) {
        const Triangle& triangle = triangles_[static_cast<std::size_t>(current)];
        std::size_t worst = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            w[i] = dot(triangle.dual[i], d);
            if (w[i] < w[worst])
                worst = i;
        }
        if (w[worst] >= tolerance || triangle.neighbour[worst] < 0)
            break;
        current = triangle.neighbour[worst];
    }
    TriangleWeights result;
    result.outside = *std::min_element(w.begin(), w.end()) < clearlyOutside;
    double sum = 0.0;
    for (double& weight : w) {
        weight = std::max(0.0, weight);
        sum += weight;
    }
    result.triangle = static_cast<std::size_t>(current);
    result.index = triangles_[result.triangle].vertex;
    for (std::size_t i = 0; i < 3; ++i)
        result.weight[i] = static_cast<float>(sum > 0.0 ? w[i] / sum : 1.0 / 3.0);
    return result;
}

} // namespace binaurium
