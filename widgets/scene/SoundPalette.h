// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/AudioBuffer.h"

#include "widgets/controls/BackgroundWork.h"
#include <QProcess>

#include <QWidget>
#include <memory>

class QLineEdit;
class QListView;
class QSortFilterProxyModel;

namespace binaurium {

class SoundModel;

// Sounds to put into the room: search, listen, drag into a view or add. Own words are spoken by espeak-ng where that is
// installed.
class SoundPalette : public QWidget
{
    Q_OBJECT

public:
    explicit SoundPalette(QWidget* parent = nullptr);

    [[nodiscard]] QLineEdit& search() { return *search_; }
    [[nodiscard]] QListView& list() { return *list_; }
    // Four seconds of the chosen sound.
    void listen();
    void addChosen();
    // Makes a sound of words; a message when it cannot be.
    void speak(const QString& words);

signals:
    void listenWanted(std::shared_ptr<const binaurium::AudioBuffer> audio);
    void addWanted(const QByteArray& text); // sourcesToText()
    void message(const QString& text);

private:
    void spoken(const QString& words, const QString& file);
    [[nodiscard]] int chosenRow() const; // of the model; -1: none

    SoundModel* model_;
    QSortFilterProxyModel* filtered_;
    QLineEdit* search_;
    QListView* list_;
    QLineEdit* words_;
    BackgroundWork reading_; // of the sound that is to be heard
    QProcess speaker_;
};

} // namespace binaurium
