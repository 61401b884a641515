// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"

#include <QWidget>

class QPushButton;
class QTableWidget;

namespace binaurium {

// The test of causes beside the attention: what the answer's probability does when something is taken away.
class CausePanel : public QWidget
{
    Q_OBJECT

public:
    explicit CausePanel(QWidget* parent = nullptr);
    // Nothing is known about an answer yet; `testable`: there is one.
    void clear(bool testable);
    void setBusy(bool busy);
    void add(const OcclusionResult& result);
    [[nodiscard]] QPushButton& testButton() { return *test_; }
    [[nodiscard]] QTableWidget& table() { return *table_; }
    // "mute 1.0 to 2.0 s"
    [[nodiscard]] static QString words(const Occlusion& occlusion);

signals:
    void testWanted();
    void stopWanted();
    void rangeWanted(double fromS, double toS); // of a muted part that was chosen

private:
    QPushButton* test_;
    QPushButton* stop_;
    QTableWidget* table_;
    std::vector<Occlusion> rows_;
};

} // namespace binaurium
