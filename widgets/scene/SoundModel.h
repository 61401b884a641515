// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/scene/Scene.h"

#include <QAbstractListModel>

namespace binaurium {

// One sound that can be put into a scene.
struct PaletteSound
{
    QString name;
    QString kind; // "generator", "recording", "speech", shown
    std::string label;
    Sound sound; // files absolute
    QString licence;
};

// The generators of the program and the dry sounds of the catalogue that are on this computer. Drags carry a source
// (sourcesToText) of the sound.
class SoundModel : public QAbstractListModel
{
    Q_OBJECT

public:
    explicit SoundModel(QObject* parent = nullptr);

    [[nodiscard]] const PaletteSound& at(int row) const { return sounds_[static_cast<std::size_t>(row)]; }
    // A source that plays it, at the origin.
    [[nodiscard]] Source sourceOf(int row) const;
    // Puts a sound to the others; used for words that were just spoken.
    int add(PaletteSound sound);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QStringList mimeTypes() const override;
    [[nodiscard]] QMimeData* mimeData(const QModelIndexList& indexes) const override;

private:
    std::vector<PaletteSound> sounds_;
};

} // namespace binaurium
