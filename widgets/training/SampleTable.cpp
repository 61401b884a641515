// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/SampleTable.h"

#include <QLocale>
#include <array>
#include <cmath>
#include <limits>

namespace binaurium {
namespace {

constexpr double largest = 1e12;
constexpr int shownCharacters = 200; // of a completion in the table

// Levels are written as 3 or as "L3".
int levelOf(const JsonObject& sample)
{
    if (!sample.has("level"))
        return 0;
    const Json& level = sample.raw("level");
    if (level.is_number_integer())
        return static_cast<int>(sample.integer("level", 0, 9));
    const auto text = sample.string("level");
    return text.size() == 2 && text[0] == 'L' && text[1] >= '0' && text[1] <= '9' ? text[1] - '0' : 0;
}

QString textOf(const JsonObject& sample, const char* key)
{
    return QString::fromStdString(sample.string(key, ""));
}

double numberOrNaN(const JsonObject& sample, const char* key)
{
    if (!sample.has(key) || !sample.raw(key).is_number())
        return std::numeric_limits<double>::quiet_NaN();
    return sample.number(key, -largest, largest);
}

QString signedText(double value)
{
    return std::isfinite(value) ? QLocale().toString(value, 'f', 2) : QStringLiteral("–");
}

} // namespace

std::optional<CompletionSample> sampleFromLine(const std::string& line)
{
    try {
        const Json json = parseJson(line, "samples.jsonl");
        const JsonObject object(json, "samples.jsonl");
        CompletionSample sample;
        sample.completion = QString::fromStdString(object.string("completion"));
        sample.stage = textOf(object, "stage");
        sample.task = textOf(object, "task");
        sample.prompt = textOf(object, "prompt");
        sample.answer = textOf(object, "answer");
        sample.step = object.integer("step", 0, static_cast<std::int64_t>(largest), 0);
        sample.group = object.integer("group", 0, static_cast<std::int64_t>(largest), 0);
        sample.level = levelOf(object);
        sample.reward = numberOrNaN(object, "reward");
        sample.advantage = numberOrNaN(object, "advantage");
        if (object.has("rewards") && object.raw("rewards").is_object())
            for (const auto& [name, value] : object.raw("rewards").items())
                if (value.is_number() && sample.rewards.size() < 32)
                    sample.rewards.append({QString::fromStdString(name), value.get<double>()});
        return sample;
    } catch (const std::exception&) {
        return {};
    }
}

SampleTable::SampleTable(QObject* parent) : QAbstractTableModel(parent) {}

void SampleTable::setFile(const std::filesystem::path& file)
{
    beginResetModel();
    lines_ = LineFollower(file);
    samples_.clear();
    badLines_ = 0;
    endResetModel();
}

bool SampleTable::look()
{
    if (lines_.path().empty())
        return false;
    bool restarted = false;
    const auto lines = lines_.next(&restarted);
    if (restarted) {
        beginResetModel();
        samples_.clear();
        endResetModel();
    }
    std::vector<CompletionSample> fresh;
    for (const auto& line : lines)
        if (auto sample = sampleFromLine(line))
            fresh.push_back(std::move(*sample));
        else
            ++badLines_;
    if (fresh.empty())
        return !lines.empty();
    const auto before = static_cast<int>(samples_.size());
    const auto count = static_cast<int>(fresh.size());
    beginInsertRows({}, before, before + count - 1);
    std::move(fresh.begin(), fresh.end(), std::back_inserter(samples_));
    endInsertRows();
    if (const int over = before + count - limit; over > 0) {
        beginRemoveRows({}, 0, over - 1);
        samples_.erase(samples_.begin(), samples_.begin() + over);
        endRemoveRows();
    }
    return true;
}

int SampleTable::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(samples_.size());
}

int SampleTable::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : columns;
}

QVariant SampleTable::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const CompletionSample& s = at(index.row());
    const bool number = index.column() != Task && index.column() != Completion;
    if (role == Qt::TextAlignmentRole && number)
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != sortRole)
        return {};
    const bool sorts = role == sortRole;
    switch (index.column()) {
    case Step:
        return s.step;
    case Group:
        return s.group;
    case Task:
        return s.task;
    case Level:
        return sorts ? QVariant(s.level) : s.level > 0 ? QVariant(QStringLiteral("L%1").arg(s.level)) : QVariant();
    case Reward:
        return sorts ? QVariant(s.reward) : QVariant(signedText(s.reward));
    case Advantage:
        return sorts ? QVariant(s.advantage) : QVariant(signedText(s.advantage));
    default:
        return s.completion.left(shownCharacters).simplified();
    }
}

QVariant SampleTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columns)
        return {};
    return std::array{tr("Step"), tr("Group"), tr("Task"), tr("Level"), tr("Reward"), tr("Advantage"), tr("Completion")}
        [static_cast<std::size_t>(section)];
}

} // namespace binaurium
