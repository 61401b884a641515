// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/AuditCharts.h"

#include "core/benchmark/localization/LocalizationScore.h"
#include "core/dataset/Templates.h"
#include "widgets/controls/Quantity.h"
#include "widgets/dataset/ChartPainter.h"

#include <QCoreApplication>
#include <QLocale>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace binaurium {
namespace {

struct AuditChartWords
{
    Q_DECLARE_TR_FUNCTIONS(AuditCharts)
};

constexpr double rowLines = 1.25;  // height of a row in lines of text
constexpr double frameLines = 4.2; // title, axis and legend
constexpr double barLines = 9.0;   // height of a chart of columns

QString percent(double share)
{
    return QLocale().toString(100.0 * share, 'f', 1) + QStringLiteral(" %");
}

ChartRow blindRow(const QString& name, const BlindScore& score)
{
    const auto interval = wilsonInterval(static_cast<int>(score.right), static_cast<int>(score.asked));
    const double n = static_cast<double>(score.asked);
    return {name,
            {{name, static_cast<double>(score.right) / n, interval.low, interval.high, score.asked}},
            score.expected / n,
            QStringLiteral("n ") + wholeNumber(score.asked)};
}

std::vector<ChartRow> blindRows(const AuditReport& report)
{
    std::vector<ChartRow> rows;
    if (report.blind.asked > 0)
        rows.push_back(blindRow(AuditChartWords::tr("all tasks"), report.blind));
    for (const auto& [task, score] : report.blindByTask)
        if (score.asked > 0)
            rows.push_back(blindRow(QString::fromStdString(task), score));
    return rows;
}

// Marks of the answers of one template with a closed list.
std::vector<ChartMark> answerMarks(const QuestionTemplate& t, const std::map<std::string, std::int64_t>& counts)
{
    std::int64_t sum = 0;
    for (const auto& [answer, count] : counts)
        sum += count;
    std::vector<ChartMark> marks;
    const double k = static_cast<double>(t.answers.size()), n = static_cast<double>(sum);
    for (const std::string& answer : t.answers) {
        const auto found = counts.find(answer);
        const std::int64_t count = found == counts.end() ? 0 : found->second;
        const auto share = wilsonInterval(static_cast<int>(count), static_cast<int>(sum));
        marks.push_back({QString::fromStdString(t.id + ": " + answer), k * static_cast<double>(count) / n,
                         k * share.low, k * share.high, count});
    }
    return marks;
}

// None where the program's data are not installed: a picture must not throw.
const std::vector<QuestionTemplate>& templatesHere()
{
    static const std::vector<QuestionTemplate> none;
    try {
        return questionTemplates();
    } catch (const std::exception&) {
        return none;
    }
}

std::vector<ChartRow> answerRows(const AuditReport& report)
{
    std::map<std::string, ChartRow> rows;
    for (const QuestionTemplate& t : templatesHere()) {
        const auto counts = report.answers.find(t.id);
        if (t.answers.empty() || counts == report.answers.end())
            continue;
        ChartRow& row = rows[t.task];
        row.name = QString::fromStdString(t.task);
        row.reference = 1.0;
        const auto marks = answerMarks(t, counts->second);
        row.marks.insert(row.marks.end(), marks.begin(), marks.end());
    }
    std::vector<ChartRow> list;
    for (auto& [task, row] : rows)
        list.push_back(std::move(row));
    return list;
}

std::vector<ChartColumn> letterColumns(const AuditReport& report)
{
    std::vector<ChartColumn> columns;
    for (std::size_t i = 0; i < report.letters.size() && report.letters[i] > 0; ++i)
        columns.push_back({QString(QChar(static_cast<char16_t>(u'A' + i))), report.letters[i]});
    return columns;
}

std::vector<ChartColumn> leakColumns(const AuditReport& report)
{
    std::map<std::string, std::int64_t> kinds;
    for (const Leak& leak : report.leaks)
        ++kinds[leak.kind];
    std::vector<ChartColumn> columns;
    for (const auto& [kind, count] : kinds)
        columns.push_back({QString::fromStdString(kind), count});
    return columns;
}

std::vector<ChartRow> rowsOf(const AuditReport& report, AuditChart chart)
{
    return chart == AuditChart::Blind ? blindRows(report) : answerRows(report);
}

std::vector<ChartColumn> columnsOf(const AuditReport& report, AuditChart chart)
{
    return chart == AuditChart::Letters ? letterColumns(report) : leakColumns(report);
}

bool hasRows(AuditChart chart)
{
    return chart == AuditChart::Blind || chart == AuditChart::Answers;
}

// Up to twice as often as all alike, or as far as the answers reach.
ChartAxis ratioAxis(const std::vector<ChartRow>& rows)
{
    double top = 2.0;
    for (const ChartRow& row : rows)
        for (const ChartMark& mark : row.marks)
            top = std::max(top, std::ceil(mark.value));
    return {top, top > 2.0 ? 1.0 : 0.5, [](double v) { return QStringLiteral("× %1").arg(QLocale().toString(v)); }};
}

// What stands in place of an empty chart.
QString emptyWords(AuditChart chart)
{
    switch (chart) {
    case AuditChart::Blind:
        return AuditChartWords::tr("Not asked: this needs a train and a test split.");
    case AuditChart::Answers:
        return AuditChartWords::tr("No question with a closed list of answers.");
    case AuditChart::Letters:
        return AuditChartWords::tr("No question with options.");
    case AuditChart::Leaks:
        break;
    }
    return AuditChartWords::tr("✓ Nothing stands in two splits.");
}

QString leakWords(const AuditReport& report)
{
    const Leak& first = report.leaks.front();
    return AuditChartWords::tr("%n thing(s) stand in two splits (first: %1 %2 in %3)", nullptr,
                               static_cast<int>(report.leakCount))
        .arg(QString::fromStdString(first.kind), QString::fromStdString(first.name),
             QString::fromStdString(first.splits));
}

} // namespace

