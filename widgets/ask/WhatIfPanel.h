// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/ask/ModelWorker.h"
#include "widgets/document/SceneDocument.h"
#include "widgets/scene/SceneRenderWorker.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>
#include <array>
#include <optional>

class QCheckBox;
class QLabel;
class QPushButton;
class QTableWidget;

namespace binaurium {

// A question with options that is pinned to the open scene: when a source is moved or the head is turned, the scene is
// rendered and judged again in the background, the newest change wins. Two situations can be kept beside the present.
class WhatIfPanel : public QWidget
{
    Q_OBJECT

public:
    WhatIfPanel(SceneDocument& document, ModelWorker& worker, QWidget* parent = nullptr,
                SceneRenderWorker::Render render = renderScene);
    // The question that a pin would take.
    void setQuestion(const QString& question, const AskOptions& options);
    [[nodiscard]] QPushButton& pinButton() { return *pin_; }
    [[nodiscard]] QPushButton& keepButton(int situation) { return *keep_[static_cast<std::size_t>(situation)]; }
    [[nodiscard]] QTableWidget& table() { return *table_; }
    [[nodiscard]] QString status() const;

signals:
    void message(const QString& text);
    void questionWanted(); // asks for setQuestion() before a pin

private:
    struct Situation
    {
        std::vector<double> probabilities;
        QStringList places; // "kettle 30°"
    };
    void pinOrRelease();
    void changed();
    void render();
    void heard(const std::shared_ptr<const RenderResult>& result);
    void judged(int number, const Answer& answer);
    void keep(std::size_t situation);
    void showAll();
    [[nodiscard]] QStringList placesNow() const;

    SceneDocument& document_;
    ModelWorker& worker_;
    SceneRenderWorker renderer_;
    QTimer settle_;
    QElapsedTimer since_; // the change that is being judged
    QString offered_, question_;
    AskOptions offeredOptions_, options_;
    int rendering_ = 0, judging_ = 0; // numbers of the newest requests
    QStringList renderedPlaces_;
    Situation now_;
    std::array<std::optional<Situation>, 2> kept_;
    QLabel* words_;
    QLabel* status_;
    QPushButton* pin_;
    std::array<QPushButton*, 2> keep_{};
    QTableWidget* table_;
};

} // namespace binaurium
