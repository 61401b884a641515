// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/generators/Generators.h"

#include "core/audio/generators/Synthesis.h"
#include "core/support/Error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace binaurium {
namespace {

using namespace synthesis;
constexpr double pi2 = 2.0 * std::numbers::pi;

void kettle(Canvas& c)
{
    const double pitch = c.random.uniform(1400, 3200);
    const double rise = c.random.uniform(0.0, 0.25);
    const double flutter = c.random.uniform(4, 11);
    const double second = c.random.uniform(1.8, 2.2);
    const double breath = c.random.uniform(0.1, 0.4);
    Resonator steam(pitch * 1.1, pitch * 0.5, c.rateHz);
    double phase = 0.0;
    add(c, 0.0, c.durationS(), [&](double t) {
        const double f = pitch * (1.0 + rise * std::min(1.0, t / 2.0) + 0.01 * std::sin(pi2 * flutter * t));
        phase += pi2 * f / c.rateHz;
        return 0.5 * std::sin(phase) + 0.2 * std::sin(second * phase) + 6.0 * breath * steam(c.random.normal());
    });
}

void alarm(Canvas& c)
{
    const double low = c.random.uniform(600, 1600);
    const double high = low * c.random.uniform(1.1, 1.6);
    const double rate = c.random.uniform(2, 7);
    const double duty = c.random.uniform(0.45, 0.8);
    const double edge = c.random.uniform(1.0, 6.0);
    bool odd = false;
    repeat(c, rate, 0.0, [&](double start) {
        const double f = (odd = !odd) ? low : high;
        add(c, start, duty / rate, [&](double t) {
            return envelope(t, duty / rate, 0.003, 0.003) * std::tanh(edge * std::sin(pi2 * f * t)) * 0.6;
        });
    });
}

void telephone(Canvas& c)
{
    const double first = c.random.uniform(800, 1500);
    const double second = first * c.random.uniform(1.2, 1.4);
    const double hammer = c.random.uniform(14, 28);
    const double ring = c.random.uniform(0.5, 1.1);
    repeat(c, 1.0 / (ring + c.random.uniform(0.25, 0.7)), 0.05, [&](double start) {
        for (double t = 0.0; t < ring; t += 1.0 / hammer)
            strike(c, start + t, 0.35,
                   {{first, 1.0, 0.06}, {second, 0.8, 0.05}, {2.76 * first, 0.4, 0.03}, {5.4 * first, 0.2, 0.015}});
    });
}

void bell(Canvas& c)
{
    const double f = c.random.uniform(250, 1300);
    const double ring = c.random.uniform(0.25, 1.2);
    repeat(c, c.random.uniform(0.9, 2.5), 0.1, [&](double start) {
        strike(c, start, 0.5,
               {{f * 0.5, 0.5, ring},
                {f, 1.0, ring * 0.7},
                {f * 1.19, 0.6, ring * 0.5},
                {f * 1.56, 0.4, ring * 0.4},
                {f * 2.0, 0.5, ring * 0.35},
                {f * 2.66, 0.3, ring * 0.2},
                {f * 3.9, 0.2, ring * 0.1},
                {f * 5.4, 0.15, ring * 0.06}});
    });
}

void knock(Canvas& c)
{
    const double body = c.random.uniform(110, 420);
    const double click = c.random.uniform(1500, 5000);
    const int group = 2 + static_cast<int>(c.random.below(4));
    const double gap = c.random.uniform(0.12, 0.28);
    repeat(c, 1.0 / (group * gap + c.random.uniform(0.2, 0.6)), 0.1, [&](double start) {
        for (int i = 0; i < group; ++i) {
            const double gain = c.random.uniform(0.6, 1.0);
            const double at = start + i * gap * c.random.uniform(0.92, 1.08);
            strike(c, at, gain, {{body, 1.0, 0.03}, {body * 2.3, 0.6, 0.018}, {body * 3.7, 0.4, 0.012}});
            burst(c, at, 0.03, 0.25 * gain, click, click, 0.0003, 0.004);
        }
    });
}

void footsteps(Canvas& c)
{
    const double heel = c.random.uniform(90, 350);
    const double surface = c.random.uniform(900, 6000);
    const double grit = c.random.uniform(0.02, 0.09);
    repeat(c, c.random.uniform(1.5, 3.2), 0.08, [&](double start) {
        const double gain = c.random.uniform(0.6, 1.0);
        strike(c, start, 0.6 * gain, {{heel, 1.0, 0.02}, {heel * 1.9, 0.5, 0.012}});
        burst(c, start, 0.02, 0.4 * gain, surface, surface * 0.8, 0.0005, 0.006);
        burst(c, start + c.random.uniform(0.05, 0.1), 2.0 * grit, 0.25 * gain, surface * 0.8, surface, 0.01, grit);
    });
}

void siren(Canvas& c)
{
    const double low = c.random.uniform(400, 800);
    const double high = low * c.random.uniform(1.5, 2.6);
    const double rate = c.random.uniform(0.3, 4.0);
    const bool square = c.random.chance(0.3);
    const double edge = c.random.uniform(0.5, 4.0);
    double phase = c.random.uniform(0, pi2);
    const double offset = c.random.uniform();
    add(c, 0.0, c.durationS(), [&](double t) {
        double s = 0.5 + 0.5 * std::sin(pi2 * (rate * t + offset));
        if (square)
            s = s > 0.5 ? 1.0 : 0.0;
        phase += pi2 * (low + (high - low) * s) / c.rateHz;
        return 0.6 * std::tanh(edge * std::sin(phase));
    });
}

void engine(Canvas& c)
{
    const double idle = c.random.uniform(18, 70);
    const double sway = c.random.uniform(0.0, 0.2);
    const double swayHz = c.random.uniform(0.2, 1.5);
    Resonator exhaust(c.random.uniform(150, 500), 200, c.rateHz);
    Resonator rattle(c.random.uniform(1500, 4500), 1500, c.rateHz);
    std::array<double, 12> gains{};
    for (std::size_t h = 0; h < gains.size(); ++h)
        gains[h] = c.random.uniform(0.2, 1.0) / (1.0 + 0.3 * static_cast<double>(h));
    double phase = 0.0;
    add(c, 0.0, c.durationS(), [&](double t) {
        phase += pi2 * idle * (1.0 + sway * std::sin(pi2 * swayHz * t)) / c.rateHz;
        const double sine = std::sin(phase);
        const double twiceCosine = 2.0 * std::cos(phase);
        double tone = 0.0, below = 0.0, harmonic = sine; // sin((h + 2) x) = 2 cos(x) sin((h + 1) x) - sin(h x)
        for (const double g : gains) {
            tone += g * harmonic;
            below = std::exchange(harmonic, twiceCosine * harmonic - below);
        }
        const double half = 0.5 + 0.5 * sine;
        const double pulse = half * half * half * half * half * half;
        return 0.15 * tone + 2.0 * exhaust(tone) + 1.2 * pulse * rattle(c.random.normal()) + 0.02 * c.random.normal();
    });
}

void rain(Canvas& c)
{
    LowPass soft(c.random.uniform(2500, 9000), c.rateHz);
    const double hiss = c.random.uniform(0.02, 0.12);
    add(c, 0.0, c.durationS(), [&](double) { return hiss * soft(c.random.normal()); });
    const double pitch = c.random.uniform(1200, 6000);
    repeat(c, c.random.uniform(40, 200), 0.9, [&](double start) {
        burst(c, start, 0.012, 0.05 * c.random.uniform(0.1, 1.0), pitch * c.random.uniform(0.5, 1.6), pitch * 0.4,
              0.0003, 0.003);
    });
}

void fan(Canvas& c)
{
    const double hum = c.random.uniform(45, 240);
    Resonator air(c.random.uniform(300, 1800), c.random.uniform(300, 1500), c.rateHz);
    LowPass soft(c.random.uniform(1500, 7000), c.rateHz);
    const double blade = c.random.uniform(5, 30);
    add(c, 0.0, c.durationS(), [&](double t) {
        const double beat = 1.0 + 0.25 * std::sin(pi2 * blade * t);
        const double noise = c.random.normal();
        return 0.12 * std::sin(pi2 * hum * t) + 0.06 * std::sin(pi2 * 2.0 * hum * t) +
               beat * (1.5 * air(noise) + 0.2 * soft(noise));
    });
}

void bird(Canvas& c)
{
    const double base = c.random.uniform(2000, 5500);
    const double sweep = c.random.uniform(-0.4, 0.5);
    const double trill = c.random.uniform(12, 45);
    const double depth = c.random.uniform(0.0, 0.2);
    const double length = c.random.uniform(0.05, 0.3);
    const int notes = 1 + static_cast<int>(c.random.below(6));
    repeat(c, 1.0 / (notes * length * 1.3 + c.random.uniform(0.1, 0.5)), 0.2, [&](double start) {
        for (int i = 0; i < notes; ++i) {
            const double bend = c.random.uniform(0.9, 1.1);
            double phase = 0.0;
            add(c, start + i * length * 1.3, length, [&](double t) {
                const double f = base * bend * (1.0 + sweep * t / length + depth * std::sin(pi2 * trill * t));
                phase += pi2 * std::min(f, 0.42 * c.rateHz) / c.rateHz;
                return envelope(t, length, 0.01, 0.02) * (0.7 * std::sin(phase) + 0.1 * std::sin(2.0 * phase));
            });
        }
    });
}

void dog(Canvas& c)
{
    const double pitch = c.random.uniform(180, 700);
    const double length = c.random.uniform(0.1, 0.28);
    const double rough = c.random.uniform(0.2, 0.7);
    const std::array formants{c.random.uniform(500, 1000), c.random.uniform(1200, 2200), c.random.uniform(2500, 4200)};
    repeat(c, c.random.uniform(1.4, 3.2), 0.3, [&](double start) {
        std::vector<Resonator> mouth;
        for (const double f : formants)
            mouth.emplace_back(f * c.random.uniform(0.95, 1.05), 0.18 * f, c.rateHz);
        double phase = 0.0;
        const double gain = c.random.uniform(0.7, 1.0);
        add(c, start, length, [&](double t) {
            phase += pitch * (1.3 - 0.8 * std::abs(t / length - 0.35)) / c.rateHz;
            const double glottis = 2.0 * (phase - std::floor(phase)) - 1.0 + rough * c.random.normal();
            double out = 0.0;
            for (Resonator& r : mouth)
                out += r(glottis);
            return 3.0 * gain * envelope(t, length, 0.02, 0.06) * out;
        });
    });
}

void clockTick(Canvas& c)
{
    const double pitch = c.random.uniform(1800, 6500);
    const double other = pitch * c.random.uniform(0.75, 0.97);
    const double box = c.random.uniform(200, 700);
    bool odd = false;
    repeat(c, c.random.uniform(1.8, 6.0), 0.01, [&](double start) {
        const double f = (odd = !odd) ? pitch : other;
        strike(c, start, 0.7, {{f, 1.0, 0.004}, {f * 1.7, 0.6, 0.003}, {box, 0.4, 0.012}});
        burst(c, start, 0.01, 0.15, f, f, 0.0002, 0.0015);
    });
}

void drip(Canvas& c)
{
    const double pitch = c.random.uniform(500, 2200);
    repeat(c, c.random.uniform(1.5, 6.0), 0.5, [&](double start) {
        const double f = pitch * c.random.uniform(0.8, 1.3);
        const double length = c.random.uniform(0.04, 0.12);
        double phase = 0.0;
        add(c, start, length, [&](double t) {
            phase += pi2 * f * (1.0 + 1.2 * t / length) / c.rateHz;
            return 0.8 * envelope(t, length, 0.001, 0.01) * std::exp(-t / (0.35 * length)) * std::sin(phase);
        });
        burst(c, start, 0.006, 0.2, 3.0 * f, 2.0 * f, 0.0002, 0.001);
    });
}

void hammer(Canvas& c)
{
    const double f = c.random.uniform(600, 2600);
    const double ring = c.random.uniform(0.03, 0.25);
    repeat(c, c.random.uniform(1.3, 3.5), 0.12, [&](double start) {
        const double gain = c.random.uniform(0.7, 1.0);
        burst(c, start, 0.02, 0.5 * gain, 3000, 4000, 0.0002, 0.003);
        strike(c, start, 0.5 * gain,
               {{f, 1.0, ring}, {f * 1.58, 0.7, ring * 0.7}, {f * 2.24, 0.6, ring * 0.5}, {f * 3.53, 0.4, ring * 0.3}});
    });
}

// Plucked string (Karplus and Strong 1983).
void guitar(Canvas& c)
{
    static constexpr std::array scale{0, 2, 4, 7, 9, 12, 14, 16};
    const double root = c.random.uniform(90, 330);
    const double damping = c.random.uniform(0.985, 0.998);
    repeat(c, c.random.uniform(2.0, 6.0), 0.1, [&](double start) {
        const double f = root * std::pow(2.0, scale[c.random.below(scale.size())] / 12.0);
        std::vector<double> string(static_cast<std::size_t>(c.rateHz / f) + 1);
        for (double& s : string)
            s = c.random.uniform(-1.0, 1.0);
        std::size_t n = 0;
        add(c, start, 1.2, [&](double t) {
            const std::size_t next = (n + 1) % string.size();
            const double out = string[n];
            string[n] = damping * 0.5 * (string[n] + string[next]);
            n = next;
            return 0.5 * out * std::min(1.0, (1.2 - t) / 0.05);
        });
    });
}

void typing(Canvas& c)
{
    const double pitch = c.random.uniform(1800, 5500);
    const double body = c.random.uniform(200, 600);
    repeat(c, c.random.uniform(4.0, 11.0), 0.7, [&](double start) {
        const double gain = c.random.uniform(0.4, 1.0);
        burst(c, start, 0.02, 0.4 * gain, pitch * c.random.uniform(0.8, 1.2), pitch, 0.0003, 0.003);
        strike(c, start, 0.3 * gain, {{body * c.random.uniform(0.9, 1.1), 1.0, 0.01}});
        burst(c, start + c.random.uniform(0.05, 0.09), 0.01, 0.15 * gain, pitch * 1.2, pitch, 0.0003, 0.002);
    });
}

// Vowels and consonants in syllables: a voice without words.
void babble(Canvas& c)
{
    const double pitch = c.random.uniform(85, 320);
    const double tract = c.random.uniform(0.85, 1.3);
    static constexpr std::array<std::array<double, 3>, 6> vowels{{{730, 1090, 2440},
                                                                  {270, 2290, 3010},
                                                                  {300, 870, 2240},
                                                                  {530, 1840, 2480},
                                                                  {570, 840, 2410},
                                                                  {660, 1720, 2410}}};
    repeat(c, c.random.uniform(3.0, 5.5), 0.3, [&](double start) {
        if (c.random.chance(0.12))
            return; // a pause
        const auto& vowel = vowels[c.random.below(vowels.size())];
        const double length = c.random.uniform(0.1, 0.25);
        if (c.random.chance(0.5))
            burst(c, start - 0.03, 0.06, 0.12, c.random.uniform(2500, 7000), 2500, 0.01, 0.03);
        std::vector<Resonator> tractFilter;
        for (const double f : vowel)
            tractFilter.emplace_back(f * tract, 60.0 + 0.06 * f, c.rateHz);
        const double note = pitch * c.random.uniform(0.85, 1.2);
        double phase = 0.0;
        double before = 0.0;
        add(c, start, length, [&](double t) {
            phase += note * (1.05 - 0.2 * t / length) / c.rateHz;
            const double saw = 2.0 * (phase - std::floor(phase)) - 1.0 + 0.03 * c.random.normal();
            const double excitation = saw - 0.9 * before;
            before = saw;
            double out = 0.0;
            double gain = 8.0;
            for (Resonator& r : tractFilter) {
                out += gain * r(excitation);
                gain *= 0.7;
            }
            return envelope(t, length, 0.02, 0.05) * out;
        });
    });
}

void noise(Canvas& c)
{
    const double on = c.random.uniform(0.15, 0.6);
    const double off = c.random.uniform(0.05, 0.3);
    LowPass colour(c.random.uniform(3000, 15000), c.rateHz);
    repeat(c, 1.0 / (on + off), 0.0, [&](double start) {
        add(c, start, on, [&](double t) { return 0.3 * envelope(t, on, 0.005, 0.005) * colour(c.random.normal()); });
    });
}

struct Entry
{
    Generator generator;
    void (*make)(Canvas&);
};

constexpr std::array table{
    Entry{{"kettle", "whistling kettle"}, kettle},
    Entry{{"alarm", "two-tone alarm"}, alarm},
    Entry{{"telephone", "ringing telephone bell"}, telephone},
    Entry{{"bell", "struck bell"}, bell},
    Entry{{"knock", "knocking on wood"}, knock},
    Entry{{"footsteps", "footsteps"}, footsteps},
    Entry{{"siren", "siren"}, siren},
    Entry{{"engine", "running engine"}, engine},
    Entry{{"rain", "rain"}, rain},
    Entry{{"fan", "fan"}, fan},
    Entry{{"bird", "singing bird"}, bird},
    Entry{{"dog", "barking dog"}, dog},
    Entry{{"clock", "ticking clock"}, clockTick},
    Entry{{"drip", "dripping water"}, drip},
    Entry{{"hammer", "hammer on metal"}, hammer},
    Entry{{"guitar", "plucked strings"}, guitar},
    Entry{{"typing", "typing on a keyboard"}, typing},
    Entry{{"speech", "a voice without words"}, babble},
    Entry{{"noise", "noise bursts"}, noise},
};

constexpr std::size_t longestPause = 64; // in lengths of the piece

constexpr auto generatorList = [] {
    std::array<Generator, table.size()> list{};
    for (std::size_t i = 0; i < table.size(); ++i)
        list[i] = table[i].generator;
    return list;
}();

} // namespace

