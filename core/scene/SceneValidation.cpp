// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scene/SceneValidation.h"

#include "core/scene/Materials.h"
#include "core/support/Error.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <spdlog/fmt/fmt.h>

namespace binaurium {
namespace {

class Checker
{
public:
    explicit Checker(const Scene& scene) : scene_(scene) {}

    std::vector<std::string> run()
    {
        checkRoom();
        checkPosition("listener", scene_.listener.positionM);
        checkOrientation("listener", scene_.listener.orientation);
        checkTrajectory("listener", scene_.listener.trajectory);
        range("duration", scene_.durationS, 0.1, SceneLimits::durationMaxS, "s");
        range("noise level", scene_.noise.levelDb, -200, 0, "dB");
        range("microphones: self-noise", scene_.microphones.selfNoiseDb, -200, 0, "dB");
        for (const auto& ear : scene_.microphones.equaliserDb)
            for (const double gainDb : ear)
                range("microphones: equaliser", gainDb, -30, 30, "dB");
        if (scene_.sources.size() > SceneLimits::sourcesMax)
            problem("the scene has {} sources, at most {} are allowed", scene_.sources.size(), SceneLimits::sourcesMax);
        std::set<std::string> names;
        for (const auto& source : scene_.sources) {
            if (source.name.empty())
                problem("a source has no name");
            else if (!names.insert(source.name).second)
                problem("two sources are named '{}'; names must differ", source.name);
            checkSource(source);
        }
        return std::move(problems_);
    }

private:
    template <typename... Args>
    void problem(fmt::format_string<Args...> text, Args&&... args)
    {
        problems_.push_back(fmt::format(text, std::forward<Args>(args)...));
    }

    bool range(const std::string& what, double value, double low, double high, const char* unit)
    {
        if (std::isfinite(value) && value >= low && value <= high)
            return true;
        problem("{} is {:.6g} {}, must be {:.6g} to {:.6g}", what, value, unit, low, high);
        return false;
    }

    void checkRoom()
    {
        const Room& room = scene_.room;
        roomIsValid_ = range("room: length", room.sizeM.x, SceneLimits::roomMinM, SceneLimits::roomMaxM, "m");
        roomIsValid_ &= range("room: width", room.sizeM.y, SceneLimits::roomMinM, SceneLimits::roomMaxM, "m");
        roomIsValid_ &= range("room: height", room.sizeM.z, SceneLimits::roomMinM, SceneLimits::roomMaxM, "m");
        range("room: temperature", room.temperatureC, -20, 50, "degrees C");
        range("room: relative humidity", room.relativeHumidityPercent, 5, 100, "%");
        range("room: image jitter", room.imageJitterM, 0, SceneLimits::imageJitterMaxM, "m");
        checkWantedRt60(room.wantedRt60S);
        for (std::size_t w = 0; w < wallCount; ++w)
            checkWall(fmt::format("room: wall '{}'", wallNames[w]), room.walls[w]);
    }

    void checkWantedRt60(const std::vector<double>& rt60S)
    {
        const std::size_t count = rt60S.size();
        if (count > 1 && count != octaveBandCount && count != wideBandCount)
            problem("room: rt60 has {} values, must have 1, 7 (125 Hz to 8 kHz) or 9 (62.5 Hz to 16 kHz)", count);
        for (const double s : rt60S)
            range("room: rt60", s, SceneLimits::rt60MinS, SceneLimits::rt60MaxS, "s");
        if (count > 0 && scene_.room.anechoic)
            problem("room: rt60 is asked for, but the room is anechoic; remove one of them");
    }

    void checkWall(const std::string& what, const WallSurface& wall)
    {
        if (wall.material != "custom") {
            if (findMaterial(wall.material) == nullptr)
                problem("{}: there is no material '{}'", what, wall.material);
            return;
        }
        const auto absorption = wideAbsorptionOf(wall);
        const auto scattering = wideScatteringOf(wall);
        for (std::size_t b = 0; b < wideBandCount; ++b) {
            range(fmt::format("{}: absorption at {:g} Hz", what, wideBandHz[b]), absorption[b], 0, 1, "");
            range(fmt::format("{}: scattering at {:g} Hz", what, wideBandHz[b]), scattering[b], 0, 1, "");
        }
    }

    void checkPosition(const std::string& what, const Vec3& p)
    {
        if (!roomIsValid_)
            return;
        const Vec3& size = scene_.room.sizeM;
        constexpr double margin = SceneLimits::wallMarginM;
        range(what + ": x", p.x, margin, size.x - margin, "m");
        range(what + ": y", p.y, margin, size.y - margin, "m");
        range(what + ": z", p.z, margin, size.z - margin, "m");
    }

