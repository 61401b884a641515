// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/RigidSphere.h"

#include <cmath>
#include <numbers>

namespace binaurium {
namespace {

using Value = std::complex<double>;

constexpr int mostTerms = 600;
constexpr double largest = 1e280; // Hankel functions beyond this have nothing to add, and would overflow
constexpr double smallestTerm = 1e-10;

// Spherical Hankel functions of the second kind by upward recurrence, stable since they grow with the order.
class Hankel
{
public:
    explicit Hankel(double x) : x_(x)
    {
        const Value wave = std::polar(1.0, -x);
        current_ = Value(0.0, 1.0) * wave / x;                           // order 0
        next_ = Value(-1.0, 0.0) * wave / x * (1.0 - Value(0, 1.0) / x); // order 1
    }
    [[nodiscard]] Value value() const { return current_; }
    // h'_n = n / x h_n - h_(n+1).
    [[nodiscard]] Value derivative() const { return static_cast<double>(order_) / x_ * current_ - next_; }
    void advance()
    {
        ++order_;
        const Value after = (2.0 * order_ + 1.0) / x_ * next_ - current_;
        current_ = next_;
        next_ = after;
    }
    [[nodiscard]] bool ended() const { return std::abs(next_) > largest; }

private:
    double x_;
    int order_ = 0;
    Value current_, next_;
};

// Legendre polynomials by upward recurrence; the one of order -1 is 1, as the cap's coefficients want.
class Legendre
{
public:
    explicit Legendre(double x) : x_(x), next_(x) {}
    [[nodiscard]] double before() const { return before_; }
    [[nodiscard]] double value() const { return current_; }
    [[nodiscard]] double after() const { return next_; }
    void advance()
    {
        ++order_;
        before_ = current_;
        current_ = next_;
        next_ = ((2.0 * order_ + 1.0) * x_ * current_ - order_ * before_) / (order_ + 1.0);
    }

private:
    double x_;
    int order_ = 0;
    double before_ = 1.0, current_ = 1.0, next_;
};

} // namespace

Value pressureOnSphere(double ka, double distanceRadii, double cosine)
{
    Hankel source(ka * distanceRadii);
    Hankel surface(ka);
    Legendre legendre(cosine);
    Value sum;
    int small = 0;
    for (int n = 0; n < mostTerms && small < 4 && !surface.ended() && !source.ended(); ++n) {
        const Value ratio = (2.0 * n + 1.0) * source.value() / surface.derivative();
        sum += ratio * legendre.value();
        small = std::abs(ratio) < smallestTerm * std::abs(sum) ? small + 1 : 0;
        source.advance();
        surface.advance();
        legendre.advance();
    }
    // Over the free field of the source at the centre, exp(-i k r) / r.
    return -distanceRadii / ka * std::polar(1.0, ka * distanceRadii) * sum;
}

Value pistonFarField(double ka, double capRad, double cosine)
{
    Hankel surface(ka);
    Legendre cap(std::cos(capRad));
    Legendre legendre(cosine);
    Value sum, phase = 1.0;
    int small = 0;
    for (int n = 0; n < mostTerms && small < 4 && !surface.ended(); ++n) {
        const Value term = phase * (cap.before() - cap.after()) / surface.derivative();
        sum += term * legendre.value();
        small = std::abs(term) < smallestTerm * std::abs(sum) ? small + 1 : 0;
        phase *= Value(0.0, 1.0);
        surface.advance();
        cap.advance();
        legendre.advance();
    }
    return sum;
}

} // namespace binaurium
