// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/BenchmarkTab.h"

#include "core/benchmark/report/ReportFolder.h"
#include "core/benchmark/report/ReportTables.h"
#include "core/support/Error.h"
#include "widgets/benchmark/BenchmarkCharts.h"
#include "widgets/benchmark/ChartView.h"
#include "widgets/benchmark/ErrorCharts.h"
#include "widgets/benchmark/ListeningDialog.h"
#include "widgets/benchmark/ProbeChart.h"
#include "widgets/benchmark/ReportExport.h"
#include "widgets/controls/Confirm.h"
#include "widgets/controls/DeviceBox.h"
#include "widgets/controls/PathEdit.h"
#include "widgets/controls/ShellWords.h"
#include "widgets/plot/FigureExport.h"

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
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <algorithm>
#include <array>

namespace binaurium {
namespace {

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

BenchmarkTab::BenchmarkTab(QWidget* parent, std::unique_ptr<AudioOutput> output)
    : QWidget(parent), queue_(new RunQueue(this)), scores_(new ScoreModel(this)), items_(new ItemResultModel(this)),
      filter_(new ItemResultFilter(this)),
      inspector_(new ItemInspector(output ? std::move(output) : AudioOutput::makeDefault(), this))
{
    filter_->setSourceModel(items_);
    filter_->setSortRole(Qt::UserRole);
    auto* column = new QVBoxLayout(this);
    column->addWidget(makeRunRow());
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(makeScorePane());
    split->addWidget(makeDetailPane());
    constexpr int leftShare = 45, rightShare = 55;
    split->setSizes({leftShare * 100, rightShare * 100});
    column->addWidget(split, 1);
    connect(queue_, &RunQueue::ended, this, &BenchmarkTab::ended);
    connect(queue_, &RunQueue::stopping, this,
            [this] { say(tr("Stopping after the items at hand; what is finished is kept and marked as partial.")); });
    connect(inspector_, &ItemInspector::failed, this, &BenchmarkTab::say);
    const auto read = [this] {
        toRead_.pop_front();
        if (!toRead_.empty())
            readNext();
    };
    connect(&reading_, &BackgroundWork::finished, this, read);
    connect(&reading_, &BackgroundWork::failed, this, [this, read](const QString& sentence) {
        say(sentence);
        read();
    });
    say({});
    showReports();
}

QWidget* BenchmarkTab::makeRunRow()
{
    auto* row = new QWidget(this);
    auto* column = new QVBoxLayout(row);
    column->setContentsMargins(0, 0, 0, 0);
    auto* fields = new QHBoxLayout;
    const auto field = [&](PathEdit* edit, const QString& name, const QString& hint) {
        edit->setAccessibleName(name);
        edit->setPlaceholderText(hint);
        auto* label = new QLabel(name, row);
        label->setBuddy(edit);
        fields->addWidget(label);
        fields->addWidget(edit, 1);
        return edit;
    };
    const auto folderEdit = [&](const QString& title) { return new PathEdit(title, PathEdit::Wanted::Folder, row); };
    model_ = field(makeModelEdit(tr("Choose a model"), row), tr("&Model"), tr("binaurium-small"));
    data_ = field(folderEdit(tr("Choose a data set")), tr("&Data"), tr("folder of a data set"));
    heads_ = field(folderEdit(tr("Choose a folder of heads")), tr("&Heads"), tr("folder of SOFA files"));
    output_ = field(folderEdit(tr("Choose or make a folder")), tr("Re&port"), tr("new folder"));
    device_ = new DeviceBox(row);
    fields->addWidget(device_);
    auto* buttons = new QHBoxLayout;
    quick_ = new QCheckBox(tr("&Quick (120 items)"), row);
    quick_->setChecked(true);
    resume_ = new QCheckBox(tr("Go on with a stopped run"), row);
    probes_ = new QCheckBox(tr("And pro&bes"), row);
    probes_->setToolTip(tr("Afterwards, linear probes of encoders, projector and every layer"));
    start_ = new QPushButton(tr("&Run"), row);
    start_->setToolTip(tr("Runs wait for each other"));
    auto* copy = new QPushButton(tr("&Copy as command"), row);
    auto* open = new QPushButton(tr("&Open report…"), row);
    auto* listeners = new QPushButton(tr("&Listening test…"), row);
    for (QWidget* widget : std::initializer_list<QWidget*>{quick_, resume_, probes_, start_, copy, open, listeners})
        buttons->addWidget(widget);
    buttons->addWidget(queue_, 1);
    message_ = new QLabel(row);
    message_->setWordWrap(true);
    message_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    column->addLayout(fields);
    column->addLayout(buttons);
    column->addWidget(message_);
    connect(start_, &QPushButton::clicked, this, &BenchmarkTab::start);
    connect(listeners, &QPushButton::clicked, this, &BenchmarkTab::listen);
    connect(copy, &QPushButton::clicked, this, [this] {
        QGuiApplication::clipboard()->setText(QStringLiteral("binaurium-cli ") + shellWords(arguments()));
    });
    connect(open, &QPushButton::clicked, this, [this] {
        const auto folder = QFileDialog::getExistingDirectory(this, tr("Open report"));
        if (!folder.isEmpty())
            openReport(folder.toStdString());
    });
    return row;
}

bool BenchmarkTab::mayClose()
{
    return !queue_->isRunning() ||
           confirmed(this,
                     {.title = tr("Stop the benchmark?"),
                      .text = tr("A benchmark runs. What is measured stays, and a stopped run can go on later; runs "
                                 "that wait are forgotten."),
                      .proceed = tr("Stop and quit"),
                      .keep = tr("Keep running")});
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
        QGuiApplication::clipboard()->setText(QString::fromStdString(scoreTable(all, options)));
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
    details_->addTab(makeConfusionPane(), tr("Confusion"));
    addChart(tr("Reliability"), [this](QPainter& painter, const QRectF& area, const PlotTheme& theme) {
        drawReliability(painter, area, current()->report, theme);
    });
    addChart(tr("Errors"), [this](QPainter& painter, const QRectF& area, const PlotTheme& theme) {
        drawErrorHistogram(painter, area, current()->scenes, theme);
    });
    addChart(tr("Directions"), [this](QPainter& painter, const QRectF& area, const PlotTheme& theme) {
        drawPolarErrors(painter, area, current()->scenes, theme);
    });
    addChart(tr("Probes"), [this](QPainter& painter, const QRectF& area, const PlotTheme& theme) {
        if (current()->probes)
            drawProbes(painter, area, *current()->probes, theme);
        else
            painter.drawText(area, Qt::AlignCenter | Qt::TextWordWrap,
                             tr("Not measured. Tick “And probes” and run again, or use 'bench probe'."));
    });
    summary_ = makeText(tr("Whole report"), details_);
    summary_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    summary_->setLineWrapMode(QPlainTextEdit::NoWrap);
    details_->addTab(summary_, tr("All numbers"));
    column->addWidget(report_);
    column->addWidget(head_);
    column->addWidget(details_, 1);
    connect(report_, &QComboBox::currentIndexChanged, this, &BenchmarkTab::selectReport);
    return pane;
}

QWidget* BenchmarkTab::makeConfusionPane()
{
    auto* pane = new QWidget(details_);
    auto* column = new QVBoxLayout(pane);
    task_ = new QComboBox(pane);
    task_->setAccessibleName(tr("Task of the confusion matrix"));
    auto* chart = new ChartView(
        tr("Confusion matrix"),
        [this](QPainter& painter, const QRectF& area, const PlotTheme& theme) {
            const auto* open = current();
            const int index = task_->currentIndex();
            if (open != nullptr && index >= 0 && index < static_cast<int>(open->report.confusions.size()))
                drawConfusion(painter, area, open->report.confusions[static_cast<std::size_t>(index)], theme);
        },
        pane);
    column->addWidget(task_);
    column->addWidget(chart, 1);
    charts_.push_back(chart);
    connect(task_, &QComboBox::currentIndexChanged, this, [chart] { chart->update(); });
    return pane;
}

void BenchmarkTab::addChart(const QString& name, std::function<void(QPainter&, const QRectF&, const PlotTheme&)> paint)
{
    auto* chart = new ChartView(
        name,
        [this, paint = std::move(paint)](QPainter& painter, const QRectF& area, const PlotTheme& theme) {
            if (current() != nullptr)
                paint(painter, area, theme);
        },
        details_);
    charts_.push_back(chart);
    details_->addTab(chart, name);
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
    split->addWidget(inspector_);
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    column->addLayout(row);
    column->addWidget(split, 1);
    connect(search_, &QLineEdit::textChanged, filter_, &ItemResultFilter::setText);
    connect(onlyWrong_, &QCheckBox::toggled, filter_, &ItemResultFilter::setOnlyWrong);
    connect(itemView_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& index) {
                if (!index.isValid()) {
                    inspector_->show(nullptr, {});
                    return;
                }
                const int place = filter_->mapToSource(index).row();
                inspector_->show(&items_->item(place), items_->describe(place));
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
    if (device_->id() != QLatin1String("auto"))
        list << QStringLiteral("--device") << device_->id();
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
    queue_->add(arguments(), output_->text());
    if (!probes_->isChecked())
        return;
    auto probe = arguments();
    probe.insert(1, QStringLiteral("probe"));
    probe.removeAll(QStringLiteral("--quick"));
    probe.removeAll(QStringLiteral("--resume"));
    queue_->add(probe, output_->text());
}

void BenchmarkTab::ended(const QString& report, int exitCode, const QString& sentence)
{
    if (exitCode != 0)
        say(sentence);
    if (std::filesystem::exists(std::filesystem::path(report.toStdString()) / "report.json"))
        openReport(report.toStdString());
}

std::vector<std::filesystem::path> BenchmarkTab::headFolders() const
{
    const auto folder = heads_->text().toStdString();
    return folder.empty() ? std::vector<std::filesystem::path>{} : std::vector<std::filesystem::path>{folder};
}

void BenchmarkTab::listen()
{
    const auto* open = current();
    if (open == nullptr) {
        say(tr("Open the report whose items are to be heard."));
        return;
    }
    const auto folder = open->folder;
    ListeningDialog dialog(folder, headFolders(), AudioOutput::makeDefault(), this);
    dialog.exec();
    if (dialog.hasAnswers())
        openReport(folder, true);
}

void BenchmarkTab::lookForChanges()
{
    std::vector<std::pair<std::filesystem::path, BenchmarkReport>> all;
    for (const auto& open : reports_)
        all.emplace_back(open->folder, open->report);
    changes_.start([this, all = std::move(all)](const BackgroundWork::Context& context) {
        for (const auto& [folder, report] : all) {
            reportProgress(context.progress, {"changes", 0, 1, {}});
            const auto stale = stalenessOf(report);
            context.deliver([this, folder = folder, stale] {
                for (const auto& open : reports_)
                    if (open->folder == folder && open->stale != stale) {
                        open->stale = stale;
                        showReports();
                        selectReport();
                    }
            });
        }
    });
}

void BenchmarkTab::openReport(const std::filesystem::path& folder, bool refresh)
{
    toRead_.emplace_back(folder, refresh);
    if (toRead_.size() == 1)
        readNext();
}

void BenchmarkTab::readNext()
{
    reading_.start([this, next = toRead_.front()](const BackgroundWork::Context& context) {
        const auto& [folder, refresh] = next;
        if (refresh)
            (void)refreshReport(folder);
        context.deliver(
            [this, open = std::make_shared<OpenReport>(OpenReport::read(folder))] { addReport(std::move(*open)); });
    });
}

void BenchmarkTab::addReport(OpenReport&& report)
{
    const auto folder = report.folder;
    items_->setReport(nullptr);
    scores_->setReports({}, {});
    std::erase_if(reports_, [&](const auto& known) { return known->folder == folder; });
    reports_.push_back(std::make_unique<OpenReport>(std::move(report)));
    showReports();
    report_->setCurrentIndex(report_->count() - 1);
    selectReport();
    lookForChanges();
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
                             .arg(QString::fromStdString(open->report.key.model),
                                  QString::fromStdString(open->report.dataName),
                                  QString::fromStdString(open->folder.filename().string())));
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
    inspector_->show(nullptr, {});
    items_->setReport(open);
    if (open == nullptr)
        return;
    inspector_->setSources(open->folder, headFolders());
    auto head = QString::fromStdString(captionOf(open->report));
    if (!open->stale.isEmpty())
        head = open->stale + QStringLiteral(". ") + head;
    head_->setText(head);
    const QSignalBlocker quiet(task_);
    task_->clear();
    for (const auto& matrix : open->report.confusions)
        task_->addItem(QString::fromStdString(matrix.task));
    summary_->setPlainText(open->text);
    itemView_->resizeColumnsToContents();
    itemView_->setColumnWidth(ItemResultModel::Question, 28 * fontMetrics().averageCharWidth());
    for (auto* chart : charts_)
        chart->update();
}

void BenchmarkTab::chooseGroup(int row)
{
    filter_->setGroup(row >= 0 ? QString::fromStdString(scores_->group(row)) : QString());
    const auto task = row >= 0 ? task_->findText(QString::fromStdString(scores_->group(row)).section(u':', 1)) : -1;
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
            constexpr std::array figures{BenchmarkFigure::Scores,      BenchmarkFigure::Confusion,
                                         BenchmarkFigure::Reliability, BenchmarkFigure::Errors,
                                         BenchmarkFigure::Directions,  BenchmarkFigure::Probes};
            if (!mayReplace(this, {captionFileOf(path)}))
                return;
            const auto page = static_cast<std::size_t>(details_->currentIndex());
            exportReportFigure(*open, page < figures.size() ? figures[page] : BenchmarkFigure::Scores,
                               task_->currentText().toStdString(), widthMm, path);
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
