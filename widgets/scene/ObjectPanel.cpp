// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/ObjectPanel.h"

#include "core/dataset/Labels.h"
#include "core/scene/SceneValidation.h"
#include "widgets/document/ObjectCommands.h"
#include "widgets/document/PathEdits.h"
#include "widgets/document/SceneCommands.h"
#include "widgets/scene/WaypointModel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QTableView>
#include <algorithm>

namespace binaurium {
namespace {

constexpr std::uint64_t fieldKeys = 1ULL << 16; // merge keys of this panel's fields start here

RelativePosition relativeOf(const Scene& scene, int object)
{
    Pose listener{startOf(scene, listenerObject), scene.listener.orientation};
    return relativePosition(listener, startOf(scene, object));
}

void placeRelative(Scene& scene, int object, const Direction& direction, double distanceM)
{
    const Vec3 way = HeadRotation(scene.listener.orientation).toRoom(unitVector(direction));
    const Vec3 place = startOf(scene, listenerObject) + distanceM * way;
    translateObject(scene, object, place - startOf(scene, object));
}

// Checked, unchecked, or partly where the values differ.
void showCommon(QCheckBox* box, const std::vector<bool>& values)
{
    const auto on = std::count(values.begin(), values.end(), true);
    const bool mixed = on > 0 && on < static_cast<std::ptrdiff_t>(values.size());
    box->setTristate(mixed);
    box->setCheckState(mixed ? Qt::PartiallyChecked : on > 0 ? Qt::Checked : Qt::Unchecked);
}

} // namespace

ObjectPanel::ObjectPanel(SceneDocument& document, Selection& selection, QWidget* parent)
    : QWidget(parent), document_(document), selection_(selection)
{
    form_ = new QFormLayout(this);
    form_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    heading_ = new QLabel(this);
    heading_->setTextFormat(Qt::PlainText);
    QFont bold = heading_->font();
    bold.setBold(true);
    heading_->setFont(bold);
    form_->addRow(heading_);
    makeChoices(form_);
    makeFields();
    makePathControls(form_);
    connect(&document_, &SceneDocument::changed, this, &ObjectPanel::onChanged);
    connect(&selection_, &Selection::changed, this, &ObjectPanel::showAll);
    showAll();
}

void ObjectPanel::makeChoices(QFormLayout* form)
{
    name_ = new QLineEdit(this);
    name_->setAccessibleName(tr("Name"));
    connect(name_, &QLineEdit::editingFinished, this, &ObjectPanel::rename);
    form->addRow(tr("Name"), name_);
    label_ = new QComboBox(this);
    label_->setAccessibleName(tr("Label"));
    label_->setToolTip(tr("What the source is, from the list that questions and models know"));
    label_->addItem(tr("none"), QString());
    for (const Label& label : labels())
        label_->addItem(QString::fromUtf8(label.words), QString::fromUtf8(label.id));
    connect(label_, &QComboBox::activated, this, [this](int index) {
        editSources(tr("Label %1").arg(nameOf(document_.scene(), selection_.sources())),
                    [&](Source& source) { source.label = label_->itemData(index).toString().toStdString(); });
    });
    form->addRow(tr("Label"), label_);
    sound_ = new QWidget(this);
    auto* row = new QHBoxLayout(sound_);
    row->setContentsMargins(0, 0, 0, 0);
    soundName_ = new QLabel(sound_);
    soundName_->setTextFormat(Qt::PlainText);
    soundName_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* replace = new QPushButton(tr("Replace…"), sound_);
    replace->setAccessibleName(tr("Replace the sound"));
    connect(replace, &QPushButton::clicked, this, [this] { emit replaceSoundWanted(selection_.current()); });
    row->addWidget(soundName_, 1);
    row->addWidget(replace);
    form->addRow(tr("Sound"), sound_);
    muted_ = new QCheckBox(tr("Muted"), this);
    loop_ = new QCheckBox(tr("Loops"), this);
    auto* switches = new QHBoxLayout;
    switches->addWidget(muted_);
    switches->addWidget(loop_);
    form->addRow(QString(), switches);
    connect(muted_, &QCheckBox::clicked, this, [this](bool on) {
        editSources(on ? tr("Mute %1").arg(nameOf(document_.scene(), selection_.sources()))
                       : tr("Unmute %1").arg(nameOf(document_.scene(), selection_.sources())),
                    [&](Source& source) { source.muted = on; });
    });
    connect(loop_, &QCheckBox::clicked, this, [this](bool on) {
        editSources(tr("Change loop of %1").arg(nameOf(document_.scene(), selection_.sources())),
                    [&](Source& source) { source.loop = on; });
    });
    directivity_ = new QComboBox(this);
    directivity_->setAccessibleName(tr("Directivity"));
    for (const QString& words : {tr("even in all directions"), tr("subcardioid"), tr("cardioid"), tr("supercardioid"),
                                 tr("hypercardioid"), tr("figure of eight"), tr("first order"), tr("loudspeaker")})
        directivity_->addItem(words); // in the order of Directivity
    directivity_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    connect(directivity_, &QComboBox::activated, this, [this](int index) {
        editSources(tr("Change directivity of %1").arg(nameOf(document_.scene(), selection_.sources())),
                    [&](Source& source) { source.directivity = static_cast<Directivity>(index); });
    });
    form->addRow(tr("Radiates"), directivity_);
}

void ObjectPanel::addPlaceFields()
{
    const auto axis = [this](const QString& name, double Vec3::*member) {
        fields_.push_back({name,
                           name,
                           {Quantity::LengthM, 0, SceneLimits::roomMaxM, 0.1, 3},
                           true,
                           [member](const Scene& scene, int object) { return startOf(scene, object).*member; },
                           [member](Scene& scene, int object, double value) {
                               Vec3 delta;
                               delta.*member = value - startOf(scene, object).*member;
                               translateObject(scene, object, delta);
                           }});
    };
    axis(QStringLiteral("x"), &Vec3::x);
    axis(QStringLiteral("y"), &Vec3::y);
    axis(QStringLiteral("z"), &Vec3::z);
}

void ObjectPanel::addRelativeFields()
{
    fields_.push_back(
        {QStringLiteral("azimuth"),
         tr("Azimuth"),
         {Quantity::AngleDeg, -360, 360, 5, 1},
         false,
         [](const Scene& scene, int object) { return relativeOf(scene, object).direction.azimuthDeg; },
         [](Scene& scene, int object, double value) {
             const auto now = relativeOf(scene, object);
             placeRelative(scene, object, {wrapDegrees(value), now.direction.elevationDeg}, now.distanceM);
         }});
    fields_.push_back({QStringLiteral("elevation"),
                       tr("Elevation"),
                       {Quantity::AngleDeg, -90, 90, 5, 1},
                       false,
                       [](const Scene& scene, int object) { return relativeOf(scene, object).direction.elevationDeg; },
                       [](Scene& scene, int object, double value) {
                           const auto now = relativeOf(scene, object);
                           placeRelative(scene, object, {now.direction.azimuthDeg, value}, now.distanceM);
                       }});
    fields_.push_back({QStringLiteral("distance"),
                       tr("Distance"),
                       {Quantity::LengthM, SceneLimits::nearestSourceM, 2 * SceneLimits::roomMaxM, 0.1, 3},
                       false,
                       [](const Scene& scene, int object) { return relativeOf(scene, object).distanceM; },
                       [](Scene& scene, int object, double value) {
                           placeRelative(scene, object, relativeOf(scene, object).direction, value);
                       }});
}

void ObjectPanel::addSourceFields()
{
    const auto turn = [this](const QString& name, const QString& words, double limit, double Orientation::*member) {
        fields_.push_back(
            {name,
             words,
             {Quantity::AngleDeg, -limit, limit, 5, 1},
             true,
             [member](const Scene& scene, int object) {
                 return object == listenerObject ? scene.listener.orientation.*member
                                                 : sourceAt(scene, object).orientation.*member;
             },
             [member](Scene& scene, int object, double value) { orientationOf(scene, object).*member = value; }});
    };
    turn(QStringLiteral("yaw"), tr("Yaw"), 180, &Orientation::yawDeg);
    turn(QStringLiteral("pitch"), tr("Pitch"), 90, &Orientation::pitchDeg);
    turn(QStringLiteral("roll"), tr("Roll"), 180, &Orientation::rollDeg);
    const auto number = [this](const QString& name, const QString& words, const QuantityEdit::Options& options,
                               double Source::*member) {
        fields_.push_back(
            {name, words, options, false,
             [member](const Scene& scene, int object) { return sourceAt(scene, object).*member; },
             [member](Scene& scene, int object, double value) { sourceAt(scene, object).*member = value; }});
    };
    number(QStringLiteral("gain"), tr("Gain"),
           {Quantity::LevelDb, SceneLimits::gainMinDb, SceneLimits::gainMaxDb, 1, 1}, &Source::gainDb);
    number(QStringLiteral("start"), tr("Start"), {Quantity::TimeS, 0, SceneLimits::durationMaxS, 0.1, 3},
           &Source::startS);
    number(QStringLiteral("end"), tr("End (0: of the scene)"), {Quantity::TimeS, 0, SceneLimits::durationMaxS, 0.1, 3},
           &Source::endS);
    number(QStringLiteral("omni"), tr("Even share"), {Quantity::Plain, 0, 1, 0.05, 2}, &Source::omniShare);
}

void ObjectPanel::makeFields()
{
    addPlaceFields();
    addRelativeFields();
    addSourceFields();
    for (std::size_t i = 0; i < fields_.size(); ++i) {
        Field& field = fields_[i];
        field.edit = new QuantityEdit(field.words, field.options, this);
        form_->addRow(field.words, field.edit);
        field.edit->setCheck(
            [this, i](double value) { return newProblem(document_.scene(), edited(fields_[i], value)); });
        connect(field.edit, &QuantityEdit::valueEdited, this, [this, i](double value) { apply(fields_[i], value); });
    }
}

void ObjectPanel::makePathControls(QFormLayout* form)
{
    path_ = new QWidget(this);
    auto* column = new QVBoxLayout(path_);
    column->setContentsMargins(0, 0, 0, 0);
    waypointModel_ = new WaypointModel(document_, this);
    connect(waypointModel_, &WaypointModel::refused, this, &ObjectPanel::message);
    waypoints_ = new QTableView(path_);
    waypoints_->setModel(waypointModel_);
    waypoints_->setAccessibleName(tr("Waypoints"));
    waypoints_->setTabKeyNavigation(false);
    waypoints_->setSelectionBehavior(QAbstractItemView::SelectRows);
    waypoints_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    waypoints_->verticalHeader()->hide();
    waypoints_->setMaximumHeight(9 * fontMetrics().height());
    auto* remove = new QShortcut(QKeySequence::Delete, waypoints_, nullptr, nullptr, Qt::WidgetShortcut);
    connect(remove, &QShortcut::activated, this,
            [this] { waypointModel_->removeWaypoint(waypoints_->currentIndex().row()); });
    interpolation_ = new QComboBox(path_);
    interpolation_->setAccessibleName(tr("Way between the waypoints"));
    interpolation_->addItems({tr("straight"), tr("smooth")}); // in the order of PathInterpolation
    connect(interpolation_, &QComboBox::activated, this, [this](int index) {
        const auto kind = static_cast<PathInterpolation>(index);
        const int object = selection_.current();
        Scene changed = document_.scene();
        trajectoryOf(changed, object).interpolation = kind;
        if (const QString why = newProblem(document_.scene(), changed); !why.isEmpty()) {
            emit message(why);
            showAll();
            return;
        }
        editObjects(document_, tr("Change path of %1").arg(nameOf(document_.scene(), {object})), {object},
                    [&](Scene& scene, int which) { trajectoryOf(scene, which).interpolation = kind; });
    });
    auto* clear = new QPushButton(tr("Remove path"), path_);
    clear->setAccessibleName(tr("Remove path"));
    connect(clear, &QPushButton::clicked, this,
            [this] { setPath(document_, selection_.current(), {startOf(document_.scene(), selection_.current())}); });
    auto* row = new QHBoxLayout;
    row->addWidget(new QLabel(tr("Path"), path_));
    row->addWidget(interpolation_, 1);
    row->addWidget(clear);
    column->addLayout(row);
    column->addWidget(waypoints_);
    form->addRow(path_);
}

QuantityEdit* ObjectPanel::field(const QString& name) const
{
    const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const Field& f) { return f.name == name; });
    return found == fields_.end() ? nullptr : found->edit;
}

