// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/files/GgufFile.h"
#include "core/model/quantised/Kernels.h"
#include "core/model/quantised/WeightMemory.h"

namespace binaurium {

// Quantised rows of one or several tensors of a GGUF, packed for products with vectors. Q4_0 and Q4_1 keep their four
// bits, Q8_0 its eight: nothing is rounded anew. Immutable.
class QuantisedMatrix
{
public:
    struct Part
    {
        const GgufTensor* tensor = nullptr;
        std::vector<std::size_t> order; // row of the tensor for each row of the part; empty: as they are
    };
    using Parts = std::vector<Part>;
    // Whether all tensors are matrices with the same number of columns, a multiple of 32, and of types with the same
    // number of bits.
    [[nodiscard]] static bool canPack(const std::vector<const GgufTensor*>& tensors);
    // Rows of the parts, one below the other. Throws Internal where canPack() is false or an order names no row.
    QuantisedMatrix(const Parts& parts, WeightMemory& memory);

    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
    // Products are made tile by tile, so that threads can share them.
    [[nodiscard]] std::size_t tiles() const noexcept { return tiles_; }
    // y[16 first, min(16 end, rows)) of W x by tiles [first, end); y must have room for 16 tiles() values.
    void multiply(const QuantisedVector& x, std::size_t first, std::size_t end, float* y) const;
    // The same by a kernel of one's choice; for tests and measurements.
    void multiply(const QuantisedVector& x, float* y, QuantisedKernel kernel) const;
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

private:
    void pack(const GgufTensor& tensor, std::size_t sourceRow, std::size_t row);
    [[nodiscard]] PackedWeights view() const noexcept;

    int bits_ = 4;
    std::size_t rows_ = 0, columns_ = 0, tiles_ = 0, blocks_ = 0;
    std::size_t bytes_ = 0;
    std::shared_ptr<std::byte> quants_, scales_; // as PackedWeights
};

} // namespace binaurium