    void checkOrientation(const std::string& what, const Orientation& orientation)
    {
        range(what + ": yaw", orientation.yawDeg, -360, 360, "degrees");
        range(what + ": pitch", orientation.pitchDeg, -90, 90, "degrees");
        range(what + ": roll", orientation.rollDeg, -180, 180, "degrees");
    }

    void checkTrajectory(const std::string& what, const Trajectory& path)
    {
        if (path.waypoints.size() > SceneLimits::waypointsMax)
            problem("{}: the trajectory has {} waypoints, at most {} are allowed", what, path.waypoints.size(),
                    SceneLimits::waypointsMax);
        const std::size_t before = problems_.size();
        for (std::size_t i = 0; i < path.waypoints.size() && problems_.size() == before; ++i) {
            const Waypoint& point = path.waypoints[i];
            const std::string place = fmt::format("{}: waypoint {}", what, i);
            range(place + ": time", point.timeS, 0, SceneLimits::durationMaxS, "s");
            checkPosition(place, point.positionM);
            checkOrientation(place, point.orientation);
            if (i > 0 && !(point.timeS > path.waypoints[i - 1].timeS))
                problem("{}: time is {:.6g} s, must be later than the one before ({:.6g} s)", place, point.timeS,
                        path.waypoints[i - 1].timeS);
        }
        if (problems_.size() == before)
            checkMotion(what, path);
    }

    // Between the waypoints: a smooth path swings out beyond them.
    void checkMotion(const std::string& what, const Trajectory& path)
    {
        constexpr int stepsPerSegment = 16;
        for (std::size_t i = 1; i < path.waypoints.size(); ++i) {
            const double start = path.waypoints[i - 1].timeS;
            const double step = (path.waypoints[i].timeS - start) / stepsPerSegment;
            Vec3 last = path.waypoints[i - 1].positionM;
            for (int k = 1; k <= stepsPerSegment; ++k) {
                const std::size_t before = problems_.size();
                const Vec3 here = path.positionM(start + k * step);
                const std::string place = fmt::format("{}: trajectory at {:.3f} s", what, start + k * step);
                checkPosition(place, here);
                range(place + ": speed", length(here - last) / step, 0, SceneLimits::speedMaxMPerS, "m/s");
                if (problems_.size() > before)
                    return;
                last = here;
            }
        }
    }

    // The closest that source and listener come: as long as they cannot meet sooner, time may be skipped.
    void checkDistance(const std::string& what, const Source& source)
    {
        constexpr double closingMPerS = 2.0 * SceneLimits::speedMaxMPerS;
        constexpr double finestStepS = 1e-3;
        constexpr double roundingM = 1e-9; // of coordinates: 1.1 - 1.0 is a little less than 0.1
        const Listener& listener = scene_.listener;
        const bool moving = !source.trajectory.empty() || !listener.trajectory.empty();
        const double endS = moving ? std::min(scene_.durationS, SceneLimits::durationMaxS) : 0.0;
        for (double t = 0.0; t <= endS;) {
            const double distance = length(poseAt(source, t).positionM - poseAt(listener, t).positionM);
            if (distance < SceneLimits::nearestSourceM - roundingM) {
                problem("{} is {:.3f} m from the listener{}, must be at least {} m", what, distance,
                        moving ? fmt::format(" at {:.3f} s", t) : std::string(), SceneLimits::nearestSourceM);
                return;
            }
            t += std::max(finestStepS, (distance - SceneLimits::nearestSourceM) / closingMPerS);
        }
    }

    void checkSource(const Source& source)
    {
        const std::string what = "source '" + source.name + "'";
        checkPosition(what, source.positionM);
        checkTrajectory(what, source.trajectory);
        checkDistance(what, source);
        range(what + ": omni share", source.omniShare, 0, 1, "");
        if (!scene_.room.measured.empty() && (!source.trajectory.empty() || !scene_.listener.trajectory.empty()))
            problem("{}: nothing can move in a measured room; remove the trajectories", what);
        range(what + ": gain", source.gainDb, SceneLimits::gainMinDb, SceneLimits::gainMaxDb, "dB");
        range(what + ": start", source.startS, 0, SceneLimits::durationMaxS, "s");
        if (source.endS != 0.0 && !(source.endS > source.startS && source.endS <= SceneLimits::durationMaxS))
            problem("{}: end is {:.6g} s, must be after its start ({:.6g} s) or 0", what, source.endS, source.startS);
        if (source.sound.file.empty() == source.sound.generator.empty())
            problem("{} must play either an audio file or a generator", what);
    }

    const Scene& scene_;
    std::vector<std::string> problems_;
    bool roomIsValid_ = false;
};

} // namespace

std::vector<std::string> sceneProblems(const Scene& scene)
{
    return Checker(scene).run();
}

void requireValid(const Scene& scene, const std::string& name)
{
    const auto problems = sceneProblems(scene);
    if (!problems.empty())
        throw badInput(name, problems.front());
}

} // namespace binaurium
