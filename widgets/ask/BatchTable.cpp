// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/BatchTable.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

#include <QDir>
#include <QFileInfo>
#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

std::string fileName(const BatchRow& row)
{
    return QFileInfo(row.file).fileName().toStdString();
}

// A field of CSV (RFC 4180). Spreadsheets run what starts like a formula, so that gets an apostrophe.
std::string csvField(std::string text)
{
    if (!text.empty() && std::string_view("=+-@\t").find(text.front()) != std::string_view::npos)
        text.insert(0, 1, '\'');
    std::string quoted = "\"";
    for (const char c : text)
        quoted.append(c == '"' ? 2 : 1, c);
    return quoted += '"';
}

std::string markdownCell(const std::string& text)
{
    std::string cell;
    for (const char c : text) {
        if (std::string_view("\\`*_[]<>|").find(c) != std::string_view::npos)
            cell += '\\';
        cell += c == '\n' ? ' ' : c;
    }
    return cell;
}

std::string numberText(const std::optional<double>& value)
{
    return value ? QString::number(*value, 'f', 4).toStdString() : std::string();
}

std::string csvOf(const std::vector<BatchRow>& rows)
{
    std::string text = "file,answer,probability,model,seed,problem\n";
    for (const BatchRow& row : rows) {
        text.append(csvField(fileName(row))).append(",").append(csvField(row.answer.answer)).append(",");
        text.append(numberText(row.probability())).append(",").append(csvField(row.answer.model)).append(",");
        text.append(std::to_string(row.answer.seed)).append(",").append(csvField(row.problem.toStdString()));
        text += '\n';
    }
    return text;
}

std::string markdownOf(const std::vector<BatchRow>& rows, const QString& question)
{
    std::string text =
        "# " + markdownCell(question.toStdString()) + "\n\n| file | answer | probability |\n|---|---|---|\n";
    for (const BatchRow& row : rows) {
        const auto answer = row.problem.isEmpty() ? row.answer.answer : row.problem.toStdString();
        text.append("| ").append(markdownCell(fileName(row))).append(" | ").append(markdownCell(answer));
        text.append(" | ").append(numberText(row.probability())).append(" |\n");
    }
    return text;
}

Json jsonOf(const std::vector<BatchRow>& rows, const QString& question, const AskOptions& options)
{
    Json list = Json::array();
    for (const BatchRow& row : rows) {
        Json item = {{"file", row.file.toStdString()}};
        if (row.problem.isEmpty())
            item["answer"] = answerToJson(row.answer);
        else
            item["problem"] = row.problem.toStdString();
        list.push_back(std::move(item));
    }
    return {{"format", "binaurium-answers"}, {"version", 1},         {"question", question.toStdString()},
            {"options", options.options},    {"seed", options.seed}, {"temperature", options.temperature},
            {"top_p", options.topP},         {"recordings", list}};
}

} // namespace

std::optional<double> BatchRow::probability() const
{
    double total = 0.0;
    double best = 0.0;
    for (const double score : answer.optionScores) {
        total += std::exp(score);
        best = std::max(best, std::exp(score));
    }
    return total > 0.0 ? std::optional(best / total) : std::nullopt;
}

QStringList recordingsIn(const QString& folder)
{
    QStringList files;
    const QStringList kinds{QStringLiteral("*.wav"), QStringLiteral("*.flac"), QStringLiteral("*.ogg"),
                            QStringLiteral("*.mp3"), QStringLiteral("*.opus")};
    for (const QFileInfo& info : QDir(folder).entryInfoList(kinds, QDir::Files, QDir::Name))
        files << info.absoluteFilePath();
    return files;
}

void exportBatch(const std::vector<BatchRow>& rows, const QString& question, const AskOptions& options,
                 const std::filesystem::path& path)
{
    if (path.extension() == ".csv")
        writeFileAtomically(path, csvOf(rows));
    else if (path.extension() == ".json")
        writeFileAtomically(path,
                            jsonOf(rows, question, options).dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
    else if (path.extension() == ".md")
        writeFileAtomically(path, markdownOf(rows, question));
    else
        throw badInput(path.string(), "the name must end in .csv, .json or .md");
}

} // namespace binaurium
