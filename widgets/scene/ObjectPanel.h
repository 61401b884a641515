// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/controls/QuantityEdit.h"
#include "widgets/document/Selection.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QTableView;

namespace binaurium {

class WaypointModel;

// Every property of the selected objects. Common values are shown, "–" where they differ; an edit applies to all of
// them in one step. Cartesian and polar places are two views of one.
class ObjectPanel : public QWidget
{
    Q_OBJECT

public:
    ObjectPanel(SceneDocument& document, Selection& selection, QWidget* parent = nullptr);

    // The field of a property, by its stable name: "x", "azimuth", "gain" ...; nullptr when there is none.
    [[nodiscard]] QuantityEdit* field(const QString& name) const;

signals:
    void message(const QString& text);
    void replaceSoundWanted(int source);

private:
    // One number of objects; sources and listener alike where it means something for both.
    struct Field
    {
        QString name;  // stable
        QString words; // shown
        QuantityEdit::Options options;
        bool ofListener = false;
        std::function<double(const Scene&, int object)> get;
        std::function<void(Scene&, int object, double)> set;
        QuantityEdit* edit = nullptr;
    };

    void makeFields();
    void addPlaceFields();
    void addRelativeFields();
    void addSourceFields();
    void makeChoices(QFormLayout* form);
    void makePathControls(QFormLayout* form);
    void onChanged(const SceneChange& change);
    void showAll();
    void showField(Field& field);
    void showChoices();
    [[nodiscard]] std::vector<int> objectsOf(const Field& field) const;
    [[nodiscard]] Scene edited(const Field& field, double value) const;
    void apply(const Field& field, double value);
    void editSources(const QString& what, const std::function<void(Source&)>& edit);
    void rename();

    SceneDocument& document_;
    Selection& selection_;
    std::vector<Field> fields_;
    QFormLayout* form_;
    QLabel* heading_;
    QLineEdit* name_;
    QComboBox* label_;
    QComboBox* directivity_;
    QCheckBox* loop_;
    QCheckBox* muted_;
    QWidget* sound_;
    QLabel* soundName_;
    QComboBox* interpolation_;
    QWidget* path_;
    QTableView* waypoints_;
    WaypointModel* waypointModel_;
    bool showing_ = false;
};

} // namespace binaurium
