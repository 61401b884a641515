// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/AuditCharts.h"

#include "core/benchmark/LocalizationScore.h"
#include "core/dataset/Templates.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QLocale>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <functional>

namespace binaurium {
namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(AuditCharts)
};

constexpr double rowLines = 1.25;  // height of a row in lines of text
constexpr double frameLines = 4.2; // title, axis and legend
constexpr double barLines = 9.0;   // height of a chart of columns
constexpr double largestRatio = 2.0;

QString percent(double share)
{
    return QLocale().toString(100.0 * share, 'f', 1) + QStringLiteral(" %");
}

QString number(std::int64_t value)
{
    return QLocale().toString(static_cast<qlonglong>(value));
}

// A point with its interval on a row of a chart.
struct Mark
{
    QString what;
    double value = 0.0, low = 0.0, high = 0.0;
    std::int64_t count = 0;
};
struct Row
{
    QString name;
    std::vector<Mark> marks;
    double reference = 0.0; // chance, or 1
    QString right;          // words behind the row
};

Row blindRow(const QString& name, const BlindScore& score)
{
    const auto interval = wilsonInterval(static_cast<int>(score.right), static_cast<int>(score.asked));
    const double n = static_cast<double>(score.asked);
    return {name,
            {{name, static_cast<double>(score.right) / n, interval.low, interval.high, score.asked}},
            score.expected / n,
            QStringLiteral("n ") + number(score.asked)};
}

std::vector<Row> blindRows(const AuditReport& report)
{
    std::vector<Row> rows;
    if (report.blind.asked > 0)
        rows.push_back(blindRow(Words::tr("all tasks"), report.blind));
    for (const auto& [task, score] : report.blindByTask)
        if (score.asked > 0)
            rows.push_back(blindRow(QString::fromStdString(task), score));
    return rows;
}

