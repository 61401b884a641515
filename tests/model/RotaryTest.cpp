// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/nn/Rotary.h"
#include "tests/TestMain.h"

using namespace binaurium;

namespace {

constexpr double rounding = 1e-6;       // single precision, values of about 1
constexpr double bfloatRounding = 0.02; // gradients of about 1 are rounded to 8 bits

// The definition, in operations that libtorch differentiates.
torch::Tensor byDefinition(const torch::Tensor& x, const torch::Tensor& angle)
{
    const auto halves = x.to(torch::kFloat).chunk(2, -1);
    const auto c = angle.cos().unsqueeze(1), s = angle.sin().unsqueeze(1);
    return torch::cat({halves[0] * c - halves[1] * s, halves[1] * c + halves[0] * s}, -1);
}

} // namespace

class RotaryTest : public QObject
{
    Q_OBJECT

private slots:
    void headsAreTurnedAndSoAreTheirGradients_data();
    void headsAreTurnedAndSoAreTheirGradients();
};

void RotaryTest::headsAreTurnedAndSoAreTheirGradients_data()
{
    QTest::addColumn<bool>("isBfloat");
    QTest::newRow("float32") << false;
    QTest::newRow("bfloat16") << true;
}

void RotaryTest::headsAreTurnedAndSoAreTheirGradients()
{
    QFETCH(const bool, isBfloat);
    torch::manual_seed(3);
    constexpr std::int64_t rows = 3, places = 150, heads = 2, half = 4; // more places than one thread takes at once
    const auto angle = torch::rand({places, half}) * 6.0;
    const auto both = torch::cat({angle, angle}, 1);
    // A part of something wider, as queries are of what one product gives.
    const auto wide = torch::randn({rows, places, 2 * heads, 2 * half}).to(isBfloat ? torch::kBFloat16 : torch::kFloat);
    auto ours = wide.clone().requires_grad_(true), theirs = wide.clone().requires_grad_(true);
    const auto turned = nn::rotated(ours.slice(2, 0, heads), both.cos(), both.sin());
    const auto expected = byDefinition(theirs.slice(2, 0, heads), angle);
    QCOMPARE(turned.scalar_type(), torch::kFloat);
    QVERIFY(torch::allclose(turned, expected, 0.0, rounding));
    const auto weight = torch::randn_like(turned);
    (turned * weight).sum().backward();
    (expected * weight).sum().backward();
    QCOMPARE(ours.grad().scalar_type(), wide.scalar_type());
    QVERIFY(torch::allclose(ours.grad().to(torch::kFloat), theirs.grad().to(torch::kFloat), 0.0,
                            isBfloat ? bfloatRounding : rounding));
    QVERIFY(ours.grad().slice(2, heads).abs().max().item<double>() == 0.0);
}

QTEST_GUILESS_MAIN(RotaryTest)
#include "RotaryTest.moc"
