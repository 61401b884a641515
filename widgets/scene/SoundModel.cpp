// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/SoundModel.h"

#include "core/audio/generators/Generators.h"
#include "core/dataset/Labels.h"
#include "core/dataset/SoundCatalogue.h"
#include "core/support/DataPaths.h"
#include "core/support/Error.h"
#include "widgets/canvas/SceneCanvas.h"
#include "widgets/document/SceneClipboard.h"

#include <QMimeData>

namespace binaurium {

SoundModel::SoundModel(QObject* parent) : QAbstractListModel(parent)
{
    for (const Generator& generator : generators()) {
        const std::string name = generator.name;
        sounds_.push_back({QString::fromUtf8(generator.description), tr("generator"),
                           findLabel(name) != nullptr ? name : std::string(), Sound{{}, name, 1}, tr("none needed")});
    }
    try {
        const auto catalogue = SoundCatalogue::read();
        for (const auto& sound : catalogue.sounds()) {
            if (sound.file.empty())
                continue;
            if (const auto file = findData(sound.file); !file.empty())
                sounds_.push_back({QString::fromStdString(sound.id), tr("recording"), sound.label,
                                   Sound{std::filesystem::absolute(file).string(), {}, 0},
                                   QString::fromStdString(sound.licence)});
        }
    } catch (const Error&) {
        // Without the catalogue there are still the generators.
    }
}

int SoundModel::add(PaletteSound sound)
{
    const int row = rowCount();
    beginInsertRows({}, row, row);
    sounds_.push_back(std::move(sound));
    endInsertRows();
    return row;
}

Source SoundModel::sourceOf(int row) const
{
    const PaletteSound& chosen = at(row);
    Source source;
    source.name = chosen.sound.file.empty() ? chosen.sound.generator : chosen.name.toStdString();
    source.label = chosen.label;
    source.sound = chosen.sound;
    source.loop = true;
    source.positionM = {};
    return source;
}

int SoundModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(sounds_.size());
}

QVariant SoundModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const PaletteSound& sound = at(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return sound.name;
    case Qt::ToolTipRole:
        return tr("%1, %2\nLabel: %3\nLicence: %4")
            .arg(sound.name, sound.kind, sound.label.empty() ? tr("none") : QString::fromStdString(sound.label),
                 sound.licence);
    case Qt::UserRole: // what a search looks at
        return QStringList{sound.name, sound.kind, QString::fromStdString(sound.label)}.join(QLatin1Char(' '));
    default:
        return {};
    }
}

Qt::ItemFlags SoundModel::flags(const QModelIndex& index) const
{
    return index.isValid() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled : Qt::NoItemFlags;
}

QStringList SoundModel::mimeTypes() const
{
    return {sourcesMimeType};
}

QMimeData* SoundModel::mimeData(const QModelIndexList& indexes) const
{
    std::vector<Source> sources;
    for (const QModelIndex& index : indexes)
        sources.push_back(sourceOf(index.row()));
    const auto text = QByteArray::fromStdString(sourcesToText(sources, {}));
    auto* data = new QMimeData;
    data->setData(sourcesMimeType, text);
    data->setText(QString::fromUtf8(text));
    return data;
}

} // namespace binaurium
