// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/quantised/QuantisedMatrix.h"
#include "core/support/Random.h"
#include "tests/TestMain.h"

#include <cmath>
#include <cstring>

using namespace binaurium;

namespace {

using Parts = QuantisedMatrix::Parts;

// Kernels sum the same integers; blocks are added in float32 in another order.
constexpr double kernelTolerance = 1e-5; // relative to the sum of the magnitudes

// A quantised matrix of random blocks with the bytes that its view needs.
struct RandomTensor
{
    RandomTensor(GgufType type, std::int64_t rows, std::int64_t columns, std::uint64_t seed)
    {
        RandomStream random(seed, "quantised test");
        const std::size_t header = type == GgufType::Q4_1 ? 2 : 1; // half-precision numbers
        const std::size_t body = type == GgufType::Q8_0 ? 32 : 16;
        for (std::int64_t b = 0; b < rows * columns / 32; ++b) {
            for (std::size_t i = 0; i < header; ++i) {
                // Normal numbers of 2^-10 to 2^-3 of both signs, now and then a zero or a subnormal one.
                auto half = static_cast<std::uint16_t>((5 + random.below(8)) << 10 | random.below(1024));
                if (random.chance(0.05))
                    half = static_cast<std::uint16_t>(random.below(1024));
                put(static_cast<std::uint16_t>(half | (random.chance(0.5) ? 0x8000U : 0U)));
            }
            for (std::size_t i = 0; i < body; ++i)
                bytes.push_back(static_cast<std::byte>(random.below(256)));
        }
        tensor.type = type;
        tensor.shape = {rows, columns};
        tensor.bytes = bytes;
    }
    void put(std::uint16_t value)
    {
        bytes.push_back(static_cast<std::byte>(value & 255U));
        bytes.push_back(static_cast<std::byte>(value >> 8U));
    }
    std::vector<std::byte> bytes;
    GgufTensor tensor;
};

std::vector<float> randomVector(std::size_t n, std::uint64_t seed)
{
    RandomStream random(seed, "vector");
    std::vector<float> x(n);
    for (float& v : x)
        v = static_cast<float>(random.normal());
    return x;
}

WeightMemory memory;

const char* nameOf(QuantisedKernel kernel)
{
    return kernel == QuantisedKernel::Generic ? "generic" : kernel == QuantisedKernel::Avx2 ? "AVX2" : "AVX-512";
}

} // namespace

class QuantisedTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void activationsAreRoundedToTheNearestStep();
    void aBlockOfZerosStaysZero();
    void everyKernelGivesTheProductOfTheDequantisedNumbers_data();
    void everyKernelGivesTheProductOfTheDequantisedNumbers();
    void theLargestWeightsAndActivationsDoNotOverflow();
    void partsLieOneBelowTheOtherInTheirOrder();
    void tensorsThatDoNotFitAreRefused();
};

void QuantisedTest::activationsAreRoundedToTheNearestStep()
{
    const auto x = randomVector(96, 3);
    QuantisedVector q;
    q.assign(x);
    for (std::size_t b = 0; b < 3; ++b) {
        std::int32_t sum = 0;
        for (std::size_t i = 32 * b; i < 32 * (b + 1); ++i) {
            sum += q.values()[i];
            QVERIFY(std::abs(x[i] - q.scales()[b] * static_cast<float>(q.values()[i])) <= 0.5001F * q.scales()[b]);
        }
        QCOMPARE(q.sums()[b], sum);
    }
}

void QuantisedTest::aBlockOfZerosStaysZero()
{
    QuantisedVector q;
    q.assign(std::vector<float>(32, 0.0F));
    QCOMPARE(q.scales()[0], 0.0F);
    QCOMPARE(q.sums()[0], 0);
}

void QuantisedTest::everyKernelGivesTheProductOfTheDequantisedNumbers_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("rows");
    for (const int rows : {16, 33, 80}) // whole tiles, a rest of one row, an odd number of tiles
        for (const auto& [name, type] :
             {std::pair("Q4_0", GgufType::Q4_0), std::pair("Q4_1", GgufType::Q4_1), std::pair("Q8_0", GgufType::Q8_0)})
            QTest::addRow("%s, %d rows", name, rows) << static_cast<int>(type) << rows;
}

