// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/SceneTab.h"

#include "widgets/audition/CompareSource.h"
#include "widgets/controls/MessageBar.h"
#include "widgets/document/SceneCommands.h"
#include "widgets/scene/ComparePanel.h"
#include "widgets/scene/HearingPanel.h"
#include "widgets/scene/ObjectPanel.h"
#include "widgets/scene/RoomPanel.h"
#include "widgets/scene/SoundPalette.h"
#include "widgets/scene/SourceTableModel.h"
#include "widgets/scene/Timeline.h"

#include <QFileDialog>
#include <QHeaderView>
#include <QScrollArea>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

namespace binaurium {
namespace {

constexpr int settleMs = 150;
constexpr int idleMs = 1000;
constexpr double longestIdleS = 60.0; // longer scenes get their waveform when they are exported or asked about

} // namespace

SceneTab::SceneTab(SceneDocument& document, std::unique_ptr<AudioOutput> output, QWidget* parent,
                   LiveHearing::Loader ears)
    : QWidget(parent), document_(document), selection_(document), editing_(document, selection_), live_(document)
{
    tools_ = new SceneToolBar(options_, this);
    bar_ = new MessageBar(this);
    makeViews();
    makeTable();
    transport_ = new TransportBar(std::move(output), this);
    makeBelow();
    makeSide(std::move(ears));
    auto* left = new QSplitter(Qt::Vertical, this);
    left->addWidget(views_);
    left->addWidget(below_);
    left->setStretchFactor(0, 4);
    left->setStretchFactor(1, 1);
    left->setChildrenCollapsible(false);
    auto* whole = new QSplitter(Qt::Horizontal, this);
    whole->addWidget(left);
    whole->addWidget(side_);
    whole->setStretchFactor(0, 1);
    whole->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(tools_);
    column->addWidget(bar_);
    column->addWidget(whole, 1);
    column->addWidget(transport_);

    settle_.setSingleShot(true);
    settle_.setInterval(settleMs);
    connect(&settle_, &QTimer::timeout, this, &SceneTab::render);
    connect(&document_, &SceneDocument::changed, this, &SceneTab::onChanged);
    connect(&editing_, &SceneEditing::message, this, &SceneTab::message);
    connect(&editing_, &SceneEditing::sceneFileDropped, this, &SceneTab::sceneFileDropped);
    idle_.setSingleShot(true);
    idle_.setInterval(idleMs);
    connect(&idle_, &QTimer::timeout, this, [this] {
        if (!rendered_ && isVisible() && document_.scene().durationS <= longestIdleS)
            awaited_ = worker_.request(document_.scene(), document_.folder());
    });
    connectViews();
    connectPlaying();
    connectPanels();
}

SceneTab::~SceneTab()
{
    // The views look at members of this tab, which would be gone before Qt deletes the children of a widget.
    qDeleteAll(findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
}

void SceneTab::makeViews()
{
    const CanvasContext context{document_, selection_, options_, frame_};
    views_ = new QSplitter(Qt::Vertical, this);
    plan_ = new SceneCanvas(context, Plane::Plan, views_);
    elevation_ = new SceneCanvas(context, Plane::Front, views_);
    views_->addWidget(plan_);
    views_->addWidget(elevation_);
    views_->setChildrenCollapsible(false);
}

void SceneTab::arrangeViews()
{
    const Vec3& room = document_.scene().room.sizeM;
    const double across = acrossM(elevation_->plane(), room);
    const double beside = std::min(views_->width() / (room.x + across), views_->height() / std::max(room.y, room.z));
    const double above = std::min(views_->width() / std::max(room.x, across), views_->height() / (room.y + room.z));
    const auto wanted = beside > above ? Qt::Horizontal : Qt::Vertical;
    views_->setOrientation(wanted);
    const double first = wanted == Qt::Horizontal ? room.x / (room.x + across) : room.y / (room.y + room.z);
    const int whole = wanted == Qt::Horizontal ? views_->width() : views_->height();
    const int plan = static_cast<int>(std::clamp(first, 0.3, 0.7) * whole);
    views_->setSizes({plan, whole - plan});
}

void SceneTab::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    arrangeViews();
}

void SceneTab::makeTable()
{
    model_ = new SourceTableModel(document_, this);
    table_ = new QTableView(this);
    table_->setModel(model_);
    table_->setAccessibleName(tr("Table of objects"));
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table_->setTabKeyNavigation(false);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setResizeContentsPrecision(0); // by the visible rows: a drag changes them all the time
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->verticalHeader()->setDefaultSectionSize(static_cast<int>(1.5 * fontMetrics().height()));
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &SceneTab::selectFromTable);
    // The selection may have followed the scene before the table did.
    for (const auto& follow : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(model_, follow, this, &SceneTab::showSelectionInTable);
    connect(model_, &QAbstractItemModel::modelReset, this, &SceneTab::showSelectionInTable);
    connect(model_, &SourceTableModel::refused, this, &SceneTab::message);
    connect(model_, &SourceTableModel::soloChanged, this,
            [this](const QString& name, bool on) { live_.setSolo(name.toStdString(), on); });
}

void SceneTab::makeSide(LiveHearing::Loader ears)
{
    side_ = new QTabWidget(this);
    side_->tabBar()->setAccessibleName(tr("Panels"));
    const auto add = [this](QWidget* page, const QString& title) {
        auto* scroll = new QScrollArea(side_);
        scroll->setWidget(page);
        scroll->setWidgetResizable(true);
        scroll->setFrameShape(QFrame::NoFrame);
        scroll->setFocusPolicy(Qt::NoFocus);
        scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        scroll->setMinimumWidth(20 * fontMetrics().height());
        side_->addTab(scroll, title);
    };
    object_ = new ObjectPanel(document_, selection_, side_);
    room_ = new RoomPanel(document_, side_);
    sounds_ = new SoundPalette(side_);
    compare_ = new ComparePanel(side_);
    ears_ = new LiveHearing(transport_->tap(), std::move(ears), this);
    hearing_ = new HearingPanel(document_, *ears_, side_);
    add(object_, tr("Object"));
    add(room_, tr("Room"));
    add(sounds_, tr("Sounds"));
    add(compare_, tr("A/B"));
    add(hearing_, tr("Hearing"));
    connect(object_, &ObjectPanel::message, this, &SceneTab::message);
    connect(object_, &ObjectPanel::replaceSoundWanted, this, &SceneTab::replaceSound);
    connect(room_, &RoomPanel::refused, this, &SceneTab::message);
    connect(room_, &RoomPanel::objectsMovedInside, this, [this](int count) {
        bar_->say(QStringLiteral("room"), tr("%n object(s) did not fit and were moved inside.", nullptr, count),
                  {{tr("Undo"), [this] { document_.undoStack().undo(); }}});
    });
}

void SceneTab::makeBelow()
{
    timeline_ = new Timeline(document_, selection_, this);
    below_ = new QTabWidget(this);
    below_->tabBar()->setAccessibleName(tr("Objects and times"));
    below_->setTabPosition(QTabWidget::South);
    below_->setDocumentMode(true);
    below_->addTab(table_, tr("Objects"));
    below_->addTab(timeline_, tr("Times"));
}

LiveHearing::Loader SceneTab::defaultEars()
{
    return [] { return SpatialEars::load(); };
}

void SceneTab::connectPanels()
{
    connect(transport_, &TransportBar::positionChanged, this, [this](double timeS, bool playing) {
        const bool shown = playing || timeS > 0.0;
        hearing_->setPlayedS(timeS);
        timeline_->setPlayedS(shown ? std::optional(timeS) : std::nullopt);
        options_.setPlayedS(shown ? std::optional(timeS) : std::nullopt);
    });
    connect(timeline_, &Timeline::seekWanted, transport_, &TransportBar::seekS);
    connect(timeline_, &Timeline::message, this, &SceneTab::message);
    connect(sounds_, &SoundPalette::message, this, &SceneTab::message);
    connect(sounds_, &SoundPalette::addWanted, this, [this](const QByteArray& text) {
        const auto& listener = document_.scene().listener;
        editing_.addText(text.toStdString(),
                         insideRoom(document_.scene().room,
                                    listener.positionM + HeadRotation(listener.orientation).toRoom({1.5, 0.5, 0.0})));
    });
    connect(sounds_, &SoundPalette::listenWanted, this, [this](const std::shared_ptr<const AudioBuffer>& audio) {
        transport_->playOnce(audio, tr("listening to a sound"));
    });
    connect(compare_, &ComparePanel::renderWanted, this, &SceneTab::render);
    connect(compare_, &ComparePanel::endWanted, this, [this] { transport_->setSource(nullptr); });
    connect(compare_, &ComparePanel::playWanted, this, [this](const std::shared_ptr<CompareSource>& source) {
        if (transport_->source() != source.get())
            transport_->setSource(source);
        if (!transport_->isPlaying())
            transport_->play();
    });
    connect(hearing_, &HearingPanel::message, this, &SceneTab::message);
    connect(hearing_, &HearingPanel::heard, this, [this](const Localization& what) { options_.setHeard(what); });
    connect(hearing_, &HearingPanel::switchedOff, this, [this] { options_.setHeard({}); });
}

void SceneTab::connectViews()
{
    for (SceneCanvas* view : {plan_, elevation_}) {
        connect(view, &SceneCanvas::filesDropped, this, [this](const QStringList& files, const Vec3& at, int object) {
            if (object >= 0 && files.size() == 1 && !files.front().endsWith(QLatin1String(".json")))
                editing_.replaceSound(object, files.front().toStdString());
            else
                editing_.addFiles(files, at);
        });
        connect(view, &SceneCanvas::sourcesDropped, this,
                [this](const QByteArray& text, const Vec3& at) { editing_.addText(text.toStdString(), at); });
        connect(view, &SceneCanvas::hint, this, &SceneTab::readout);
        connect(view, &SceneCanvas::spaceTapped, this, [this] { transport_->toggle(); });
        connect(view, &SceneCanvas::toolDone, this, [this] { tools_->chooseTool(CanvasTool::Kind::Select); });
        connect(tools_, &SceneToolBar::toolChosen, view, &SceneCanvas::setTool);
        for (QAction* action : tools_->toolActions())
            view->addAction(action);
    }
    connect(tools_, &SceneToolBar::elevationChosen, this, [this](SceneToolBar::Elevation elevation) {
        elevation_->setVisible(elevation != SceneToolBar::Elevation::None);
        elevation_->setPlane(elevation == SceneToolBar::Elevation::Side ? Plane::Side : Plane::Front);
        arrangeViews();
    });
    connect(&selection_, &Selection::changed, this, [this] {
        showSelectionInTable();
        showReadout();
    });
    editing_.setPastePlace([this](const Vec3& copied) {
        const auto place = plan_->pointed(copied);
        return place ? place : elevation_->pointed(copied);
    });
    connect(&options_, &CanvasOptions::changed, this, [this] { editing_.setPasteStep(options_.grid().stepM); });
}

void SceneTab::selectFromTable()
{
    if (syncing_)
        return;
    std::set<int> objects;
    for (const auto& index : table_->selectionModel()->selectedRows())
        objects.insert(model_->objectAt(index.row()));
    syncing_ = true;
    selection_.set(std::move(objects), model_->objectAt(table_->currentIndex().row()));
    syncing_ = false;
}

void SceneTab::showSelectionInTable()
{
    if (syncing_)
        return;
    QItemSelection rows;
    for (const int object : selection_.objects()) {
        const int row = model_->rowOf(object);
        if (row >= 0 && row < model_->rowCount())
            rows.select(model_->index(row, 0), model_->index(row, SourceTableModel::ColumnCount - 1));
    }
    syncing_ = true;
    table_->selectionModel()->select(rows, QItemSelectionModel::ClearAndSelect);
    if (const int row = model_->rowOf(selection_.current()); row >= 0)
        table_->selectionModel()->setCurrentIndex(model_->index(row, 0), QItemSelectionModel::NoUpdate);
    syncing_ = false;
}

void SceneTab::replaceSound(int source)
{
    const auto file =
        QFileDialog::getOpenFileName(this, tr("Replace the sound"), {}, tr("Audio (*.wav *.flac *.ogg *.mp3 *.opus)"));
    if (!file.isEmpty() && source >= 0)
        editing_.replaceSound(source, file.toStdString());
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
            [this](int number, const std::shared_ptr<const RenderResult>& result) {
                if (number != awaited_)
                    return; // of the scene before a change
                rendered_ = result;
                renderWanted_ = false;
                transport_->setBusy({});
                const std::shared_ptr<const AudioBuffer> audio(result, &result->audio);
                transport_->setWaveform(audio);
                compare_->keep(audio, QString::fromStdString(document_.scene().listener.head));
                if (playsRendered_)
                    transport_->setAudio(std::shared_ptr<const AudioBuffer>(result, &result->audio));
                for (const auto& warning : result->warnings)
                    emit message(QString::fromStdString(warning));
                emit renderedScene(result);
            });
    connect(&worker_, &SceneRenderWorker::failed, this, [this](int number, const QString& reason) {
        if (number != awaited_)
            return;
        transport_->setBusy(tr("cannot render"));
        emit message(reason);
        giveUpRender();
    });
}

void SceneTab::onChanged(const SceneChange& change)
{
    rendered_.reset();
    worker_.cancel();
    awaited_ = 0;
    idle_.start();
    if (change.kind == SceneChange::Kind::Everything) {
        giveUpRender();
        arrangeViews();
        transport_->setWaveform(nullptr);
        transport_->setDuration(document_.scene().durationS);
    } else if (renderWanted_) {
        settle_.start();
    }
    // What is compared ends where the scene is heard again.
    if (compare_->source() && transport_->source() == compare_->source().get() && !compare_->isWaiting())
        transport_->setSource(nullptr);
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
    if (!change.more)
        showReadout();
}

void SceneTab::render()
{
    transport_->setBusy(tr("rendering…"));
    renderWanted_ = true;
    awaited_ = worker_.request(document_.scene(), document_.folder());
}

void SceneTab::giveUpRender()
{
    compare_->giveUp();
    if (std::exchange(renderWanted_, false))
        emit notRendered();
}

void SceneTab::showReadout()
{
    const auto count = selection_.objects().size();
    emit readout(count > 1 ? tr("%n object(s) selected", nullptr, static_cast<int>(count))
                           : SceneCanvas::describe(document_.scene(), selection_.current()));
}

} // namespace binaurium
