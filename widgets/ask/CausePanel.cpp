// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/CausePanel.h"

#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace binaurium {

CausePanel::CausePanel(QWidget* parent) : QWidget(parent)
{
    auto* caution = new QLabel(tr("Attention shows where the model looked; it is no proof of why it answered so. The "
                                  "table tests causes: each row takes something away and measures the answer again."),
                               this);
    caution->setWordWrap(true);
    test_ = new QPushButton(tr("Test &causes"), this);
    test_->setAccessibleName(tr("Test causes"));
    stop_ = new QPushButton(tr("Sto&p test"), this);
    stop_->setAccessibleName(tr("Stop test"));
    table_ = new QTableWidget(0, 3, this);
    table_->setAccessibleName(tr("Test of causes"));
    table_->setHorizontalHeaderLabels({tr("Taken away"), tr("Change / nat"), tr("Choice then")});
    table_->horizontalHeaderItem(1)->setToolTip(
        tr("Log probability of the answer without it, minus that with the whole sound: negative where it spoke for the "
           "answer"));
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setTabKeyNavigation(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(static_cast<int>(1.5 * fontMetrics().height()));
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    auto* row = new QHBoxLayout;
    row->addWidget(caution, 1);
    row->addWidget(test_);
    row->addWidget(stop_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(row);
    column->addWidget(table_, 1);
    connect(test_, &QPushButton::clicked, this, &CausePanel::testWanted);
    connect(stop_, &QPushButton::clicked, this, &CausePanel::stopWanted);
    connect(table_, &QTableWidget::currentCellChanged, this, [this](int current) {
        if (current < 0 || static_cast<std::size_t>(current) >= rows_.size())
            return;
        const auto& occlusion = rows_[static_cast<std::size_t>(current)];
        if (occlusion.kind == Occlusion::Kind::MuteRange)
            emit rangeWanted(occlusion.fromS, occlusion.toS);
    });
    clear(false);
}

void CausePanel::clear(bool testable)
{
    rows_.clear();
    table_->setRowCount(0);
    test_->setEnabled(testable);
    stop_->setEnabled(false);
}

void CausePanel::setBusy(bool busy)
{
    test_->setEnabled(!busy);
    stop_->setEnabled(busy);
}

QString CausePanel::words(const Occlusion& o)
{
    switch (o.kind) {
    case Occlusion::Kind::MuteRange:
        return tr("mute %1 to %2 s").arg(o.fromS, 0, 'f', 1).arg(o.toS, 0, 'f', 1);
    case Occlusion::Kind::MirrorEars:
        return tr("exchange the ears");
    case Occlusion::Kind::Mono:
        return tr("make both ears the same");
    case Occlusion::Kind::ZeroSlot:
        return tr("silence source slot %1").arg(o.slot + 1);
    case Occlusion::Kind::ZeroSpatial:
        return tr("no spatial features");
    case Occlusion::Kind::ZeroSemantic:
        return tr("no semantic features");
    }
    return {};
}

void CausePanel::add(const OcclusionResult& result)
{
    const int row = table_->rowCount();
    rows_.push_back(result.occlusion);
    table_->insertRow(row);
    const QString sign = result.change > 0.0 ? QStringLiteral("+") : QString();
    table_->setItem(row, 0, new QTableWidgetItem(words(result.occlusion)));
    auto* change = new QTableWidgetItem(sign + QString::number(result.change, 'f', 3));
    change->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    table_->setItem(row, 1, change);
    table_->setItem(row, 2, new QTableWidgetItem(QString::fromStdString(result.choice)));
}

} // namespace binaurium
