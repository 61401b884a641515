// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/audition/TransportBar.h"
#include "widgets/scene/LivePlayer.h"
#include "widgets/scene/PlanView.h"
#include "widgets/scene/SceneRenderWorker.h"

#include <QTimer>

class QLabel;
class QTableView;

namespace binaurium {

class SourceTableModel;

// The scene: plan, table of sources, room, and playing it.
class SceneTab : public QWidget
{
    Q_OBJECT

public:
    SceneTab(SceneDocument& document, std::unique_ptr<AudioOutput> output, QWidget* parent = nullptr);

    [[nodiscard]] PlanView& plan() { return *plan_; }
    [[nodiscard]] TransportBar& transport() { return *transport_; }
    [[nodiscard]] QTableView& table() { return *table_; }

    void addGenerator(const QString& generator);
    void addFiles(const QStringList& files, const Vec3& positionM);
    void deleteSelected();
    void duplicateSelected();
    void copySelected() const;
    void paste();
    [[nodiscard]] LivePlayer& live() { return live_; }
    // The last rendered audio that belongs to the scene as it is now; null when it has changed since.
    [[nodiscard]] std::shared_ptr<const RenderResult> rendered() const { return rendered_; }
    void render();

signals:
    void message(const QString& text);
    void renderedScene(std::shared_ptr<const binaurium::RenderResult> result);
    void sceneFileDropped(const QString& path);
    void readout(const QString& text);

private:
    void connectPlaying();
    void onChanged(const SceneChange& change);
    void showReadout();
    void syncTableSelection(int index);
    [[nodiscard]] QWidget* makeSide();

    SceneDocument& document_;
    PlanView* plan_;
    QTableView* table_;
    SourceTableModel* model_;
    TransportBar* transport_;
    SceneRenderWorker worker_;
    LivePlayer live_;
    bool playsRendered_ = false; // a scene that cannot be played live is rendered and played
    QTimer settle_;              // renders it again while playing, once a change has settled
    std::shared_ptr<const RenderResult> rendered_;
};

} // namespace binaurium
