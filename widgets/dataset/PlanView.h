// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/dataset/PreviewModel.h"

#include <QWidget>

namespace binaurium {

// The large plan of one item.
class PlanView : public QWidget
{
    Q_OBJECT

public:
    explicit PlanView(QWidget* parent = nullptr);
    void setItem(std::shared_ptr<const PreviewItem> item); // null: none
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::shared_ptr<const PreviewItem> item_;
};

} // namespace binaurium
