// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/AuditPanel.h"

#include "core/support/AtomicFile.h"
#include "widgets/controls/BackgroundWork.h"
#include "widgets/controls/Quantity.h"
#include "widgets/dataset/AuditChartView.h"
#include "widgets/dataset/DatasetBuild.h"
#include "widgets/plot/FigureExport.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

namespace binaurium {
namespace {

constexpr std::array allCharts{AuditChart::Blind, AuditChart::Answers, AuditChart::Letters, AuditChart::Leaks};
constexpr int mostSampled = 100'000;
constexpr double paperLineMm = 3.8; // of the words of an exported chart

// What the verdict does not say.
QString detailWords(const AuditReport& report, bool partial)
{
    QStringList parts;
    if (partial)
        parts << AuditPanel::tr("The set is partial: this is what is there so far.");
    QStringList items;
    for (const auto& [split, count] : report.items)
        items << QStringLiteral("%1 %2").arg(QString::fromStdString(split), wholeNumber(count));
    parts << AuditPanel::tr("Items: %1.").arg(items.join(QLatin1String(", ")));
    if (report.duplicates > 0)
        parts << AuditPanel::tr("%n question(s) are asked twice about the same scene.", nullptr,
                                static_cast<int>(report.duplicates));
    const AudioAudit& audio = report.audio;
    if (audio.measured > 0)
        parts << AuditPanel::tr(
                     "Audio of %1 items: %2 failed, %3 clipped, %4 silent, %5 below the noise, side against the "
                     "label %6 of %7.")
                     .arg(wholeNumber(audio.measured), wholeNumber(audio.failed), wholeNumber(audio.clipped),
                          wholeNumber(audio.silent), wholeNumber(audio.noisy), wholeNumber(audio.wrongSide),
                          wholeNumber(audio.directions));
    if (!audio.problem.empty())
        parts << QString::fromStdString(audio.problem);
    return parts.join(QLatin1Char(' '));
}

} // namespace

AuditPanel::AuditPanel(QWidget* parent) : QWidget(parent)
{
    makeFields();
    connect(audit_, &QPushButton::clicked, this, &AuditPanel::audit);
    connect(cancel_, &QPushButton::clicked, this, [this] { work_.cancel(); });
    connect(&work_, &BackgroundWork::progressed, this, &AuditPanel::showProgress);
    connect(&work_, &BackgroundWork::finished, this, [this] { setBusy(false); });
    connect(&work_, &BackgroundWork::stopped, this, [this] {
        setBusy(false);
        verdict_->setText(tr("Stopped: there is no verdict."));
    });
    connect(&work_, &BackgroundWork::failed, this, [this](const QString& sentence, ErrorKind kind) {
        setBusy(false);
        clear();
        emit failed(sentence, kind);
    });
    clear();
    setBusy(false);
}

void AuditPanel::makeFields()
{
    audit_ = new QPushButton(tr("&Audit"), this);
    audit_->setAccessibleName(tr("Audit the data set"));
    cancel_ = new QPushButton(tr("Cancel"), this);
    cancel_->setAccessibleName(tr("Cancel the audit"));
    sample_ = new QSpinBox(this);
    sample_->setAccessibleName(tr("Items whose audio is measured"));
    sample_->setToolTip(tr("That many items are rendered and measured; 0: words and programs only"));
    sample_->setRange(0, mostSampled);
    sample_->setSuffix(tr(" items"));
    sample_->setValue(100);
    auto* words = new QLabel(tr("A&udio of"), this);
    words->setBuddy(sample_);
    bar_ = new QProgressBar(this);
    bar_->setAccessibleName(tr("Progress of the audit"));
    export_ = new QToolButton(this);
    export_->setText(tr("E&xport"));
    export_->setAccessibleName(tr("Export report and charts"));
    export_->setPopupMode(QToolButton::InstantPopup);
    export_->setFocusPolicy(Qt::StrongFocus);
    auto* menu = new QMenu(export_);
    menu->addAction(tr("Report…"), this, [this] { askAndExport({}); });
    menu->addSeparator();
    for (const AuditChart chart : allCharts)
        menu->addAction(tr("Chart '%1'…").arg(auditChartTitle(chart)), this, [this, chart] { askAndExport(chart); });
    export_->setMenu(menu);
    verdict_ = new QLabel(this);
    verdict_->setWordWrap(true);
    verdict_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QFont large = verdict_->font();
    large.setBold(true);
    verdict_->setFont(large);
    details_ = new QLabel(this);
    details_->setWordWrap(true);
    details_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* row = new QHBoxLayout;
    for (QWidget* field : {static_cast<QWidget*>(audit_), static_cast<QWidget*>(cancel_), static_cast<QWidget*>(words),
                           static_cast<QWidget*>(sample_)})
        row->addWidget(field);
    row->addWidget(bar_, 1);
    row->addWidget(export_);
    auto* page = new QWidget(this);
    auto* grid = new QHBoxLayout(page);
    grid->setContentsMargins(0, 0, 0, 0);
    // Tall charts beside each other, low ones below them.
    for (const auto& pair :
         {std::array{AuditChart::Blind, AuditChart::Letters}, {AuditChart::Answers, AuditChart::Leaks}}) {
        auto* column = new QVBoxLayout;
        for (const AuditChart chart : pair) {
            charts_.push_back(new AuditChartView(chart, page));
            column->addWidget(charts_.back());
        }
        column->addStretch(1);
        grid->addLayout(column, 1);
    }
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(page);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::StrongFocus);
    scroll->setAccessibleName(tr("Charts of the audit"));
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(row);
    column->addWidget(verdict_);
    column->addWidget(details_);
    column->addWidget(scroll, 1);
}

