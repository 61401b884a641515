// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/BenchmarkTab.h"

#include "core/benchmark/report/ReportTables.h"
#include "core/support/Error.h"
#include "widgets/benchmark/BenchmarkCharts.h"
#include "widgets/benchmark/ReportExport.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <algorithm>
#include <functional>

namespace binaurium {
namespace {

QString words(const std::string& text)
{
    return QString::fromStdString(text);
}

// Paints what a function draws.
class ChartView : public QWidget
{
public:
    ChartView(std::function<void(QPainter&, const QRectF&, const PlotTheme&)> paint, QWidget* parent)
        : QWidget(parent), paint_(std::move(paint))
    {
        setMinimumSize(240, 200);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const auto theme = PlotTheme::of(palette());
        painter.fillRect(rect(), theme.background);
        paint_(painter, QRectF(rect()).adjusted(6, 6, -6, -6), theme);
    }

private:
    std::function<void(QPainter&, const QRectF&, const PlotTheme&)> paint_;
};

QPlainTextEdit* makeText(const QString& name, QWidget* parent)
{
    auto* text = new QPlainTextEdit(parent);
    text->setReadOnly(true);
    text->setAccessibleName(name);
    return text;
}

void setUp(QTableView* view, const QString& name)
{
    view->setAccessibleName(name);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setAlternatingRowColors(true);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(view->fontMetrics().height() + 8);
}

} // namespace

BenchmarkTab::BenchmarkTab(QWidget* parent)
    : QWidget(parent), scores_(new ScoreModel(this)), items_(new ItemResultModel(this)),
      filter_(new ItemResultFilter(this))
{
    filter_->setSourceModel(items_);
    filter_->setSortRole(Qt::UserRole);
    auto* column = new QVBoxLayout(this);
    column->addWidget(makeRunRow());
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(makeScorePane());
    split->addWidget(makeDetailPane());
    constexpr int leftShare = 52, rightShare = 48;
    split->setSizes({leftShare * 100, rightShare * 100});
    column->addWidget(split, 1);
    connect(&process_, &BenchProcess::progressed, this, [this](const QString& stage, int done, int total) {
        progress_->setRange(0, total);
        progress_->setValue(done);
        progress_->setFormat(stage + QStringLiteral(" %v / %m"));
    });
    connect(&process_, &BenchProcess::finished, this, &BenchmarkTab::ended);
    say({});
    showReports();
}

QWidget* BenchmarkTab::makeRunRow()
{
    auto* row = new QWidget(this);
    auto* column = new QVBoxLayout(row);
    column->setContentsMargins(0, 0, 0, 0);
    auto* fields = new QHBoxLayout;
    const auto field = [&](QLineEdit*& edit, const QString& name, const QString& hint) {
        edit = new QLineEdit(row);
        edit->setAccessibleName(name);
        edit->setPlaceholderText(hint);
        auto* label = new QLabel(name, row);
        label->setBuddy(edit);
        fields->addWidget(label);
        fields->addWidget(edit, 1);
    };
    field(model_, tr("&Model"), tr("binaurium-small"));
    field(data_, tr("&Data"), tr("folder of a data set"));
    field(heads_, tr("&Heads"), tr("folder of SOFA files"));
    field(output_, tr("Re&port"), tr("new folder"));
    auto* buttons = new QHBoxLayout;
    quick_ = new QCheckBox(tr("&Quick (120 items)"), row);
    quick_->setChecked(true);
    resume_ = new QCheckBox(tr("Go on with a stopped run"), row);
    start_ = new QPushButton(tr("&Run"), row);
    stop_ = new QPushButton(tr("S&top"), row);
    stop_->setEnabled(false);
    auto* copy = new QPushButton(tr("&Copy as command"), row);
    auto* open = new QPushButton(tr("&Open report…"), row);
    progress_ = new QProgressBar(row);
    progress_->setAccessibleName(tr("Progress of the benchmark"));
    progress_->setRange(0, 1);
    progress_->setValue(0);
    progress_->setFormat(tr("no run"));
    for (QWidget* widget : std::initializer_list<QWidget*>{quick_, resume_, start_, stop_, copy, open})
        buttons->addWidget(widget);
    buttons->addWidget(progress_, 1);
    message_ = new QLabel(row);
    message_->setWordWrap(true);
    message_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    column->addLayout(fields);
    column->addLayout(buttons);
    column->addWidget(message_);
    connect(start_, &QPushButton::clicked, this, &BenchmarkTab::start);
    connect(stop_, &QPushButton::clicked, this, [this] {
        process_.stop();
        say(tr("Stopping after the items at hand; what is finished is kept."));
    });
    connect(copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(QStringLiteral("binaurium-cli ") + arguments().join(u' '));
    });
    connect(open, &QPushButton::clicked, this, [this] {
        const auto folder = QFileDialog::getExistingDirectory(this, tr("Open report"));
        if (!folder.isEmpty())
            openReport(folder.toStdString());
    });
    return row;
}

