// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/HearingPanel.h"

#include "widgets/plot/AzimuthPlot.h"

#include <QCheckBox>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

namespace binaurium {

HearingPanel::HearingPanel(SceneDocument& document, LiveHearing& hearing, QWidget* parent)
    : QWidget(parent), document_(document)
{
    on_ = new QCheckBox(tr("Hear while it plays"), this);
    on_->setToolTip(tr("The spatial encoder listens to the last second of what plays"));
    plot_ = new AzimuthPlot(this);
    pace_ = new QLabel(tr("Play the scene to hear what the model hears."), this);
    pace_->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->addWidget(on_);
    column->addWidget(plot_, 1);
    column->addWidget(pace_);
    connect(on_, &QCheckBox::toggled, this, [this, &hearing](bool on) {
        hearing.setOn(on);
        if (!on)
            emit switchedOff();
    });
    connect(&hearing, &LiveHearing::heard, this, &HearingPanel::showHeard);
    connect(&hearing, &LiveHearing::failed, this, [this](const QString& reason) {
        on_->setChecked(false);
        emit message(reason);
    });
}

void HearingPanel::showHeard(const Localization& what, double latencyMs, double workMs)
{
    const double periodMs = since_.isValid() ? static_cast<double>(since_.elapsed()) : 0.0;
    since_.start();
    // In the middle of the second that was heard.
    const Scene now = sceneAt(document_.scene(), std::max(0.0, playedS_ - 0.5 * LiveHearing::windowS));
    plot_->setData(azimuthData(what, &now));
    pace_->setText(tr("%1 ms after the sound (encoder %2 ms), %3 times a second")
                       .arg(latencyMs, 0, 'f', 0)
                       .arg(workMs, 0, 'f', 0)
                       .arg(periodMs > 0.0 ? 1000.0 / periodMs : 0.0, 0, 'f', 1));
    emit heard(what);
}

} // namespace binaurium
