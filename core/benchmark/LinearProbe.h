// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace binaurium {

// Rows of features, row-major.
struct ProbeFeatures
{
    std::size_t width = 0;
    std::vector<float> values;
    [[nodiscard]] std::size_t rows() const { return width == 0 ? 0 : values.size() / width; }
};

// What a linear map of the features says about targets that it has not seen: ridge regression in closed form, the
// features standardised (by at least a hundredth of their rms deviation), one penalty for all outputs, chosen by the
// leave-one-out error of the training rows, which is known in closed form too (Golub, Heath and Wahba, Technometrics
// 21, 1979; the grid spans 1e-4 to 1e4 times the mean eigenvalue). `targets` [rows][outputs] row-major; `fold` of each
// row: rows of one fold are predicted from all others. Returns predictions in the shape of the targets. Deterministic.
// Throws BadInput for lists of unequal length, fewer than two folds, or a fold that leaves fewer than three rows to
// learn from.
[[nodiscard]] std::vector<double> crossValidatedRidge(const ProbeFeatures& features, std::span<const double> targets,
                                                      std::size_t outputs, std::span<const std::size_t> fold);

} // namespace binaurium