QWidget* BenchmarkTab::makeScorePane()
{
    auto* pane = new QWidget(this);
    auto* column = new QVBoxLayout(pane);
    column->setContentsMargins(0, 0, 0, 0);
    auto* row = new QHBoxLayout;
    scorer_ = new QComboBox(pane);
    scorer_->setAccessibleName(tr("Scorer"));
    scorer_->addItem(tr("by likelihood"), QStringLiteral("likelihood"));
    scorer_->addItem(tr("by free text"), QStringLiteral("text"));
    auto* copy = new QPushButton(tr("Copy ta&ble"), pane);
    auto* save = new QPushButton(tr("&Export…"), pane);
    row->addWidget(new QLabel(tr("Per cent right [95 % over scenes]; bold: above chance"), pane), 1);
    row->addWidget(scorer_);
    row->addWidget(copy);
    row->addWidget(save);
    scoreView_ = new QTableView(pane);
    scoreView_->setModel(scores_);
    setUp(scoreView_, tr("Tasks by runs"));
    column->addLayout(row);
    column->addWidget(scoreView_, 1);
    connect(scorer_, &QComboBox::currentIndexChanged, this, &BenchmarkTab::showReports);
    connect(save, &QPushButton::clicked, this, &BenchmarkTab::exportAs);
    connect(copy, &QPushButton::clicked, this, [this] {
        std::vector<BenchmarkReport> all;
        for (const auto& open : reports_)
            all.push_back(open->report);
        TableOptions options;
        options.scorer = scorer_->currentData().toString().toStdString();
        QGuiApplication::clipboard()->setText(words(scoreTable(all, options)));
    });
    connect(scoreView_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) { chooseGroup(index.row()); });
    return pane;
}

QWidget* BenchmarkTab::makeDetailPane()
{
    auto* pane = new QWidget(this);
    auto* column = new QVBoxLayout(pane);
    column->setContentsMargins(0, 0, 0, 0);
    report_ = new QComboBox(pane);
    report_->setAccessibleName(tr("Report"));
    head_ = new QLabel(pane);
    head_->setWordWrap(true);
    head_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    details_ = new QTabWidget(pane);
    details_->addTab(makeItemPane(), tr("Items"));
    auto* matrix = new QWidget(details_);
    auto* matrixColumn = new QVBoxLayout(matrix);
    task_ = new QComboBox(matrix);
    task_->setAccessibleName(tr("Task of the confusion matrix"));
    confusion_ = new ChartView(
        [this](QPainter& painter, const QRectF& area, const PlotTheme& theme) {
            const auto* open = current();
            const int index = task_->currentIndex();
            if (open != nullptr && index >= 0 && index < static_cast<int>(open->report.confusions.size()))
                drawConfusion(painter, area, open->report.confusions[static_cast<std::size_t>(index)], theme);
        },
        matrix);
    confusion_->setAccessibleName(tr("Confusion matrix"));
    matrixColumn->addWidget(task_);
    matrixColumn->addWidget(confusion_, 1);
    details_->addTab(matrix, tr("Confusion"));
    reliability_ = new ChartView(
        [this](QPainter& painter, const QRectF& area, const PlotTheme& theme) {
            if (const auto* open = current())
                drawReliability(painter, area, open->report, theme);
        },
        details_);
    reliability_->setAccessibleName(tr("Reliability diagram"));
    details_->addTab(reliability_, tr("Reliability"));
    summary_ = makeText(tr("Whole report"), details_);
    summary_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    summary_->setLineWrapMode(QPlainTextEdit::NoWrap);
    details_->addTab(summary_, tr("All numbers"));
    column->addWidget(report_);
    column->addWidget(head_);
    column->addWidget(details_, 1);
    connect(report_, &QComboBox::currentIndexChanged, this, &BenchmarkTab::selectReport);
    connect(task_, &QComboBox::currentIndexChanged, this, [this] { confusion_->update(); });
    return pane;
}

