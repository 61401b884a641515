// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/document/SceneDocument.h"

#include <QAbstractTableModel>
#include <set>

namespace binaurium {

// The objects as a table, the listener last: the accessible equal of the views. Editing pushes the same commands.
class SourceTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Label, X, Y, Z, Gain, Start, End, Muted, Solo, Azimuth, Distance, ColumnCount };

    explicit SourceTableModel(SceneDocument& document, QObject* parent = nullptr);
    // Row of an object; -1 for noObject.
    [[nodiscard]] int rowOf(int object) const;
    [[nodiscard]] int objectAt(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;

signals:
    // An edit that the scene does not allow, in words; nothing was changed.
    void refused(const QString& reason);
    // Solo is of listening, not of the scene: it is not saved and not undone.
    void soloChanged(const QString& name, bool on);

private:
    void onChanged(const SceneChange& change);
    [[nodiscard]] bool isListener(const QModelIndex& index) const { return index.row() + 1 == rowCount(); }
    [[nodiscard]] QVariant listenerData(int column, int role) const;
    bool setListenerData(int column, const QVariant& value);
    bool apply(int row, const Source& source, const QString& what);

    SceneDocument& document_;
    // The rows as views know them: the document tells of a change when it is done, a view has to be told around it.
    std::vector<Source> shown_;
    std::set<std::string> solo_; // names
};

} // namespace binaurium
