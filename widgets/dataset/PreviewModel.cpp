// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/PreviewModel.h"

#include "widgets/dataset/ItemPlan.h"

#include <QAbstractItemView>
#include <QPainter>
#include <algorithm>

namespace binaurium {
namespace {

constexpr int smallestLines = 9; // width of an item in lines of text

} // namespace

void PreviewModel::clear()
{
    beginResetModel();
    items_.clear();
    endResetModel();
}

void PreviewModel::append(const PreviewItems& more)
{
    if (more.empty())
        return;
    const int first = static_cast<int>(items_.size());
    beginInsertRows({}, first, first + static_cast<int>(more.size()) - 1);
    items_.insert(items_.end(), more.begin(), more.end());
    endInsertRows();
}

std::shared_ptr<const PreviewItem> PreviewModel::at(int row) const
{
    return row >= 0 && row < static_cast<int>(items_.size()) ? items_[static_cast<std::size_t>(row)] : nullptr;
}

int PreviewModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(items_.size());
}

QVariant PreviewModel::data(const QModelIndex& index, int role) const
{
    const auto one = at(index.row());
    if (one == nullptr)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return QString::fromStdString(one->item.task);
    case Qt::ToolTipRole:
        return QString::fromStdString(one->item.question);
    case Qt::AccessibleTextRole:
        return tr("%1, %2: %3 In the room: %4")
            .arg(QString::fromStdString(one->item.id), QString::fromStdString(one->item.task),
                 QString::fromStdString(one->item.question), sourceWords(one->scene).join(QStringLiteral(", ")));
    default:
        return {};
    }
}

void PreviewDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const auto one = static_cast<const PreviewModel*>(index.model())->at(index.row());
    if (one == nullptr)
        return;
    const auto theme = PlotTheme::of(option.palette);
    const int line = option.fontMetrics.height();
    const QRect frame = option.rect.adjusted(3, 3, -3, -3);
    painter->save();
    painter->fillRect(frame, theme.background);
    const QRect words = frame.adjusted(line / 3, frame.height() - 2 * line - line / 4, -line / 3, -line / 4);
    drawItemPlan(*painter, QRectF(frame).adjusted(2, 2, -2, -2.5 * line), one->scene, PlanDetail::Small, theme);
    painter->setPen(theme.text);
    painter->drawText(words, Qt::AlignLeft | Qt::AlignTop,
                      option.fontMetrics.elidedText(sourceWords(one->scene).join(QStringLiteral("  ")), Qt::ElideRight,
                                                    words.width()));
    painter->setPen(theme.outline);
    painter->drawText(words, Qt::AlignLeft | Qt::AlignBottom, QString::fromStdString(one->item.task));
    const bool chosen = (option.state & QStyle::State_Selected) != 0;
    painter->setBrush(Qt::NoBrush);
    painter->setPen(QPen(chosen ? theme.accent : theme.grid, chosen ? 3 : 1));
    painter->drawRect(frame);
    if ((option.state & QStyle::State_HasFocus) != 0) {
        painter->setPen(QPen(theme.text, 1, Qt::DotLine));
        painter->drawRect(frame.adjusted(3, 3, -3, -3));
    }
    painter->restore();
}

QSize PreviewDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const
{
    const int line = option.fontMetrics.height();
    const auto* view = qobject_cast<const QAbstractItemView*>(option.widget);
    const int room = view != nullptr ? view->viewport()->width() - 2 : 0; // whole columns fill the view
    const int columns = std::max(1, room / (smallestLines * line));
    return {std::max(smallestLines * line, room / columns), 10 * line};
}

} // namespace binaurium
