// SPDX-License-Identifier: GPL-3.0-or-later
// Prints docs/acoustics-validation.md and writes its figures into a folder; exit code 1 when a gate is missed.
#include "core/support/AtomicFile.h"
#include "core/support/Error.h"
#include "tests/validation/Report.h"

#include <filesystem>
#include <spdlog/fmt/fmt.h>

int main(int argc, char** argv)
{
    using namespace binaurium;
    try {
        validation::Report report;
        validation::checkPaths(report);
        validation::checkDecays(report);
        validation::checkHeads(report);
        validation::checkMovement(report);
        fmt::print("# Validation of the acoustics\n\nMade by `packaging/validate-acoustics`; do not edit. The test "
                   "`validation` holds the same gates.\n\n| check | measured | gate | |\n|---|---|---|---|\n");
        bool passed = true;
        for (const auto& check : report.checks) {
            fmt::print("| {} | {:.3g} {} | <= {:g} | {} |\n", check.name, check.value, check.unit, check.limit,
                       check.passed() ? "passed" : "MISSED");
            passed = passed && check.passed();
        }
        fmt::print("\n## Notes\n\n");
        for (const auto& note : report.notes)
            fmt::print("- {}\n", note);
        fmt::print("\n## Figures\n\n");
        for (const auto& plot : report.plots) {
            if (argc > 1)
                writeFileAtomically(std::filesystem::path(argv[1]) / (plot.file + ".svg"), validation::toSvg(plot));
            fmt::print("![{}](images/{}.svg)\n\n", plot.title, plot.file);
        }
        return passed ? 0 : 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "error: {}\n", error.what());
        return 2;
    }
}