std::vector<int> ObjectPanel::objectsOf(const Field& field) const
{
    return field.ofListener ? selection_.list() : selection_.sources();
}

Scene ObjectPanel::edited(const Field& field, double value) const
{
    Scene changed = document_.scene();
    for (const int object : objectsOf(field))
        field.set(changed, object, value);
    return changed;
}

void ObjectPanel::apply(const Field& field, double value)
{
    const auto objects = objectsOf(field);
    const auto key = fieldKeys + static_cast<std::uint64_t>(&field - fields_.data());
    editObjects(
        document_, tr("Change %1 of %2").arg(field.words.toLower(), nameOf(document_.scene(), objects)), objects,
        [&](Scene& scene, int object) { field.set(scene, object, value); }, key);
}

void ObjectPanel::editSources(const QString& what, const std::function<void(Source&)>& edit)
{
    editObjects(document_, what, selection_.sources(),
                [&](Scene& scene, int object) { edit(sourceAt(scene, object)); });
}

void ObjectPanel::rename()
{
    const int object = selection_.current();
    if (object < 0 || !name_->isModified())
        return;
    name_->setModified(false);
    Scene changed = document_.scene();
    sourceAt(changed, object).name = name_->text().trimmed().toStdString();
    if (const QString why = newProblem(document_.scene(), changed); !why.isEmpty()) {
        emit message(why);
        showAll();
        return;
    }
    editObjects(document_, tr("Rename %1").arg(nameOf(document_.scene(), {object})), {object},
                [&](Scene& scene, int which) { sourceAt(scene, which).name = sourceAt(changed, which).name; });
}

