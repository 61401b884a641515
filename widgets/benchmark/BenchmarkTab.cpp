// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/benchmark/BenchmarkTab.h"

#include <QLabel>
#include <QVBoxLayout>

namespace binaurium {

BenchmarkTab::BenchmarkTab(QWidget* parent) : QWidget(parent)
{
    auto* how = new QLabel(tr("A model is measured on the command line so far:\n\n"
                              "binaurium-cli evaluate --heads FOLDER -o report.json\n\n"
                              "It renders single sources through a head, in rooms and with sounds that were not used "
                              "in training, and reports\n"
                              "azimuth, front/back, elevation and distance errors and the accuracy of direction "
                              "questions, with and without audio.\n"
                              "docs/model-card.md shows the numbers of the shipped model."),
                           this);
    how->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    how->setFocusPolicy(Qt::StrongFocus);
    how->setAccessibleName(tr("How to measure a model"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(how);
    column->addStretch(1);
}

} // namespace binaurium
