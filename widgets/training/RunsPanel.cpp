// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/RunsPanel.h"

#include <QApplication>
#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace binaurium {
namespace {

// Outlines the tick boxes: on dark lists the style draws them in the colour of the list.
class TickDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        QStyleOptionViewItem full = option;
        initStyleOption(&full, index);
        if (!full.features.testFlag(QStyleOptionViewItem::HasCheckIndicator))
            return;
        const QStyle* style = option.widget != nullptr ? option.widget->style() : QApplication::style();
        const auto box = style->subElementRect(QStyle::SE_ItemViewItemCheckIndicator, &full, option.widget);
        painter->setPen(option.palette.color(QPalette::PlaceholderText));
        painter->drawRect(box.adjusted(0, 0, -1, -1));
    }
};

} // namespace

RunsPanel::RunsPanel(TrainingRuns& runs, QWidget* parent) : QWidget(parent), runs_(runs), model_(runs)
{
    table_ = new QTableView(this);
    table_->setAccessibleName(tr("Runs"));
    table_->setModel(&model_);
    table_->setItemDelegateForColumn(RunListModel::Name, new TickDelegate(table_));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setTabKeyNavigation(false);
    table_->setWordWrap(false);
    table_->setShowGrid(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(static_cast<int>(1.7 * fontMetrics().height()));
    table_->horizontalHeader()->setSectionResizeMode(RunListModel::Name, QHeaderView::Stretch);
    table_->horizontalHeader()->setSectionResizeMode(RunListModel::State, QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setSectionResizeMode(RunListModel::Progress, QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setHighlightSections(false);
    makeRows();
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        showQueue();
        if (const auto run = chosen(); !run.isEmpty() && run != wanted_) {
            wanted_ = run;
            emit chosenChanged(run);
        }
    });
    connect(&model_, &QAbstractItemModel::modelReset, this, [this] {
        choose(wanted_);
        showQueue();
    });
    connect(&runs_, &TrainingRuns::queueActiveChanged, this, [this](bool active) {
        const QSignalBlocker quiet(queue_);
        queue_->setChecked(active);
    });
    showQueue();
}

void RunsPanel::makeRows()
{
    new_ = new QPushButton(tr("&New run…"), this);
    new_->setAccessibleName(tr("New run"));
    auto* open = new QPushButton(tr("&Open run…"), this);
    open->setAccessibleName(tr("Open run"));
    folder_ = new QLabel(this);
    folder_->setTextFormat(Qt::PlainText);
    folder_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    folder_->setForegroundRole(QPalette::PlaceholderText);
    auto* change = new QToolButton(this);
    change->setText(tr("Folder…"));
    change->setAccessibleName(tr("Folder of the runs"));
    change->setFocusPolicy(Qt::StrongFocus);
    queue_ = new QCheckBox(tr("R&un the queue"), this);
    queue_->setAccessibleName(tr("Run the queue"));
    queue_->setToolTip(tr("Starts the next waiting run when no run of this folder trains"));
    const auto tool = [this](const QString& text, const QString& name) {
        auto* button = new QToolButton(this);
        button->setText(text);
        button->setAccessibleName(name);
        button->setToolTip(name);
        button->setFocusPolicy(Qt::StrongFocus);
        return button;
    };
    up_ = tool(QStringLiteral("↑"), tr("Earlier in the queue"));
    down_ = tool(QStringLiteral("↓"), tr("Later in the queue"));
    remove_ = tool(QStringLiteral("✕"), tr("Take out of the queue"));
    auto* top = new QHBoxLayout;
    top->addWidget(new_, 1);
    top->addWidget(open, 1);
    auto* place = new QHBoxLayout;
    place->addWidget(folder_, 1);
    place->addWidget(change);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(queue_, 1);
    for (QToolButton* button : {up_, down_, remove_})
        bottom->addWidget(button);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(top);
    column->addLayout(place);
    column->addWidget(table_, 1);
    column->addLayout(bottom);
    connect(new_, &QPushButton::clicked, this, &RunsPanel::newRunWanted);
    connect(open, &QPushButton::clicked, this, [this] {
        const auto folder = QFileDialog::getExistingDirectory(this, tr("Open run"), runs_.folder());
        if (!folder.isEmpty())
            emit openRunWanted(folder);
    });
    connect(change, &QToolButton::clicked, this, [this] {
        const auto folder = QFileDialog::getExistingDirectory(this, tr("Folder of the runs"), runs_.folder());
        if (!folder.isEmpty())
            emit folderWanted(folder);
    });
    connect(queue_, &QCheckBox::toggled, &runs_, &TrainingRuns::setQueueActive);
    connect(up_, &QToolButton::clicked, this, [this] { moveInQueue(-1); });
    connect(down_, &QToolButton::clicked, this, [this] { moveInQueue(1); });
    connect(remove_, &QToolButton::clicked, this, [this] { runs_.unqueue(waiting()); });
}

// The list is made anew; the row is chosen again, so that it can go on.
void RunsPanel::moveInQueue(int places)
{
    const auto run = model_.data(table_->currentIndex(), RunListModel::folderRole).toString();
    runs_.moveInQueue(waiting(), places);
    if (const auto index = model_.indexOf(run); index.isValid())
        table_->setCurrentIndex(index);
}

void RunsPanel::choose(const QString& run)
{
    wanted_ = run;
    const auto index = model_.indexOf(run);
    if (!index.isValid())
        return;
    table_->setCurrentIndex(index);
    table_->scrollTo(index);
}

QString RunsPanel::chosen() const
{
    const auto index = table_->currentIndex();
    if (!index.isValid() || model_.data(index, RunListModel::queuedRole).toBool())
        return {};
    return model_.data(index, RunListModel::folderRole).toString();
}

QString RunsPanel::waiting() const
{
    const auto index = table_->currentIndex();
    if (!index.isValid() || !model_.data(index, RunListModel::queuedRole).toBool())
        return {};
    return QFileInfo(model_.data(index, RunListModel::folderRole).toString()).fileName();
}

void RunsPanel::showQueue()
{
    auto shown = runs_.folder();
    if (shown.startsWith(QDir::homePath()))
        shown.replace(0, QDir::homePath().size(), QStringLiteral("~"));
    folder_->setText(QDir::toNativeSeparators(shown));
    folder_->setToolTip(runs_.folder());
    const bool waits = !waiting().isEmpty();
    for (QToolButton* button : {up_, down_, remove_})
        button->setEnabled(waits);
    queue_->setEnabled(!runs_.queue().names().isEmpty());
}

} // namespace binaurium
