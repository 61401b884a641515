// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/benchmark/report/BenchmarkData.h"
#include "core/benchmark/report/BenchmarkReport.h"

namespace binaurium {

// The folder of a report: items.jsonl, results.jsonl, localization.jsonl (where measured), systems/, report.json and
// report.md. It can be read, scored again and compared without the data set or the model.

// Makes the folder. Refuses (BadInput) one with other things in it, and one with results unless `resume`.
void prepareReportFolder(const std::filesystem::path& folder, bool resume);

// The items that a report is about.
[[nodiscard]] std::vector<Item> readReportItems(const std::filesystem::path& folder);
// Where relative files of its items start: the folder of the data where it is still there, else that of the report.
[[nodiscard]] std::filesystem::path soundFolder(const BenchmarkReport& report, const std::filesystem::path& folder);
// The same of a folder whose report may be missing.
[[nodiscard]] std::filesystem::path soundFolder(const std::filesystem::path& folder);
// An id as a file name: letters, digits, '-', '_' and '.' stay; anything else becomes '_'.
[[nodiscard]] std::string asFileName(std::string id);

// Systems beside the model: results files (ResultLine.h) in systems/ of the folder, by the name in their key; all those
// of listeners (human-NAME.jsonl) are one system, "human (n listeners)". Throws BadInput where one is about other data.
[[nodiscard]] std::vector<ComparedSystem> readSystems(const std::filesystem::path& folder,
                                                      const std::string& dataSha256);
// The results file of one of them, made where it is not there yet; `id` names the file.
[[nodiscard]] ResultFile systemFile(const std::filesystem::path& folder, const std::string& id, const ResultKey& key);

// Report of all lines, and of the systems beside the model; writes report.json and report.md anew.
BenchmarkReport writeReport(const std::filesystem::path& folder, const std::vector<Item>& items,
                            const std::vector<ResultLine>& lines, const ReportInput& input);

// The report of a folder anew, after something was added to its systems.
BenchmarkReport refreshReport(const std::filesystem::path& folder);

// Scores the predictions of an outside system (Predictions.h) and writes the whole folder. The hash of the model is
// that of the file.
BenchmarkReport scorePredictions(const BenchmarkData& data, const std::string& split,
                                 const std::filesystem::path& predictions, const std::string& name,
                                 const std::filesystem::path& folder, const BootstrapOptions& bootstrap);

// Writes what an outside system needs into a new folder: prompts.jsonl {"id", "audio", "question", "options", "prompt"}
// without the answers, and the audio (WAV, float) below audio/. Files that are there already are kept, so stopped work
// goes on. Returns the number of items; those without audio are named in problems.jsonl.
std::int64_t exportBenchmark(const BenchmarkData& data, const std::vector<std::filesystem::path>& headFolders,
                             const std::filesystem::path& folder, const ProgressCallback& progress);

} // namespace binaurium
