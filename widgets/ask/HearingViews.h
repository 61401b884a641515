// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QTabWidget;

namespace binaurium {

class AttentionView;
class CausePanel;
class SoundView;
class WhereView;

// The sound with all that is seen of how the model hears it: who is where, and where it looked and why, on one time
// axis with one play head and one range.
class HearingViews : public QWidget
{
    Q_OBJECT

public:
    explicit HearingViews(QWidget* parent = nullptr);
    // One more page.
    void addPage(QWidget* page, const QString& title);
    [[nodiscard]] SoundView& sound() { return *sound_; }
    [[nodiscard]] WhereView& where() { return *where_; }
    [[nodiscard]] AttentionView& attention() { return *attention_; }
    [[nodiscard]] CausePanel& causes() { return *causes_; }
    [[nodiscard]] QTabWidget& pages() { return *pages_; }

private:
    SoundView* sound_;
    QTabWidget* pages_;
    WhereView* where_;
    AttentionView* attention_;
    CausePanel* causes_;
};

} // namespace binaurium
