// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/Item.h"

#include <QAbstractListModel>
#include <QStyledItemDelegate>
#include <memory>
#include <vector>

namespace binaurium {

// An item with its scene as values, shared and never changed.
struct PreviewItem
{
    Item item;
    Scene scene;
};
using PreviewItems = std::vector<std::shared_ptr<const PreviewItem>>;

// The sampled items in their order.
class PreviewModel : public QAbstractListModel
{
    Q_OBJECT

public:
    using QAbstractListModel::QAbstractListModel;

    void clear();
    void append(const PreviewItems& more);
    [[nodiscard]] std::shared_ptr<const PreviewItem> at(int row) const; // null where there is none
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    PreviewItems items_;
};

// One item of the grid: its plan, and below it sources and task. Only the items in sight are painted.
class PreviewDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace binaurium
