// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace binaurium {

// What the Dataset page remembers between two starts of the program.
struct DatasetChoices
{
    QString recipe = QStringLiteral("small"); // name of an installed one, or a file
    QString split = QStringLiteral("train");
    int count = 24;     // previews
    QString headFolder; // of SOFA files; empty: only those that are installed
    QString setFolder;  // built last
    friend bool operator==(const DatasetChoices&, const DatasetChoices&) = default;
};

} // namespace binaurium