QWidget* BenchmarkTab::makeItemPane()
{
    auto* pane = new QWidget(this);
    auto* column = new QVBoxLayout(pane);
    auto* row = new QHBoxLayout;
    search_ = new QLineEdit(pane);
    search_->setPlaceholderText(tr("Search in questions and answers"));
    search_->setAccessibleName(tr("Search items"));
    search_->setClearButtonEnabled(true);
    onlyWrong_ = new QCheckBox(tr("Only &wrong"), pane);
    row->addWidget(search_, 1);
    row->addWidget(onlyWrong_);
    auto* split = new QSplitter(Qt::Vertical, pane);
    itemView_ = new QTableView(split);
    itemView_->setModel(filter_);
    setUp(itemView_, tr("Items"));
    itemView_->setSortingEnabled(true);
    itemView_->sortByColumn(ItemResultModel::Id, Qt::AscendingOrder);
    item_ = makeText(tr("One item under all controls"), split);
    item_->setPlaceholderText(tr("Choose an item to see its question, evidence and answers under all controls."));
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 1);
    column->addLayout(row);
    column->addWidget(split, 1);
    connect(search_, &QLineEdit::textChanged, filter_, &ItemResultFilter::setText);
    connect(onlyWrong_, &QCheckBox::toggled, filter_, &ItemResultFilter::setOnlyWrong);
    connect(itemView_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                item_->setPlainText(index.isValid() ? items_->describe(filter_->mapToSource(index).row()) : QString());
            });
    return pane;
}

QStringList BenchmarkTab::arguments() const
{
    QStringList list{QStringLiteral("bench"), QStringLiteral("--data"), data_->text(), QStringLiteral("-o"),
                     output_->text()};
    if (!model_->text().isEmpty())
        list << QStringLiteral("--model") << model_->text();
    if (!heads_->text().isEmpty())
        list << QStringLiteral("--heads") << heads_->text();
    if (quick_->isChecked())
        list << QStringLiteral("--quick");
    if (resume_->isChecked())
        list << QStringLiteral("--resume");
    return list;
}

void BenchmarkTab::start()
{
    if (data_->text().isEmpty() || output_->text().isEmpty()) {
        say(tr("Give the data and a new folder for the report."));
        return;
    }
    if (BenchProcess::program().isEmpty()) {
        say(tr("binaurium-cli is neither beside this program nor on PATH."));
        return;
    }
    say({});
    start_->setEnabled(false);
    stop_->setEnabled(true);
    progress_->setRange(0, 0);
    process_.start(arguments());
}

void BenchmarkTab::ended(int exitCode, const QString& sentence)
{
    constexpr int stoppedByUser = 5;
    start_->setEnabled(true);
    stop_->setEnabled(false);
    progress_->setRange(0, 1);
    progress_->setValue(exitCode == 0 ? 1 : 0);
    progress_->setFormat(exitCode == 0 ? tr("finished") : exitCode == stoppedByUser ? tr("stopped") : tr("failed"));
    if (exitCode != 0)
        say(sentence);
    if (std::filesystem::exists(std::filesystem::path(output_->text().toStdString()) / "report.json"))
        openReport(output_->text().toStdString());
}

