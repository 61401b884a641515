// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/HeadCatalogue.h"
#include "core/acoustics/MovingSource.h"
#include "tests/acoustics/MovingTone.h"
#include "tests/validation/Report.h"

#include <spdlog/fmt/fmt.h>

namespace binaurium::validation {

void checkMovement(Report& report)
{
    const RoomAcoustics room(test::anechoicRoom());
    const auto head = Head::load(defaultHeadFile(), {});
    constexpr double earRadiusM = 0.0875;
    for (const bool headTurns : {false, true})
        for (const double turnsPerS : {0.1, 1.0}) {
            const double seconds = turnsPerS < 0.5 ? 30.0 : 8.0;
            Source source;
            Listener listener;
            source.positionM = {7, 5, 5};
            listener.positionM = {5, 5, 5};
            if (headTurns)
                listener.trajectory = test::spinning(turnsPerS, seconds);
            else
                source.trajectory = test::circle(2.0, turnsPerS, seconds);
            const auto sound =
                renderMovingSource(room, source, listener, head.get(), 2, {}, test::tone(seconds), test::frameS).audio;
            // Doppler shift of an ear on its circle, 16 turn rates of modulation, the main lobe of the window.
            const double doppler =
                test::toneHz * 2.0 * std::numbers::pi * turnsPerS * earRadiusM / room.speedOfSoundMPerS();
            const double band = doppler + 16.0 * turnsPerS + 4.0 / seconds;
            double worst = -200.0;
            for (std::size_t ear = 0; ear < 2; ++ear)
                worst = std::max(worst, test::largestLineOutsideDb(sound.channel(ear).subspan(4800), band));
            report.checks.push_back(
                {fmt::format("1 kHz at 2 m, {} turning {:g} times a second: largest line outside the band",
                             headTurns ? "head" : "source", turnsPerS),
                 worst, -60.0, "dB"});
        }
}

} // namespace binaurium::validation
