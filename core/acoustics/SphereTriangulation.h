// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Geometry.h"

#include <array>
#include <span>
#include <utility>
#include <vector>

namespace binaurium {

// Three measured directions around a wanted one, with barycentric weights that sum to 1.
struct TriangleWeights
{
    std::array<int, 3> index{};
    std::array<float, 3> weight{};
    std::size_t triangle = 0; // which one, below triangleCount()
    bool outside = false;     // none holds the direction: the grid has an edge, and this is the nearest along the way
};

// Delaunay triangulation of directions on the sphere = their convex hull (Qhull). Immutable, may be shared.
class SphereTriangulation
{
public:
    // Unit vectors, at least four and not in one plane. Throws BadInput otherwise.
    explicit SphereTriangulation(std::span<const Vec3> directions);

    [[nodiscard]] TriangleWeights locate(const Vec3& unitDirection) const noexcept;
    // Share of the sphere that each direction stands for; sums to 1.
    [[nodiscard]] const std::vector<double>& areaWeights() const noexcept { return areas_; }
    // Pairs of neighbouring directions, each once.
    [[nodiscard]] std::vector<std::pair<int, int>> edges() const;
    // Per triangle, whether its circumcircle holds one of `points`, so that a triangulation with them would not have
    // it. `directions` as given to the constructor.
    [[nodiscard]] std::vector<bool> holding(std::span<const Vec3> points, std::span<const Vec3> directions) const;
    [[nodiscard]] std::size_t triangleCount() const noexcept { return triangles_.size(); }

private:
    struct Triangle
    {
        std::array<int, 3> vertex{};
        std::array<int, 3> neighbour{}; // opposite to vertex i
        std::array<Vec3, 3> dual{};     // weight_i = dot(dual_i, direction), not normalised
    };
    void buildHull(std::span<const Vec3> directions);
    void connect();
    void measureAreas(std::span<const Vec3> directions);
    void buildHints();

    std::vector<Triangle> triangles_;
    std::vector<double> areas_;
    std::vector<int> hints_; // triangle to start the walk from, per 10-degree cell
};

} // namespace binaurium