void BenchmarkTab::openReport(const std::filesystem::path& folder)
{
    try {
        auto open = std::make_unique<OpenReport>(OpenReport::read(folder));
        items_->setReport(nullptr);
        scores_->setReports({}, {});
        std::erase_if(reports_, [&](const auto& known) { return known->folder == folder; });
        reports_.push_back(std::move(open));
    } catch (const Error& error) {
        say(QString::fromUtf8(error.what()));
        return;
    }
    showReports();
    report_->setCurrentIndex(report_->count() - 1);
    selectReport();
}

void BenchmarkTab::showReports()
{
    std::vector<const OpenReport*> all;
    const auto kept = report_->currentIndex();
    const QSignalBlocker quiet(report_);
    report_->clear();
    for (const auto& open : reports_) {
        all.push_back(open.get());
        report_->addItem(tr("%1 on %2 (%3)")
                             .arg(words(open->report.key.model), words(open->report.dataName),
                                  words(open->folder.filename().string())));
    }
    report_->setCurrentIndex(std::min(std::max(0, kept), report_->count() - 1));
    scores_->setReports(std::move(all), scorer_->currentData().toString());
    scoreView_->resizeColumnsToContents();
    if (reports_.empty())
        head_->setText(tr("No report is open. Run a benchmark, or open the folder of a report."));
}

const OpenReport* BenchmarkTab::current() const
{
    const int index = report_->currentIndex();
    return index >= 0 && index < static_cast<int>(reports_.size()) ? reports_[static_cast<std::size_t>(index)].get()
                                                                   : nullptr;
}

void BenchmarkTab::selectReport()
{
    const auto* open = current();
    items_->setReport(open);
    if (open == nullptr)
        return;
    auto head = words(captionOf(open->report));
    if (!open->stale.isEmpty())
        head = open->stale + QStringLiteral(". ") + head;
    head_->setText(head);
    const QSignalBlocker quiet(task_);
    task_->clear();
    for (const auto& matrix : open->report.confusions)
        task_->addItem(words(matrix.task));
    summary_->setPlainText(words(reportToMarkdown(open->report, open->items, open->lines)));
    itemView_->resizeColumnsToContents();
    itemView_->setColumnWidth(ItemResultModel::Question, 28 * fontMetrics().averageCharWidth());
    confusion_->update();
    reliability_->update();
}

void BenchmarkTab::chooseGroup(int row)
{
    filter_->setGroup(row >= 0 ? words(scores_->group(row)) : QString());
    const auto task = row >= 0 ? task_->findText(words(scores_->group(row)).section(u':', 1)) : -1;
    if (task >= 0)
        task_->setCurrentIndex(task);
}

void BenchmarkTab::exportAs()
{
    const auto* open = current();
    if (open == nullptr) {
        say(tr("There is no report to export."));
        return;
    }
    const auto file = QFileDialog::getSaveFileName(
        this, tr("Export"), {}, tr("Tables (*.tex *.csv *.md *.json);;Figures with caption (*.pdf *.svg *.png)"));
    if (file.isEmpty())
        return;
    try {
        const std::filesystem::path path = file.toStdString();
        const auto ending = path.extension();
        if (ending == ".pdf" || ending == ".svg" || ending == ".png") {
            constexpr double widthMm = 120.0;
            const auto figure = details_->currentIndex() == 1   ? BenchmarkFigure::Confusion
                                : details_->currentIndex() == 2 ? BenchmarkFigure::Reliability
                                                                : BenchmarkFigure::Scores;
            exportReportFigure(open->report, figure, task_->currentText().toStdString(), widthMm, path);
        } else {
            std::vector<BenchmarkReport> all;
            for (const auto& report : reports_)
                all.push_back(report->report);
            exportScores(all, scorer_->currentData().toString().toStdString(), path);
        }
        say(tr("Written: %1").arg(file));
    } catch (const Error& error) {
        say(QString::fromUtf8(error.what()));
    }
}

void BenchmarkTab::say(const QString& text)
{
    message_->setText(text);
    message_->setVisible(!text.isEmpty());
}

} // namespace binaurium
