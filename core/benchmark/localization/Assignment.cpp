// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/localization/Assignment.h"

#include <limits>

namespace binaurium {
namespace {

// Row of each column (1-based, 0: none) of a cost matrix with at least as many columns as rows. Rows enter one by one;
// each is placed by a shortest path over reduced costs.
std::vector<std::size_t> rowsOfColumns(const std::vector<std::vector<double>>& cost, std::size_t columns)
{
    std::vector<double> rowPotential(cost.size() + 1), columnPotential(columns + 1);
    std::vector<std::size_t> rowOf(columns + 1), before(columns + 1);
    for (std::size_t row = 1; row <= cost.size(); ++row) {
        std::vector<double> shortest(columns + 1, std::numeric_limits<double>::infinity());
        std::vector<bool> visited(columns + 1);
        std::size_t column = 0;
        rowOf[0] = row;
        do {
            visited[column] = true;
            const std::size_t r = rowOf[column];
            double least = std::numeric_limits<double>::infinity();
            std::size_t next = 0;
            for (std::size_t c = 1; c <= columns; ++c) {
                if (visited[c])
                    continue;
                const double reduced = cost[r - 1][c - 1] - rowPotential[r] - columnPotential[c];
                if (reduced < shortest[c]) {
                    shortest[c] = reduced;
                    before[c] = column;
                }
                if (shortest[c] < least) {
                    least = shortest[c];
                    next = c;
                }
            }
            for (std::size_t c = 0; c <= columns; ++c) {
                if (visited[c]) {
                    rowPotential[rowOf[c]] += least;
                    columnPotential[c] -= least;
                } else {
                    shortest[c] -= least;
                }
            }
            column = next;
        } while (rowOf[column] != 0);
        for (; column != 0; column = before[column])
            rowOf[column] = rowOf[before[column]];
    }
    return rowOf;
}

} // namespace

std::vector<std::optional<std::size_t>> bestAssignment(const std::vector<std::vector<double>>& cost)
{
    std::vector<std::optional<std::size_t>> columnOf(cost.size());
    if (cost.empty() || cost[0].empty())
        return columnOf;
    const std::size_t columns = cost[0].size();
    if (cost.size() <= columns) {
        const auto rowOf = rowsOfColumns(cost, columns);
        for (std::size_t c = 1; c <= columns; ++c)
            if (rowOf[c] != 0)
                columnOf[rowOf[c] - 1] = c - 1;
        return columnOf;
    }
    std::vector<std::vector<double>> turned(columns, std::vector<double>(cost.size()));
    for (std::size_t r = 0; r < cost.size(); ++r)
        for (std::size_t c = 0; c < columns; ++c)
            turned[c][r] = cost[r][c];
    const auto columnsOfRows = rowsOfColumns(turned, cost.size());
    for (std::size_t r = 1; r <= cost.size(); ++r)
        if (columnsOfRows[r] != 0)
            columnOf[r - 1] = columnsOfRows[r] - 1;
    return columnOf;
}

} // namespace binaurium