void ObjectPanel::onChanged(const SceneChange& change)
{
    if (!change.more) // of a step with many objects the last one is enough
        showAll();
}

void ObjectPanel::showField(Field& field)
{
    const auto objects = objectsOf(field);
    const bool means = !objects.empty() && (field.ofListener || objects.size() == selection_.objects().size());
    form_->setRowVisible(field.edit, means);
    if (!means)
        return;
    const Scene& scene = document_.scene();
    if (field.name.size() == 1) { // x, y, z: as far as the room goes
        const double size = field.name == QLatin1String("x")   ? scene.room.sizeM.x
                            : field.name == QLatin1String("y") ? scene.room.sizeM.y
                                                               : scene.room.sizeM.z;
        field.edit->setRange(SceneLimits::wallMarginM, size - SceneLimits::wallMarginM);
    }
    const double first = field.get(scene, objects.front());
    const bool common = std::all_of(objects.begin(), objects.end(),
                                    [&](int object) { return std::abs(field.get(scene, object) - first) < 1e-9; });
    if (common)
        field.edit->setValue(first);
    else
        field.edit->setMixed();
}

void ObjectPanel::showAll()
{
    // A source that was just taken away may still be selected: the selection hears of it after this panel.
    const int count = static_cast<int>(document_.scene().sources.size());
    for (const int object : selection_.objects())
        if (object >= count)
            return;
    showing_ = true;
    const auto objects = selection_.list();
    heading_->setText(objects.empty() ? tr("Nothing is selected") : nameOf(document_.scene(), objects));
    for (Field& field : fields_)
        showField(field);
    showChoices();
    showing_ = false;
}

