// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/audition/TransportBar.h"
#include "widgets/canvas/SceneCanvas.h"
#include "widgets/scene/LiveHearing.h"
#include "widgets/scene/LivePlayer.h"
#include "widgets/scene/SceneEditing.h"
#include "widgets/scene/SceneRenderWorker.h"
#include "widgets/scene/SceneToolBar.h"

#include <QTimer>

class QSplitter;
class QTabWidget;
class QTableView;

namespace binaurium {

class ComparePanel;
class HearingPanel;
class MessageBar;
class ObjectPanel;
class RoomPanel;
class SoundPalette;
class SourceTableModel;
class Timeline;

// The scene: plan and elevation, table of objects, properties, room, and playing it.
class SceneTab : public QWidget
{
    Q_OBJECT

public:
    SceneTab(SceneDocument& document, std::unique_ptr<AudioOutput> output, QWidget* parent = nullptr,
             LiveHearing::Loader ears = defaultEars());
    ~SceneTab() override;

    [[nodiscard]] SceneCanvas& plan() { return *plan_; }
    [[nodiscard]] SceneCanvas& elevation() { return *elevation_; }
    [[nodiscard]] SceneToolBar& tools() { return *tools_; }
    [[nodiscard]] Selection& selection() { return selection_; }
    [[nodiscard]] CanvasOptions& options() { return options_; }
    [[nodiscard]] ViewFrame& frame() { return frame_; }
    [[nodiscard]] SceneEditing& editing() { return editing_; }
    [[nodiscard]] ObjectPanel& objectPanel() { return *object_; }
    [[nodiscard]] RoomPanel& roomPanel() { return *room_; }
    [[nodiscard]] MessageBar& messageBar() { return *bar_; }
    [[nodiscard]] TransportBar& transport() { return *transport_; }
    [[nodiscard]] QTableView& table() { return *table_; }
    [[nodiscard]] QTabWidget& side() { return *side_; }
    [[nodiscard]] QTabWidget& below() { return *below_; }
    [[nodiscard]] Timeline& timeline() { return *timeline_; }
    [[nodiscard]] SoundPalette& sounds() { return *sounds_; }
    [[nodiscard]] ComparePanel& compare() { return *compare_; }
    [[nodiscard]] HearingPanel& hearing() { return *hearing_; }
    // Who hears the scene while it plays; tests bring their own.
    static LiveHearing::Loader defaultEars();
    [[nodiscard]] LivePlayer& live() { return live_; }
    // The last rendered audio that belongs to the scene as it is now; null when it has changed since.
    [[nodiscard]] std::shared_ptr<const RenderResult> rendered() const { return rendered_; }
    void render();

signals:
    void message(const QString& text);
    // What render() was asked for does not come: it failed, or another scene was opened.
    void notRendered();
    void renderedScene(std::shared_ptr<const binaurium::RenderResult> result);
    void sceneFileDropped(const QString& path);
    void readout(const QString& text);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    // Plan and elevation side by side or above each other, whichever shows the room larger.
    void arrangeViews();
    void connectPlaying();
    void onChanged(const SceneChange& change);
    void giveUpRender();
    void showReadout();
    void makeViews();
    void makeTable();
    void makeSide(LiveHearing::Loader ears);
    void makeBelow();
    void connectPanels();
    void connectViews();
    void selectFromTable();
    void showSelectionInTable();
    void replaceSound(int source);

    SceneDocument& document_;
    Selection selection_;
    CanvasOptions options_;
    ViewFrame frame_;
    SceneEditing editing_;
    SceneCanvas* plan_;
    SceneCanvas* elevation_;
    SceneToolBar* tools_;
    QSplitter* views_;
    QTabWidget* side_;
    ObjectPanel* object_;
    RoomPanel* room_;
    SoundPalette* sounds_;
    ComparePanel* compare_;
    HearingPanel* hearing_;
    LiveHearing* ears_;
    QTabWidget* below_;
    Timeline* timeline_;
    MessageBar* bar_;
    QTableView* table_;
    SourceTableModel* model_;
    TransportBar* transport_;
    SceneRenderWorker worker_;
    LivePlayer live_;
    bool syncing_ = false;       // selection and table
    int awaited_ = 0;            // number of the render whose audio is of the scene as it is; 0: none
    bool renderWanted_ = false;  // somebody waits for the audio: a change starts it anew
    bool playsRendered_ = false; // a scene that cannot be played live is rendered and played
    QTimer idle_;                // renders the scene for its waveform once nothing changes any more
    QTimer settle_;              // renders it again while playing, once a change has settled
    std::shared_ptr<const RenderResult> rendered_;
};

} // namespace binaurium