// Marks of the answers of one template with a closed list.
std::vector<Mark> answerMarks(const QuestionTemplate& t, const std::map<std::string, std::int64_t>& counts)
{
    std::int64_t sum = 0;
    for (const auto& [answer, count] : counts)
        sum += count;
    std::vector<Mark> marks;
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

std::vector<Row> answerRows(const AuditReport& report)
{
    std::map<std::string, Row> rows;
    for (const QuestionTemplate& t : templatesHere()) {
        const auto counts = report.answers.find(t.id);
        if (t.answers.empty() || counts == report.answers.end())
            continue;
        Row& row = rows[t.task];
        row.name = QString::fromStdString(t.task);
        row.reference = 1.0;
        const auto marks = answerMarks(t, counts->second);
        row.marks.insert(row.marks.end(), marks.begin(), marks.end());
    }
    std::vector<Row> list;
    for (auto& [task, row] : rows)
        list.push_back(std::move(row));
    return list;
}

struct Column
{
    QString name;
    std::int64_t count = 0;
};

std::vector<Column> letterColumns(const AuditReport& report)
{
    std::vector<Column> columns;
    for (std::size_t i = 0; i < report.letters.size() && report.letters[i] > 0; ++i)
        columns.push_back({QString(QChar(static_cast<char16_t>(u'A' + i))), report.letters[i]});
    return columns;
}

std::vector<Column> leakColumns(const AuditReport& report)
{
    std::map<std::string, std::int64_t> kinds;
    for (const Leak& leak : report.leaks)
        ++kinds[leak.kind];
    std::vector<Column> columns;
    for (const auto& [kind, count] : kinds)
        columns.push_back({QString::fromStdString(kind), count});
    return columns;
}

std::vector<Row> rowsOf(const AuditReport& report, AuditChart chart)
{
    return chart == AuditChart::Blind ? blindRows(report) : answerRows(report);
}

std::vector<Column> columnsOf(const AuditReport& report, AuditChart chart)
{
    return chart == AuditChart::Letters ? letterColumns(report) : leakColumns(report);
}

bool hasRows(AuditChart chart)
{
    return chart == AuditChart::Blind || chart == AuditChart::Answers;
}

// What stands in place of an empty chart.
QString emptyWords(AuditChart chart)
{
    switch (chart) {
    case AuditChart::Blind:
        return Words::tr("Not asked: this needs a train and a test split.");
    case AuditChart::Answers:
        return Words::tr("No question with a closed list of answers.");
    case AuditChart::Letters:
        return Words::tr("No question with options.");
    case AuditChart::Leaks:
        break;
    }
    return Words::tr("✓ Nothing stands in two splits.");
}

// One chart while it is painted.
class Chart
{
public:
    Chart(QPainter& painter, const QRectF& area, const PlotTheme& theme)
        : painter_(painter), area_(area), theme_(theme), line_(QFontMetricsF(painter.font()).height())
    {
        painter_.setRenderHint(QPainter::Antialiasing);
        painter_.fillRect(area, theme.background);
    }

    void title(const QString& words)
    {
        const QFont font = painter_.font();
        QFont bold = font;
        bold.setBold(true);
        painter_.setFont(bold);
        painter_.setPen(theme_.text);
        painter_.drawText(area_.adjusted(0.5 * line_, 0.2 * line_, -0.5 * line_, 0), Qt::AlignLeft | Qt::AlignTop,
                          words);
        painter_.setFont(font);
    }

    void empty(const QString& words)
    {
        painter_.setPen(theme_.text);
        painter_.drawText(area_.adjusted(0.5 * line_, line_, -0.5 * line_, 0), Qt::AlignCenter | Qt::TextWordWrap,
                          words);
    }

    void rows(const std::vector<Row>& rows, double top, double step, const std::function<QString(double)>& words,
              const QString& legend)
    {
        const QRectF plot = plotOf(rows);
        const auto x = [&](double value) { return plot.left() + std::clamp(value / top, 0.0, 1.0) * plot.width(); };
        for (double tick = 0.0; tick <= top + 1e-9; tick += step) {
            painter_.setPen(QPen(theme_.grid, 1.0));
            painter_.drawLine(QPointF(x(tick), plot.top()), QPointF(x(tick), plot.bottom()));
            painter_.setPen(theme_.text);
            painter_.drawText(QRectF(x(tick) - 3 * line_, plot.bottom() + 0.1 * line_, 6 * line_, line_),
                              Qt::AlignCenter, words(tick));
        }
        for (std::size_t i = 0; i < rows.size(); ++i)
            row(rows[i], plot.top() + (static_cast<double>(i) + 0.5) * rowHeight(plot, rows.size()), plot, x);
        painter_.setPen(theme_.outline);
        painter_.drawText(area_.adjusted(0.5 * line_, 0, -0.5 * line_, -0.2 * line_), Qt::AlignLeft | Qt::AlignBottom,
                          legend);
    }

    void columns(const std::vector<Column>& columns, const QString& legend)
    {
        std::int64_t top = 1;
        for (const Column& column : columns)
            top = std::max(top, column.count);
        const QRectF plot = area_.adjusted(line_, 2.8 * line_, -line_, -2.6 * line_);
        const double each = std::min(plot.width() / static_cast<double>(columns.size()), 8.0 * line_);
        painter_.setPen(QPen(theme_.outline, 1.0));
        painter_.drawLine(plot.bottomLeft(), plot.bottomRight());
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const double left = plot.left() + each * static_cast<double>(i);
            const double tall = plot.height() * static_cast<double>(columns[i].count) / static_cast<double>(top);
            painter_.fillRect(QRectF(left + 0.2 * each, plot.bottom() - tall, 0.6 * each, tall), theme_.accent);
            painter_.setPen(theme_.text);
            painter_.drawText(QRectF(left, plot.bottom() + 0.1 * line_, each, line_), Qt::AlignCenter, columns[i].name);
            painter_.drawText(QRectF(left, plot.bottom() - tall - line_, each, line_), Qt::AlignCenter,
                              number(columns[i].count));
        }
        painter_.setPen(theme_.outline);
        painter_.drawText(area_.adjusted(0.5 * line_, 0, -0.5 * line_, -0.2 * line_), Qt::AlignLeft | Qt::AlignBottom,
                          legend);
    }

private:
    [[nodiscard]] QRectF plotOf(const std::vector<Row>& rows) const
    {
        const QFontMetricsF metrics(painter_.font());
        double names = 0.0, right = 0.0;
        for (const Row& row : rows) {
            names = std::max(names, metrics.horizontalAdvance(row.name));
            right = std::max(right, metrics.horizontalAdvance(row.right));
        }
        return area_.adjusted(names + 1.2 * line_, 1.6 * line_, -(std::max(1.2 * line_, right + line_)), -2.6 * line_);
    }

    static double rowHeight(const QRectF& plot, std::size_t rows) { return plot.height() / static_cast<double>(rows); }

    void row(const Row& row, double y, const QRectF& plot, const std::function<double(double)>& x)
    {
        painter_.setPen(theme_.text);
        painter_.drawText(
            QRectF(area_.left() + 0.5 * line_, y - 0.5 * line_, plot.left() - area_.left() - line_, line_),
            Qt::AlignRight | Qt::AlignVCenter, row.name);
        painter_.drawText(QRectF(plot.right() + 0.5 * line_, y - 0.5 * line_, area_.right() - plot.right(), line_),
                          Qt::AlignLeft | Qt::AlignVCenter, row.right);
        painter_.setPen(QPen(theme_.prediction, 0.16 * line_));
        painter_.drawLine(QPointF(x(row.reference), y - 0.5 * line_), QPointF(x(row.reference), y + 0.5 * line_));
        QColor faint = theme_.accent;
        faint.setAlphaF(row.marks.size() > 1 ? 0.35F : 0.8F);
        for (const Mark& mark : row.marks) {
            painter_.setPen(QPen(faint, 0.09 * line_));
            painter_.drawLine(QPointF(x(mark.low), y), QPointF(x(mark.high), y));
        }
        painter_.setPen(QPen(theme_.accent, 0.1 * line_));
        painter_.setBrush(row.marks.size() > 1 ? Qt::NoBrush : QBrush(theme_.accent));
        for (const Mark& mark : row.marks)
            painter_.drawEllipse(QPointF(x(mark.value), y), 0.24 * line_, 0.24 * line_);
        painter_.setBrush(Qt::NoBrush);
    }

    QPainter& painter_;
    QRectF area_;
    const PlotTheme& theme_;
    double line_;
};