std::span<const Generator> generators()
{
    return generatorList;
}

std::vector<float> generateSound(const std::string& name, std::uint64_t seed, double durationS, double rateHz)
{
    const auto* entry =
        std::find_if(table.begin(), table.end(), [&](const Entry& e) { return name == e.generator.name; });
    if (entry == table.end())
        throw badInput("generator '" + name + "'", "does not exist");
    if (!(durationS >= 0.05 && durationS <= 600.0))
        throw badInput("generator '" + name + "'", "makes 0.05 to 600 s of sound");
    const auto wanted = std::max<std::size_t>(1, static_cast<std::size_t>(durationS * rateHz));
    std::vector<float> samples;
    // A short piece may fall into a pause at the beginning: then it is taken from where the sound begins.
    for (std::size_t length = wanted; samples.empty() && length <= longestPause * wanted; length *= 2) {
        samples.assign(length, 0.0F);
        RandomStream random(seed, name);
        Canvas canvas{samples, rateHz, random};
        entry->make(canvas);
        const auto begin = std::find_if(samples.begin(), samples.end(), [](float s) { return s != 0.0F; });
        if (length > wanted && static_cast<std::size_t>(samples.end() - begin) >= wanted)
            samples.erase(samples.begin(), begin);
        else if (length > wanted || begin == samples.end())
            samples.clear(); // nothing yet, or its beginning alone
    }
    samples.resize(wanted);
    float peak = 1e-9F;
    for (const float s : samples)
        peak = std::max(peak, std::abs(s));
    for (float& s : samples)
        s *= 0.9F / peak;
    return samples;
}

} // namespace binaurium
