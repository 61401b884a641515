// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scene/SceneValidation.h"

#include "core/scene/Materials.h"
#include "core/support/Error.h"

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
        range("listener: yaw", scene_.listener.orientation.yawDeg, -360, 360, "degrees");
        range("listener: pitch", scene_.listener.orientation.pitchDeg, -90, 90, "degrees");
        range("listener: roll", scene_.listener.orientation.rollDeg, -180, 180, "degrees");
        range("duration", scene_.durationS, 0.1, SceneLimits::durationMaxS, "s");
        range("noise level", scene_.noise.levelDb, -200, 0, "dB");
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
        for (const auto& wall : room.walls) {
            if (wall.material != "custom" && findMaterial(wall.material) == nullptr)
                problem("room: there is no material '{}'", wall.material);
            for (const double a : wall.absorption)
                range("room: absorption", a, 0, 1, "");
            for (const double s : wall.scattering)
                range("room: scattering", s, 0, 1, "");
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

    void checkSource(const Source& source)
    {
        const std::string what = "source '" + source.name + "'";
        checkPosition(what, source.positionM);
        const double distance = length(source.positionM - scene_.listener.positionM);
        if (distance < SceneLimits::nearestSourceM)
            problem("{} is {:.3f} m from the listener, must be at least {} m", what, distance,
                    SceneLimits::nearestSourceM);
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
