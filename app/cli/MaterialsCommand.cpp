// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/Command.h"

#include "core/scene/Materials.h"
#include "core/support/Json.h"

#include <cstdio>
#include <iostream>
#include <memory>

namespace binaurium::cli {
namespace {

void printJson()
{
    Json list = Json::array();
    for (const Material& material : materials())
        list.push_back({{"name", material.name},
                        {"absorption", material.absorption},
                        {"scattering", material.scattering},
                        {"reference", material.reference}});
    std::cout << Json{{"band_hz", octaveBandHz}, {"materials", list}}.dump(1) << '\n';
}

void printRow(const char* name, const BandValues& values, const char* source)
{
    std::printf("%-20s", name);
    for (const double value : values)
        std::printf(" %6.3f", value);
    std::printf("  %s\n", source);
}

void printForPeople()
{
    std::printf("%-20s", "absorption at Hz");
    for (const double hz : octaveBandHz)
        std::printf(" %6.0f", hz);
    std::puts("");
    for (const Material& material : materials()) {
        printRow(material.name, material.absorption, material.reference);
        printRow("  scattering", material.scattering, "");
    }
}

} // namespace

void addMaterialsCommand(CLI::App& app)
{
    auto* command =
        app.add_subcommand("materials", "Materials of walls: absorption and scattering per octave, references");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "One JSON document on stdout");
    command->callback([json] { *json ? printJson() : printForPeople(); });
}

} // namespace binaurium::cli
