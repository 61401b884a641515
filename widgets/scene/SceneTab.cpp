// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/SceneTab.h"

#include "core/audio/AudioFile.h"
#include "core/audio/generators/Generators.h"
#include "core/dataset/Labels.h"
#include "core/scene/SceneFile.h"
#include "widgets/document/SceneCommands.h"
#include "widgets/scene/RoomPanel.h"
#include "widgets/scene/SourceTableModel.h"

#include <QClipboard>
#include <QGroupBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace binaurium {
namespace {

constexpr int settleMs = 150;

} // namespace

SceneTab::SceneTab(SceneDocument& document, std::unique_ptr<AudioOutput> output, QWidget* parent)
    : QWidget(parent), document_(document), live_(document)
{
    plan_ = new PlanView(document, this);
    model_ = new SourceTableModel(document, this);
    table_ = new QTableView(this);
    table_->setModel(model_);
    table_->setAccessibleName(tr("Table of sources"));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setTabKeyNavigation(false);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->verticalHeader()->setDefaultSectionSize(static_cast<int>(1.6 * fontMetrics().height()));
    transport_ = new TransportBar(std::move(output), this);

    auto* left = new QSplitter(Qt::Vertical, this);
    left->addWidget(plan_);
    left->addWidget(table_);
    left->setStretchFactor(0, 3);
    left->setStretchFactor(1, 1);
    left->setChildrenCollapsible(false);
    auto* whole = new QSplitter(Qt::Horizontal, this);
    whole->addWidget(left);
    whole->addWidget(makeSide());
    whole->setStretchFactor(0, 1);
    whole->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->addWidget(whole, 1);
    column->addWidget(transport_);

    settle_.setSingleShot(true);
    settle_.setInterval(settleMs);
    connect(&settle_, &QTimer::timeout, this, &SceneTab::render);
    connect(&document_, &SceneDocument::changed, this, &SceneTab::onChanged);
    connect(plan_, &PlanView::selectionChanged, this, &SceneTab::syncTableSelection);
    connect(plan_, &PlanView::filesDropped, this, &SceneTab::addFiles);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& now) {
        if (now.isValid())
            plan_->select(now.row());
    });
    connect(model_, &SourceTableModel::refused, this, &SceneTab::message);
    connect(model_, &SourceTableModel::soloChanged, this,
            [this](const QString& name, bool on) { live_.setSolo(name.toStdString(), on); });
    connectPlaying();
}

// Play goes through the live engine; what that cannot play (a measured room) is rendered first.
void SceneTab::connectPlaying()
{
    connect(transport_, &TransportBar::audioWanted, this, [this] {
        transport_->setBusy(tr("preparing…"));
        live_.prepare();
    });
    connect(&live_, &LivePlayer::ready, this, [this] {
        playsRendered_ = false;
        transport_->setBusy({});
        if (transport_->source() != live_.source().get())
            transport_->setSource(live_.source());
    });
    connect(&live_, &LivePlayer::warned, this, &SceneTab::message);
    connect(&live_, &LivePlayer::failed, this, [this](const QString&) {
        playsRendered_ = true;
        render();
    });
    connect(&worker_, &SceneRenderWorker::finished, this,
            [this](int, const std::shared_ptr<const RenderResult>& result) {
                rendered_ = result;
                transport_->setBusy({});
                if (playsRendered_)
                    transport_->setAudio(std::shared_ptr<const AudioBuffer>(result, &result->audio));
                for (const auto& warning : result->warnings)
                    emit message(QString::fromStdString(warning));
                emit renderedScene(result);
            });
    connect(&worker_, &SceneRenderWorker::failed, this, [this](int, const QString& reason) {
        transport_->setBusy(tr("cannot render"));
        emit message(reason);
    });
}

QWidget* SceneTab::makeSide()
{
    auto* side = new QWidget(this);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    auto* add = new QPushButton(tr("&Add source"), side);
    auto* menu = new QMenu(add);
    for (const Generator& generator : generators()) {
        const auto name = QString::fromUtf8(generator.name);
        menu->addAction(QString::fromUtf8(generator.description), this, [this, name] { addGenerator(name); });
    }
    add->setMenu(menu);
    add->setAccessibleName(tr("Add source"));
    auto* remove = new QPushButton(tr("&Delete"), side);
    remove->setAccessibleName(tr("Delete source"));
    connect(remove, &QPushButton::clicked, this, &SceneTab::deleteSelected);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(add);
    buttons->addWidget(remove);
    column->addLayout(buttons);
    auto* room = new QGroupBox(tr("Room and listener"), side);
    auto* panel = new RoomPanel(document_, room);
    (new QVBoxLayout(room))->addWidget(panel);
    connect(panel, &RoomPanel::refused, this, &SceneTab::message);
    column->addWidget(room);
    column->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(side);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setMinimumWidth(side->sizeHint().width() + 2 * fontMetrics().height());
    return scroll;
}