void ObjectPanel::showChoices()
{
    const Scene& scene = document_.scene();
    const auto sources = selection_.sources();
    const bool all = !sources.empty() && sources.size() == selection_.objects().size();
    const bool one = all && sources.size() == 1;
    form_->setRowVisible(name_, one);
    form_->setRowVisible(sound_, one);
    for (QWidget* row : {static_cast<QWidget*>(label_), static_cast<QWidget*>(directivity_)})
        form_->setRowVisible(row, all);
    muted_->setVisible(all);
    loop_->setVisible(all);
    const int current = selection_.current();
    const bool hasPath = selection_.objects().size() == 1 && !trajectoryOf(scene, current).empty();
    form_->setRowVisible(path_, hasPath);
    waypointModel_->setObject(hasPath ? current : noObject);
    if (hasPath)
        interpolation_->setCurrentIndex(static_cast<int>(trajectoryOf(scene, current).interpolation));
    if (!all)
        return;
    std::vector<bool> muted, loops;
    bool sameLabel = true, sameDirectivity = true;
    const Source& first = sourceAt(scene, sources.front());
    for (const int object : sources) {
        const Source& source = sourceAt(scene, object);
        muted.push_back(source.muted);
        loops.push_back(source.loop);
        sameLabel = sameLabel && source.label == first.label;
        sameDirectivity = sameDirectivity && source.directivity == first.directivity;
    }
    showCommon(muted_, muted);
    showCommon(loop_, loops);
    label_->setCurrentIndex(sameLabel ? label_->findData(QString::fromStdString(first.label)) : -1);
    directivity_->setCurrentIndex(sameDirectivity ? static_cast<int>(first.directivity) : -1);
    form_->setRowVisible(field(QStringLiteral("omni")),
                         sameDirectivity && first.directivity == Directivity::FirstOrder);
    if (!name_->isModified() || !name_->hasFocus())
        name_->setText(QString::fromStdString(first.name));
    const std::filesystem::path file = first.sound.file;
    soundName_->setText(file.empty() ? QString::fromStdString(first.sound.generator)
                                     : QString::fromStdString(file.filename().string()));
    soundName_->setToolTip(file.empty() ? tr("made by the program, seed %1").arg(first.sound.generatorSeed)
                                        : QString::fromStdString(file.string()));
}

} // namespace binaurium