QString leakWords(const AuditReport& report)
{
    const Leak& first = report.leaks.front();
    return Words::tr("%n thing(s) stand in two splits (first: %1 %2 in %3)", nullptr,
                     static_cast<int>(report.leakCount))
        .arg(QString::fromStdString(first.kind), QString::fromStdString(first.name),
             QString::fromStdString(first.splits));
}

} // namespace

QString auditChartTitle(AuditChart chart)
{
    switch (chart) {
    case AuditChart::Blind:
        return Words::tr("Answering without listening");
    case AuditChart::Answers:
        return Words::tr("Balance of answers");
    case AuditChart::Letters:
        return Words::tr("Right letters");
    case AuditChart::Leaks:
        break;
    }
    return Words::tr("In two splits");
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
    Chart picture(painter, area, theme);
    picture.title(auditChartTitle(chart));
    const auto rows = hasRows(chart) ? rowsOf(report, chart) : std::vector<Row>();
    const auto columns = hasRows(chart) ? std::vector<Column>() : columnsOf(report, chart);
    if (rows.empty() && columns.empty())
        picture.empty(emptyWords(chart));
    else if (chart == AuditChart::Blind)
        picture.rows(
            rows, 1.0, 0.25, [](double v) { return QStringLiteral("%1 %").arg(100.0 * v); },
            Words::tr("● right by the words alone, 95 %   ┃ chance"));
    else if (chart == AuditChart::Answers)
        picture.rows(
            rows, largestRatio, 0.5, [](double v) { return QStringLiteral("× %1").arg(QLocale().toString(v)); },
            Words::tr("○ one answer of a closed list, 95 %   ┃ all alike"));
    else if (chart == AuditChart::Letters)
        picture.columns(columns, Words::tr("Yes/no questions have only A and B."));
    else
        picture.columns(columns,
                        report.leakCount > static_cast<std::int64_t>(report.leaks.size())
                            ? Words::tr("The first %1 of %2 by kind.")
                                  .arg(number(static_cast<std::int64_t>(report.leaks.size())), number(report.leakCount))
                            : Words::tr("Identities by kind."));
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
        for (const Row& row : rowsOf(report, chart))
            for (const Mark& mark : row.marks)
                table.push_back({row.name, mark.what, plain(mark.value), plain(mark.low), plain(mark.high),
                                 plain(row.reference), QString::number(mark.count)});
        return table;
    }
    table.push_back({QStringLiteral("name"), QStringLiteral("count")});
    for (const Column& column : columnsOf(report, chart))
        table.push_back({column.name, QString::number(column.count)});
    return table;
}

QString auditVerdict(const AuditReport& report)
{
    const double asked = std::max(1.0, static_cast<double>(report.blind.asked));
    const QString blind = Words::tr("the words alone answer %1 of %2 questions, chance is %3")
                              .arg(percent(static_cast<double>(report.blind.right) / asked), number(report.blind.asked),
                                   percent(report.blind.expected / asked));
    if (report.isSound()) {
        const QString rest = report.blind.asked > 0 ? blind : Words::tr("answering without listening was not tried");
        return Words::tr(
                   "✓ The set may be used as a test: nothing stands in two splits, all %1 answers follow from their "
                   "programs, and %2.")
            .arg(number(report.oracleAsked), rest);
    }
    QStringList reasons;
    if (report.leakCount > 0)
        reasons << leakWords(report);
    if (report.duplicateIds > 0)
        reasons << Words::tr("%n id(s) stand twice", nullptr, static_cast<int>(report.duplicateIds));
    if (report.oracleWrong > 0)
        reasons << Words::tr("%n answer(s) are not what their program gives (first: %1)", nullptr,
                             static_cast<int>(report.oracleWrong))
                       .arg(QString::fromStdString(report.oracleProblem));
    if (report.blind.excess() > blindMargin)
        reasons << blind;
    return Words::tr("✗ The set must not be used as a test: %1.").arg(reasons.join(QLatin1String("; ")));
}

} // namespace binaurium
