// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

namespace binaurium {

// All heads of all layers at a glance: layers downwards, heads to the right, each its attention over the sound as a
// small strip. A click or the arrow keys choose one, Escape all of them.
class HeadThumbnails : public QWidget
{
    Q_OBJECT

public:
    explicit HeadThumbnails(QWidget* parent = nullptr);
    // `values`: [layer][head][moment]. What was chosen stays where it still exists.
    void setValues(int layers, int heads, std::vector<float> values);
    void setChosen(int layer, int head); // -1: all; says nothing
    [[nodiscard]] QRectF cell(int layer, int head) const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void chosen(int layer, int head);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void choose(int layer, int head);

    int layers_ = 0, heads_ = 0;
    std::vector<float> values_;
    int layer_ = -1, head_ = -1;
};

} // namespace binaurium
