// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/RoomPanel.h"

#include "core/acoustics/RoomTuning.h"
#include "core/scene/Materials.h"
#include "core/scene/SceneValidation.h"
#include "core/support/Error.h"
#include "widgets/canvas/RoomFigures.h"
#include "widgets/document/SceneCommands.h"
#include "widgets/plot/BandChart.h"
#include "widgets/scene/CoefficientsDialog.h"
#include "widgets/scene/HeadChooser.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QToolButton>
#include <algorithm>

namespace binaurium {
namespace {

constexpr std::uint64_t roomKeys = 1ULL << 17; // merge keys of this panel's fields start here

// Why the walls cannot do what a room asks of them; empty where they can.
QString unreachable(const Room& room)
{
    if (room.wantedRt60S.empty())
        return {};
    try {
        (void)tunedRoom(room);
        return {};
    } catch (const Error& error) {
        return QString::fromStdString(error.what());
    }
}

} // namespace

RoomPanel::RoomPanel(SceneDocument& document, QWidget* parent) : QWidget(parent), document_(document)
{
    auto* form = new QFormLayout(this);
    makeSize(form);
    makeWalls(form);
    makeReverberation(form);
    makeScene(form);
    connect(&document_, &SceneDocument::changed, this, &RoomPanel::onChanged);
    showAll();
}

void RoomPanel::roomField(QFormLayout* form, const QString& name, const QString& words,
                          const QuantityEdit::Options& options, std::function<void(Room&, double)> set)
{
    auto* edit = new QuantityEdit(words, options, this);
    edit->setObjectName(name);
    form->addRow(words, edit);
    const auto key = roomKeys + fields_.size();
    fields_.push_back(edit);
    connect(edit, &QuantityEdit::valueEdited, this, [this, set = std::move(set), words, key](double value) {
        applyRoom(
            tr("Change %1 of the room").arg(words.toLower()), [&](Room& room) { set(room, value); }, key);
    });
}

void RoomPanel::makeSize(QFormLayout* form)
{
    const QuantityEdit::Options size{Quantity::LengthM, SceneLimits::roomMinM, SceneLimits::roomMaxM, 0.1, 3};
    roomField(form, QStringLiteral("length"), tr("Length x"), size, [](Room& r, double v) { r.sizeM.x = v; });
    roomField(form, QStringLiteral("width"), tr("Width y"), size, [](Room& r, double v) { r.sizeM.y = v; });
    roomField(form, QStringLiteral("height"), tr("Height z"), size, [](Room& r, double v) { r.sizeM.z = v; });
    anechoic_ = new QCheckBox(tr("Free field (no walls)"), this);
    form->addRow(QString(), anechoic_);
    connect(anechoic_, &QCheckBox::clicked, this, [this](bool on) {
        applyRoom(on ? tr("Take the walls away") : tr("Put walls up"), [on](Room& room) {
            room.anechoic = on;
            room.wantedRt60S.clear();
        });
    });
}

void RoomPanel::makeWalls(QFormLayout* form)
{
    const std::array wallNames{tr("Wall x = 0"),     tr("Wall x = length"), tr("Wall y = 0"),
                               tr("Wall y = width"), tr("Floor"),           tr("Ceiling")};
    for (std::size_t w = 0; w < wallCount; ++w) {
        walls_[w] = new QComboBox(this);
        walls_[w]->setAccessibleName(tr("Material: %1").arg(wallNames[w]));
        for (const Material& material : materials()) {
            walls_[w]->addItem(QString::fromUtf8(material.name));
            walls_[w]->setItemData(walls_[w]->count() - 1, QString::fromUtf8(material.reference), Qt::ToolTipRole);
        }
        walls_[w]->addItem(QStringLiteral("custom"));
        walls_[w]->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        walls_[w]->setMinimumContentsLength(10);
        absorption_[w] = new BandChart(tr("Absorption: %1").arg(wallNames[w]), BandChart::Size::Small, this);
        auto* row = new QHBoxLayout;
        row->addWidget(walls_[w], 1);
        row->addWidget(absorption_[w]);
        edits_[w] = new QToolButton(this);
        edits_[w]->setText(QStringLiteral("\u2026"));
        edits_[w]->setToolTip(tr("Edit the coefficients of this surface"));
        edits_[w]->setAccessibleName(tr("Coefficients: %1").arg(wallNames[w]));
        connect(edits_[w], &QToolButton::clicked, this, [this, w, name = wallNames[w]] { editCoefficients(w, name); });
        row->addWidget(edits_[w]);
        form->addRow(wallNames[w], row);
        connect(walls_[w], &QComboBox::activated, this, [this, w, name = wallNames[w]](int index) {
            const auto material = walls_[w]->itemText(index).toStdString();
            applyRoom(tr("Change material: %1").arg(name), [&](Room& room) {
                if (material == "custom" && room.walls[w].material != "custom")
                    room.walls[w] = customWall(wideAbsorptionOf(room.walls[w]), wideScatteringOf(room.walls[w]));
                else
                    room.walls[w].material = material;
            });
        });
    }
}

void RoomPanel::editCoefficients(std::size_t wall, const QString& name)
{
    const WallSurface& surface = document_.scene().room.walls[wall];
    auto* dialog = new CoefficientsDialog(name, wideAbsorptionOf(surface), wideScatteringOf(surface), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, wall, name] {
        applyRoom(tr("Change coefficients: %1").arg(name),
                  [&](Room& room) { room.walls[wall] = customWall(dialog->absorption(), dialog->scattering()); });
    });
    dialog->open();
}