void SceneTab::onChanged(const SceneChange& change)
{
    rendered_.reset();
    if (change.kind == SceneChange::Kind::Everything) {
        playsRendered_ = false;
        transport_->stop();
        transport_->setSource(nullptr);
    } else if (playsRendered_) {
        if (transport_->isPlaying())
            settle_.start();
        else
            transport_->setAudio(nullptr);
    }
    showReadout();
}

void SceneTab::render()
{
    transport_->setBusy(tr("rendering…"));
    worker_.request(document_.scene(), document_.folder());
}

void SceneTab::syncTableSelection(int index)
{
    if (index >= 0)
        table_->selectRow(index);
    else
        table_->clearSelection();
    showReadout();
}

void SceneTab::showReadout()
{
    const Scene& scene = document_.scene();
    const int index = plan_->selection();
    if (index >= static_cast<int>(scene.sources.size()) || index == PlanView::nothing)
        return;
    if (index == PlanView::listenerIndex) {
        const Vec3& p = scene.listener.positionM;
        emit readout(tr("Listener: x %1 m, y %2 m, z %3 m, yaw %4°")
                         .arg(p.x, 0, 'f', 2)
                         .arg(p.y, 0, 'f', 2)
                         .arg(p.z, 0, 'f', 2)
                         .arg(scene.listener.orientation.yawDeg, 0, 'f', 0));
        return;
    }
    const Source& source = scene.sources[static_cast<std::size_t>(index)];
    const auto r = relativePosition(scene.listener, source.positionM);
    emit readout(tr("%1: x %2 m, y %3 m, z %4 m; %5 m away, azimuth %6°, elevation %7°")
                     .arg(QString::fromStdString(source.name))
                     .arg(source.positionM.x, 0, 'f', 2)
                     .arg(source.positionM.y, 0, 'f', 2)
                     .arg(source.positionM.z, 0, 'f', 2)
                     .arg(r.distanceM, 0, 'f', 2)
                     .arg(r.direction.azimuthDeg, 0, 'f', 0)
                     .arg(r.direction.elevationDeg, 0, 'f', 0));
}

void SceneTab::addGenerator(const QString& generator)
{
    Source source;
    source.sound.generator = generator.toStdString();
    source.sound.generatorSeed = document_.scene().sources.size() + 1;
    source.label = findLabel(source.sound.generator) != nullptr ? source.sound.generator : std::string();
    source.name = document_.freeName(source.sound.generator);
    source.loop = true;
    const auto& listener = document_.scene().listener;
    source.positionM = insideRoom(document_.scene().room,
                                  listener.positionM + HeadRotation(listener.orientation).toRoom({1.5, 0.5, 0.0}));
    document_.push(new AddSource(document_, source));
}

void SceneTab::addFiles(const QStringList& files, const Vec3& positionM)
{
    QStringList refused;
    for (const QString& file : files) {
        if (file.endsWith(QLatin1String(".json"))) {
            emit sceneFileDropped(file);
            continue;
        }
        try {
            (void)readAudioInfo(file.toStdString());
        } catch (const std::exception& e) {
            refused << QString::fromStdString(e.what());
            continue;
        }
        Source source;
        const std::filesystem::path path = file.toStdString();
        source.sound.file = std::filesystem::absolute(path).string();
        source.name = document_.freeName(path.stem().string());
        source.positionM = positionM;
        document_.push(new AddSource(document_, source));
    }
    if (!refused.isEmpty())
        emit message(refused.join(QLatin1Char('\n')));
}

void SceneTab::deleteSelected()
{
    if (plan_->selection() >= 0)
        document_.push(new RemoveSource(document_, plan_->selection()));
    else
        emit message(tr("The listener cannot be deleted; select a source first."));
}

void SceneTab::duplicateSelected()
{
    copySelected();
    paste();
}

void SceneTab::copySelected() const
{
    if (plan_->selection() < 0)
        return;
    const Json json = sourceToJson(document_.scene().sources[static_cast<std::size_t>(plan_->selection())]);
    QGuiApplication::clipboard()->setText(QString::fromStdString(json.dump(2)));
}

void SceneTab::paste()
{
    constexpr double offsetM = 0.3;
    const auto text = QGuiApplication::clipboard()->text().toStdString();
    try {
        const Json json = parseJson(text, "clipboard");
        Source source = sourceFromJson(JsonObject(json, "clipboard"));
        source.name = document_.freeName(source.name);
        source.positionM = insideRoom(document_.scene().room, source.positionM + Vec3{offsetM, offsetM, 0.0});
        document_.push(new AddSource(document_, source));
    } catch (const std::exception& e) {
        emit message(tr("The clipboard holds no source: %1").arg(QString::fromStdString(e.what())));
    }
}

} // namespace binaurium