void QuantisedTest::everyKernelGivesTheProductOfTheDequantisedNumbers()
{
    QFETCH(const int, type);
    QFETCH(const int, rows);
    constexpr std::size_t columns = 160;
    const RandomTensor random(static_cast<GgufType>(type), rows, columns, 5);
    const QuantisedMatrix matrix(Parts{{&random.tensor, {}}}, memory);
    QCOMPARE(matrix.rows(), static_cast<std::size_t>(rows));
    std::vector<float> weights(static_cast<std::size_t>(rows) * columns);
    dequantise(random.tensor, weights);
    QuantisedVector x;
    x.assign(randomVector(columns, 6));
    for (const auto kernel : quantisedKernels()) {
        std::vector<float> y(matrix.tiles() * 16, NAN);
        matrix.multiply(x, y.data(), kernel);
        for (std::size_t r = 0; r < matrix.rows(); ++r) {
            double expected = 0.0, size = 0.0;
            for (std::size_t c = 0; c < columns; ++c) {
                const double term = static_cast<double>(weights[r * columns + c]) * x.scales()[c / 32] * x.values()[c];
                expected += term;
                size += std::abs(term);
            }
            QVERIFY2(std::abs(y[r] - expected) <= kernelTolerance * size, nameOf(kernel));
        }
    }
}

void QuantisedTest::theLargestWeightsAndActivationsDoNotOverflow()
{
    for (const auto type : {GgufType::Q4_1, GgufType::Q8_0})
        for (const unsigned byte : {0x00U, 0x7FU, 0x80U, 0xFFU}) {
            RandomTensor random(type, 16, 32, 1);
            const std::size_t header = type == GgufType::Q4_1 ? 4 : 2;
            const std::size_t size = random.bytes.size() / 16;
            for (std::size_t i = 0; i < random.bytes.size(); ++i)
                if (i % size >= header)
                    random.bytes[i] = static_cast<std::byte>(byte);
            std::vector<float> weights(16 * 32);
            dequantise(random.tensor, weights);
            const QuantisedMatrix matrix(Parts{{&random.tensor, {}}}, memory);
            for (const float sign : {1.0F, -1.0F}) {
                QuantisedVector x;
                x.assign(std::vector<float>(32, sign));
                for (const auto kernel : quantisedKernels()) {
                    std::vector<float> y(16);
                    matrix.multiply(x, y.data(), kernel);
                    for (std::size_t r = 0; r < 16; ++r) {
                        double expected = 0.0, sum = 0.0;
                        for (std::size_t c = 0; c < 32; ++c) {
                            expected += static_cast<double>(weights[r * 32 + c]) * sign;
                            sum += std::abs(weights[r * 32 + c]);
                        }
                        QVERIFY2(std::abs(y[r] - expected) <= kernelTolerance * sum + 1e-12, nameOf(kernel));
                    }
                }
            }
        }
}

void QuantisedTest::partsLieOneBelowTheOtherInTheirOrder()
{
    const RandomTensor a(GgufType::Q4_1, 20, 64, 7), b(GgufType::Q4_0, 12, 64, 8);
    const std::vector<std::size_t> order{3, 19, 0};
    const QuantisedMatrix together(Parts{{&a.tensor, order}, {&b.tensor, {}}}, memory);
    QCOMPARE(together.rows(), std::size_t{15});
    const QuantisedMatrix alone(Parts{{&a.tensor, {}}}, memory), below(Parts{{&b.tensor, {}}}, memory);
    QuantisedVector x;
    x.assign(randomVector(64, 9));
    std::vector<float> y(16), ya(32), yb(16);
    together.multiply(x, 0, together.tiles(), y.data());
    alone.multiply(x, 0, alone.tiles(), ya.data());
    below.multiply(x, 0, below.tiles(), yb.data());
    for (std::size_t i = 0; i < order.size(); ++i)
        QCOMPARE(y[i], ya[order[i]]);
    for (std::size_t i = 0; i < 12; ++i)
        QCOMPARE(y[3 + i], yb[i]);
    QVERIFY_EXCEPTION_THROWN(QuantisedMatrix(Parts{{&a.tensor, {20}}}, memory), std::exception);
}

void QuantisedTest::tensorsThatDoNotFitAreRefused()
{
    const RandomTensor four(GgufType::Q4_1, 16, 64, 1), wide(GgufType::Q4_1, 16, 96, 1),
        eight(GgufType::Q8_0, 16, 64, 1);
    GgufTensor plain;
    plain.type = GgufType::F32;
    plain.shape = {16, 64};
    QVERIFY(QuantisedMatrix::canPack({&four.tensor}));
    QVERIFY(!QuantisedMatrix::canPack({}));
    QVERIFY(!QuantisedMatrix::canPack({&plain}));
    QVERIFY(!QuantisedMatrix::canPack({&four.tensor, &wide.tensor}));
    QVERIFY(!QuantisedMatrix::canPack({&four.tensor, &eight.tensor}));
    QVERIFY_EXCEPTION_THROWN(QuantisedMatrix(Parts{{&plain, {}}}, memory), std::exception);
}

QTEST_GUILESS_MAIN(QuantisedTest)
#include "QuantisedTest.moc"