void RoomPanel::makeReverberation(QFormLayout* form)
{
    rt60_ = new BandChart(tr("Reverberation time"), BandChart::Size::Large, this);
    form->addRow(new QLabel(tr("Reverberation time RT60 / s"), this));
    form->addRow(rt60_);
    critical_ = new QLabel(this);
    critical_->setToolTip(tr("Distance at which the reverberation is as loud as the direct sound, at 1 kHz"));
    form->addRow(tr("Critical distance"), critical_);
    wanted_ = new QCheckBox(tr("Ask for"), this);
    wanted_->setObjectName(QStringLiteral("wanted"));
    wanted_->setAccessibleName(tr("Ask for a reverberation time"));
    wanted_->setToolTip(tr("The absorption of the walls is scaled until the room has this reverberation time"));
    auto* edit = new QuantityEdit(tr("Wanted reverberation time"),
                                  {Quantity::TimeS, SceneLimits::rt60MinS, SceneLimits::rt60MaxS, 0.05, 3}, this);
    edit->setObjectName(QStringLiteral("rt60"));
    const auto key = roomKeys + fields_.size();
    fields_.push_back(edit);
    form->addRow(wanted_, edit);
    problem_ = new QLabel(this);
    problem_->setWordWrap(true);
    form->addRow(problem_);
    edit->setCheck([this](double value) {
        Room room = document_.scene().room;
        room.wantedRt60S = {value};
        return unreachable(room);
    });
    connect(edit, &QuantityEdit::valueEdited, this, [this, key](double value) {
        applyRoom(
            tr("Ask for a reverberation time"), [value](Room& room) { room.wantedRt60S = {value}; }, key);
    });
    connect(wanted_, &QCheckBox::clicked, this, [this](bool on) {
        const auto now = RoomFigures::of(document_.scene().room).rt60S[3].value_or(0.5);
        applyRoom(on ? tr("Ask for a reverberation time") : tr("Leave the reverberation to the walls"),
                  [&](Room& room) {
                      room.wantedRt60S.clear();
                      if (on)
                          room.wantedRt60S = {std::round(now * 100.0) / 100.0};
                  });
    });
}