void AuditPanel::setFolder(const QString& folder, const std::vector<std::filesystem::path>& headFolders)
{
    folder_ = folder;
    headFolders_ = headFolders;
    if (!isAuditing() && report_ && folder_ != audited_)
        clear();
    setBusy(isAuditing());
}

void AuditPanel::clear()
{
    report_.reset();
    for (AuditChartView* chart : charts_)
        chart->setReport(nullptr);
    verdict_->setText(tr("An audit tells whether a set may be used as a test."));
    details_->clear();
    bar_->setRange(0, progressParts);
    bar_->setValue(0);
}

void AuditPanel::setBusy(bool busy)
{
    audit_->setEnabled(!busy && !folder_.isEmpty());
    sample_->setEnabled(!busy);
    cancel_->setEnabled(busy);
    export_->setEnabled(!busy && report_);
    if (!busy && bar_->maximum() == 0)
        bar_->setRange(0, progressParts);
}

QString AuditPanel::verdict() const
{
    return verdict_->text();
}

void AuditPanel::audit()
{
    if (isAuditing() || folder_.isEmpty())
        return;
    clear();
    audited_ = folder_;
    AuditOptions options;
    options.audioSample = sample_->value();
    options.headFolders = headFolders_;
    verdict_->setText(tr("Reading the items…"));
    bar_->setRange(0, 0);
    work_.start(
        [this, options, folder = std::filesystem::path(folder_.toStdString())](const BackgroundWork::Context& context) {
            auto report = auditDatasets({folder}, options, context.progress);
            context.deliver([this, report = std::move(report)] { showReport(report); });
        });
    setBusy(true);
}

void AuditPanel::showProgress(const Progress& progress)
{
    if (progress.total > 0) {
        bar_->setRange(0, static_cast<int>(progress.total));
        bar_->setValue(static_cast<int>(progress.done));
    }
    verdict_->setText(
        progress.stage == "audio"
            ? tr("Measuring the audio of %1 of %2 items…").arg(wholeNumber(progress.done), wholeNumber(progress.total))
            : tr("%1 items checked…").arg(wholeNumber(progress.done)));
}

void AuditPanel::showReport(const AuditReport& report)
{
    report_ = report;
    verdict_->setText(audited_ == folder_ ? auditVerdict(report)
                                          : tr("%1: %2").arg(QFileInfo(audited_).fileName(),
                                                             auditVerdict(report))); // another is chosen
    const auto state = stateOf(audited_.toStdString());
    details_->setText(detailWords(report, state && !state->complete));
    for (AuditChartView* chart : charts_)
        chart->setReport(&*report_);
    bar_->setRange(0, progressParts);
    bar_->setValue(progressParts);
}

void AuditPanel::exportReport(const std::filesystem::path& file) const
{
    if (!report_)
        throw Error(ErrorKind::Usage, "there is no report yet");
    if (file.extension() == ".json")
        writeFileAtomically(file, auditToJson(*report_).dump(1) + "\n");
    else if (file.extension() == ".md")
        writeFileAtomically(file, auditToMarkdown(*report_));
    else
        throw Error(ErrorKind::Usage, file.string() + ": a report ends in .md or .json");
}

void AuditPanel::exportChart(AuditChart chart, const std::filesystem::path& file) const
{
    if (!report_)
        throw Error(ErrorKind::Usage, "there is no report yet");
    if (file.extension() == ".csv") {
        exportTable(auditChartTable(*report_, chart), file);
        return;
    }
    FigureOptions options;
    options.widthMm = 140.0;
    options.heightMm = std::max(50.0, paperLineMm * auditChartLines(*report_, chart));
    options.title = auditChartTitle(chart);
    options.description = audited_;
    exportFigure(
        [&](QPainter& painter, const QSizeF& size) {
            drawAuditChart(painter, QRectF(QPointF(), size), *report_, chart, PlotTheme::light());
        },
        options, file);
}

void AuditPanel::askAndExport(std::optional<AuditChart> chart)
{
    const auto file = QFileDialog::getSaveFileName(
        this, tr("Export"), chart ? QStringLiteral("audit.svg") : QStringLiteral("audit.md"),
        chart ? tr("Figures and tables (*.svg *.png *.pdf *.csv)") : tr("Reports (*.md *.json)"));
    if (file.isEmpty())
        return;
    try {
        if (chart)
            exportChart(*chart, file.toStdString());
        else
            exportReport(file.toStdString());
        emit message(tr("Wrote %1").arg(file));
    } catch (const Error& e) {
        emit failed(QString::fromStdString(e.what()), e.kind());
    }
}

} // namespace binaurium
