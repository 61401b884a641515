// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/validation/Report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <spdlog/fmt/fmt.h>

namespace binaurium::validation {
namespace {

constexpr double width = 640, height = 380, left = 70, right = 20, top = 40, bottom = 55;
constexpr std::array colours{"#1f5fa8", "#c4501b", "#2d7d46"};

struct Range
{
    double low = 1e300, high = -1e300;
    void add(double v)
    {
        low = std::min(low, v);
        high = std::max(high, v);
    }
    [[nodiscard]] double share(double v) const { return (v - low) / std::max(high - low, 1e-12); }
};

// About six round steps.
double niceStep(double span)
{
    const double raw = span / 6.0;
    const double decade = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * decade >= raw)
            return factor * decade;
    return 10.0 * decade;
}

} // namespace

std::string toSvg(const Plot& plot)
{
    const auto warp = [&](double x) { return plot.logX ? std::log10(x) : x; };
    Range xs, ys;
    for (const Series& series : plot.series)
        for (std::size_t i = 0; i < series.x.size(); ++i) {
            xs.add(warp(series.x[i]));
            ys.add(series.y[i]);
        }
    const auto px = [&](double x) { return left + xs.share(warp(x)) * (width - left - right); };
    const auto py = [&](double y) { return height - bottom - ys.share(y) * (height - top - bottom); };
    std::string svg =
        fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:g} {1:g}\" width=\"{0:g}\" "
                    "height=\"{1:g}\" font-family=\"sans-serif\" font-size=\"12\">\n"
                    "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
                    "<text x=\"{2:g}\" y=\"22\" font-size=\"14\">{3}</text>\n",
                    width, height, left, plot.title);
    const auto tickX = [&](double x) {
        svg += fmt::format("<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:g}\" y2=\"{2:g}\" stroke=\"#ddd\"/>"
                           "<text x=\"{0:.1f}\" y=\"{3:g}\" text-anchor=\"middle\">{4:g}</text>\n",
                           px(x), top, height - bottom, height - bottom + 16, x);
    };
    if (plot.logX) {
        for (double decade = 1.0; decade < 1e6; decade *= 10.0)
            for (const double x : {decade, 2.0 * decade, 5.0 * decade})
                if (std::log10(x) >= xs.low && std::log10(x) <= xs.high)
                    tickX(x);
    } else {
        const double step = niceStep(xs.high - xs.low);
        for (double x = std::ceil(xs.low / step) * step; x <= xs.high + 1e-9; x += step)
            tickX(std::abs(x) < 1e-9 ? 0.0 : x);
    }
    const double step = niceStep(ys.high - ys.low);
    for (double y = std::ceil(ys.low / step) * step; y <= ys.high + 1e-9; y += step)
        svg += fmt::format("<line x1=\"{0:g}\" x2=\"{1:g}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" stroke=\"#ddd\"/>"
                           "<text x=\"{3:g}\" y=\"{4:.1f}\" text-anchor=\"end\">{5:g}</text>\n",
                           left, width - right, py(y), left - 6, py(y) + 4, std::abs(y) < 1e-9 ? 0.0 : y);
    for (std::size_t s = 0; s < plot.series.size(); ++s) {
        svg += fmt::format("<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\" points=\"",
                           colours[s % colours.size()]);
        for (std::size_t i = 0; i < plot.series[s].x.size(); ++i)
            svg += fmt::format("{:.1f},{:.1f} ", px(plot.series[s].x[i]), py(plot.series[s].y[i]));
        svg += fmt::format("\"/>\n<text x=\"{:g}\" y=\"{:g}\" text-anchor=\"end\" fill=\"{}\">{}</text>\n",
                           width - right - 6, top + 16 + 16 * static_cast<double>(s), colours[s % colours.size()],
                           plot.series[s].name);
    }
    svg += fmt::format("<text x=\"{:g}\" y=\"{:g}\" text-anchor=\"middle\">{}</text>\n", 0.5 * (left + width - right),
                       height - 14, plot.xLabel);
    svg += fmt::format("<text transform=\"translate(16 {:g}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n</svg>\n",
                       0.5 * (top + height - bottom), plot.yLabel);
    return svg;
}

} // namespace binaurium::validation