void RoomPanel::makeScene(QFormLayout* form)
{
    roomField(form, QStringLiteral("temperature"), tr("Temperature / °C"), {Quantity::Plain, -20, 50, 1, 1},
              [](Room& r, double v) { r.temperatureC = v; });
    roomField(form, QStringLiteral("humidity"), tr("Humidity / %"), {Quantity::Plain, 5, 100, 5, 1},
              [](Room& r, double v) { r.relativeHumidityPercent = v; });
    const auto sceneField = [&](const QString& name, const QString& words, const QuantityEdit::Options& options,
                                double Scene::*member) {
        auto* edit = new QuantityEdit(words, options, this);
        edit->setObjectName(name);
        form->addRow(words, edit);
        fields_.push_back(edit);
        connect(edit, &QuantityEdit::valueEdited, this, [this, member, words](double value) {
            changeSetting(document_, tr("Change %1").arg(words.toLower()), value,
                          [member](Scene& scene) -> double& { return scene.*member; });
        });
    };
    sceneField(QStringLiteral("duration"), tr("Duration"), {Quantity::TimeS, 0.1, SceneLimits::durationMaxS, 0.5, 3},
               &Scene::durationS);
    auto* noise = new QuantityEdit(tr("Background noise"), {Quantity::LevelDb, -120, 0, 1, 1}, this);
    noise->setObjectName(QStringLiteral("noise"));
    form->addRow(tr("Background noise"), noise);
    fields_.push_back(noise);
    connect(noise, &QuantityEdit::valueEdited, this, [this](double value) {
        changeSetting(document_, tr("Change background noise"), value,
                      [](Scene& scene) -> double& { return scene.noise.levelDb; });
    });
    head_ = new HeadChooser(document_, this);
    form->addRow(tr("Head"), head_);
    connect(head_, &HeadChooser::refused, this, &RoomPanel::refused);
}

QuantityEdit* RoomPanel::field(const QString& name) const
{
    const auto found = std::find_if(fields_.begin(), fields_.end(),
                                    [&](const QuantityEdit* edit) { return edit->objectName() == name; });
    return found == fields_.end() ? nullptr : *found;
}

void RoomPanel::onChanged(const SceneChange& change)
{
    using Kind = SceneChange::Kind;
    if (change.kind == Kind::Everything || change.kind == Kind::Room || change.kind == Kind::Settings)
        showAll();
}

void RoomPanel::showAll()
{
    const Scene& scene = document_.scene();
    showRoom();
    field(QStringLiteral("temperature"))->setValue(scene.room.temperatureC);
    field(QStringLiteral("humidity"))->setValue(scene.room.relativeHumidityPercent);
    field(QStringLiteral("duration"))->setValue(scene.durationS);
    field(QStringLiteral("noise"))->setValue(scene.noise.levelDb);
}

void RoomPanel::showRoom()
{
    const Room& room = document_.scene().room;
    field(QStringLiteral("length"))->setValue(room.sizeM.x);
    field(QStringLiteral("width"))->setValue(room.sizeM.y);
    field(QStringLiteral("height"))->setValue(room.sizeM.z);
    for (std::size_t w = 0; w < wallCount; ++w) {
        walls_[w]->setCurrentText(QString::fromStdString(room.walls[w].material));
        walls_[w]->setEnabled(!room.anechoic);
        edits_[w]->setEnabled(!room.anechoic);
        absorption_[w]->setValues(absorptionOf(room.walls[w]), 1.0);
        absorption_[w]->setEnabled(!room.anechoic);
    }
    anechoic_->setChecked(room.anechoic);
    const auto& figures = RoomFigures::of(room);
    rt60_->setValues(figures.rt60S, 0.0, tr("s"));
    critical_->setText(figures.criticalDistanceM ? formatQuantity(*figures.criticalDistanceM, Quantity::LengthM, 2)
                                                 : tr("none"));
    problem_->setText(figures.problem);
    problem_->setVisible(!figures.problem.isEmpty());
    auto* wish = field(QStringLiteral("rt60"));
    wanted_->setEnabled(!room.anechoic);
    wanted_->setChecked(!room.wantedRt60S.empty());
    wish->setEnabled(!room.anechoic && !room.wantedRt60S.empty());
    if (room.wantedRt60S.size() > 1)
        wish->setMixed(); // one value per band
    else
        wish->setValue(room.wantedRt60S.empty() ? figures.rt60S[3].value_or(0.5) : room.wantedRt60S.front());
}

void RoomPanel::applyRoom(const QString& what, const std::function<void(Room&)>& edit, std::uint64_t mergeKey)
{
    Room room = document_.scene().room;
    edit(room);
    if (const QString why = unreachable(room); !why.isEmpty()) {
        emit refused(why);
        showAll();
        return;
    }
    QString why;
    if (const int moved = changeRoom(document_, what, room, mergeKey, &why); moved > 0)
        emit objectsMovedInside(moved);
    if (!why.isEmpty()) {
        emit refused(why);
        showAll();
    }
}

} // namespace binaurium
