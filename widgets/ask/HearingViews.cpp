// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/HearingViews.h"

#include "widgets/ask/AttentionView.h"
#include "widgets/ask/CausePanel.h"
#include "widgets/ask/HeadThumbnails.h"
#include "widgets/ask/WhereView.h"
#include "widgets/plot/SoundView.h"

#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace binaurium {

HearingViews::HearingViews(QWidget* parent) : QWidget(parent)
{
    sound_ = new SoundView(this);
    where_ = new WhereView(this);
    attention_ = new AttentionView(this);
    causes_ = new CausePanel(this);
    auto* why = new QWidget(this);
    auto* below = new QHBoxLayout;
    below->addWidget(&attention_->thumbnails(), 1);
    below->addWidget(causes_, 3);
    auto* column = new QVBoxLayout(why);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(attention_, 3);
    column->addLayout(below, 3);
    // Pages without frames, so that their time axes stand below that of the sound.
    pages_ = new QTabWidget(this);
    pages_->setDocumentMode(true);
    pages_->tabBar()->setAccessibleName(tr("Views of the hearing"));
    pages_->addTab(where_, tr("Where"));
    pages_->addTab(why, tr("Attention and causes"));
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(sound_, 1);
    whole->addWidget(pages_, 4);
    connect(sound_, &SoundView::cursorMoved, where_, &WhereView::setCursor);
    connect(sound_, &SoundView::cursorMoved, attention_, &AttentionView::setCursor);
    connect(where_, &WhereView::cursorMoved, sound_, &SoundView::setCursor);
    connect(attention_, &AttentionView::cursorMoved, sound_, &SoundView::setCursor);
    connect(sound_, &SoundView::rangeChanged, attention_, [this] { attention_->setRange(sound_->range()); });
    const auto choose = [this](double fromS, double toS) {
        sound_->setCursor(fromS);
        sound_->setRange(SoundView::Range(fromS, toS));
    };
    connect(where_, &WhereView::rangeWanted, sound_, choose);
}

void HearingViews::addPage(QWidget* page, const QString& title)
{
    pages_->addTab(page, title);
}

} // namespace binaurium