QString auditChartTitle(AuditChart chart)
{
    switch (chart) {
    case AuditChart::Blind:
        return AuditChartWords::tr("Answering without listening");
    case AuditChart::Answers:
        return AuditChartWords::tr("Balance of answers");
    case AuditChart::Letters:
        return AuditChartWords::tr("Right letters");
    case AuditChart::Leaks:
        break;
    }
    return AuditChartWords::tr("In two splits");
}

double auditChartLines(const AuditReport& report, AuditChart chart)
{
    const auto rows = hasRows(chart) ? rowsOf(report, chart).size() : 0;
    return rows > 0 ? frameLines + rowLines * static_cast<double>(rows) : barLines;
}

void drawAuditChart(QPainter& painter, const QRectF& area, const AuditReport& report, AuditChart chart,
                    const PlotTheme& theme)
{
    painter.save();
    ChartPainter picture(painter, area, theme);
    picture.drawTitle(auditChartTitle(chart));
    const auto rows = hasRows(chart) ? rowsOf(report, chart) : std::vector<ChartRow>();
    const auto columns = hasRows(chart) ? std::vector<ChartColumn>() : columnsOf(report, chart);
    if (rows.empty() && columns.empty())
        picture.drawWords(emptyWords(chart));
    else if (chart == AuditChart::Blind)
        picture.drawRows(rows, {1.0, 0.25, [](double v) { return QStringLiteral("%1 %").arg(100.0 * v); }},
                         AuditChartWords::tr("right by the words alone, 95 %"), AuditChartWords::tr("chance"));
    else if (chart == AuditChart::Answers)
        picture.drawRows(rows, ratioAxis(rows), AuditChartWords::tr("one answer of a closed list, 95 %"),
                         AuditChartWords::tr("all alike"));
    else if (chart == AuditChart::Letters)
        picture.drawColumns(columns, AuditChartWords::tr("Yes/no questions have only A and B."));
    else
        picture.drawColumns(columns, report.leakCount > static_cast<std::int64_t>(report.leaks.size())
                                         ? AuditChartWords::tr("The first %1 of %2 by kind.")
                                               .arg(wholeNumber(static_cast<std::int64_t>(report.leaks.size())),
                                                    wholeNumber(report.leakCount))
                                         : AuditChartWords::tr("Identities by kind."));
    painter.restore();
}

