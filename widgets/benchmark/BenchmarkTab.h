// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace binaurium {

// Says which command measures a model so far.
class BenchmarkTab : public QWidget
{
    Q_OBJECT

public:
    explicit BenchmarkTab(QWidget* parent = nullptr);
};

} // namespace binaurium