std::vector<std::vector<QString>> auditChartTable(const AuditReport& report, AuditChart chart)
{
    std::vector<std::vector<QString>> table;
    const auto plain = [](double value) { return QString::number(value, 'g', 6); };
    if (hasRows(chart)) {
        table.push_back({QStringLiteral("task"), QStringLiteral("what"), QStringLiteral("value"),
                         QStringLiteral("low95"), QStringLiteral("high95"), QStringLiteral("reference"),
                         QStringLiteral("count")});
        for (const ChartRow& row : rowsOf(report, chart))
            for (const ChartMark& mark : row.marks)
                table.push_back({row.name, mark.what, plain(mark.value), plain(mark.low), plain(mark.high),
                                 plain(row.reference), QString::number(mark.count)});
        return table;
    }
    table.push_back({QStringLiteral("name"), QStringLiteral("count")});
    for (const ChartColumn& column : columnsOf(report, chart))
        table.push_back({column.name, QString::number(column.count)});
    return table;
}

namespace {

QString gapWords(AuditGap gap, const AuditReport& report)
{
    switch (gap) {
    case AuditGap::NoTest:
        return AuditChartWords::tr("it holds no test question");
    case AuditGap::NoTraining:
        return AuditChartWords::tr("without training questions nobody can tell what the words alone give away");
    case AuditGap::FewQuestions:
        return AuditChartWords::tr("with %1 test questions the words alone may give away up to %2 above chance")
            .arg(wholeNumber(report.blind.asked), percent(report.blind.excessHigh()));
    case AuditGap::NoPrograms:
        return AuditChartWords::tr("%n item(s) have no program that gives their answer", nullptr,
                                   static_cast<int>(report.oracleMissing));
    case AuditGap::NoAudio:
        return AuditChartWords::tr("no audio was rendered");
    case AuditGap::AudioNotRendered:
        return AuditChartWords::tr("the audio of %n item(s) could not be rendered", nullptr,
                                   static_cast<int>(report.audio.failed));
    }
    return {};
}

} // namespace

QString auditVerdict(const AuditReport& report)
{
    const double asked = std::max(1.0, static_cast<double>(report.blind.asked));
    const QString blind = AuditChartWords::tr("the words alone answer %1 of %2 questions, chance is %3")
                              .arg(percent(static_cast<double>(report.blind.right) / asked),
                                   wholeNumber(report.blind.asked), percent(report.blind.expected / asked));
    if (report.isSound()) {
        QStringList gaps;
        for (const AuditGap gap : report.gaps())
            gaps << gapWords(gap, report);
        if (!gaps.isEmpty())
            return AuditChartWords::tr("Nothing speaks against the set, but it is not proven as a test: %1.")
                .arg(gaps.join(QLatin1String("; ")));
        return AuditChartWords::tr(
                   "✓ The set may be used as a test: nothing stands in two splits, all %1 answers follow from their "
                   "programs, and %2.")
            .arg(wholeNumber(report.oracleAsked), blind);
    }
    QStringList reasons;
    if (report.leakCount > 0)
        reasons << leakWords(report);
    if (report.duplicateIds > 0)
        reasons << AuditChartWords::tr("%n id(s) stand twice", nullptr, static_cast<int>(report.duplicateIds));
    if (report.oracleWrong > 0)
        reasons << AuditChartWords::tr("%n answer(s) are not what their program gives (first: %1)", nullptr,
                                       static_cast<int>(report.oracleWrong))
                       .arg(QString::fromStdString(report.oracleProblem));
    if (report.blind.excess() > blindMargin)
        reasons << blind;
    return AuditChartWords::tr("✗ The set must not be used as a test: %1.").arg(reasons.join(QLatin1String("; ")));
}

} // namespace binaurium
