// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/ScenePreview.h"

#include "widgets/dataset/ItemText.h"
#include "widgets/dataset/PlanView.h"

#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QPushButton>
#include <QSplitter>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace binaurium {

ScenePreview::ScenePreview(std::unique_ptr<AudioOutput> output, QWidget* parent) : QWidget(parent)
{
    model_ = new PreviewModel(this);
    list_ = new QListView(this);
    list_->setModel(model_);
    list_->setItemDelegate(new PreviewDelegate(list_));
    list_->setAccessibleName(tr("Sampled items"));
    list_->setViewMode(QListView::IconMode);
    list_->setResizeMode(QListView::Adjust);
    list_->setMovement(QListView::Static);
    list_->setUniformItemSizes(true);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->installEventFilter(this);
    count_ = new QLabel(this);
    transport_ = new TransportBar(std::move(output), this);
    auto* left = new QWidget(this);
    auto* grid = new QVBoxLayout(left);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->addWidget(list_, 1);
    grid->addWidget(count_);
    auto* whole = new QSplitter(Qt::Horizontal, this);
    whole->addWidget(left);
    whole->addWidget(makeItemSide());
    whole->setStretchFactor(0, 1);
    whole->setStretchFactor(1, 1);
    whole->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->addWidget(whole, 1);
    column->addWidget(transport_);
    connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, &ScenePreview::showChosen);
    connect(list_, &QListView::activated, this, [this] { transport_->play(); });
    connect(open_, &QPushButton::clicked, this, [this] {
        if (const auto item = chosen())
            emit openWanted(item);
    });
    connectWork();
    showChosen();
}

QWidget* ScenePreview::makeItemSide()
{
    plan_ = new PlanView(this);
    text_ = new QTextBrowser(this);
    text_->setAccessibleName(tr("Question, answer and program"));
    text_->setTabChangesFocus(true);
    text_->installEventFilter(this);
    open_ = new QPushButton(tr("Open in &Scene tab"), this);
    open_->setAccessibleName(tr("Open in Scene tab"));
    auto* lower = new QWidget(this);
    auto* words = new QVBoxLayout(lower);
    words->setContentsMargins(0, 0, 0, 0);
    words->addWidget(text_, 1);
    words->addWidget(open_, 0, Qt::AlignLeft);
    auto* side = new QSplitter(Qt::Vertical, this);
    side->addWidget(plan_);
    side->addWidget(lower);
    side->setStretchFactor(0, 1);
    side->setStretchFactor(1, 1);
    side->setChildrenCollapsible(false);
    return side;
}

void ScenePreview::connectWork()
{
    connect(&sampler_, &BackgroundWork::failed, this, [this](const QString& sentence, ErrorKind kind) {
        showCount();
        emit failed(sentence, kind);
    });
    connect(&sampler_, &BackgroundWork::finished, this, [this] {
        showCount();
        emit sampled();
    });
    connect(transport_, &TransportBar::audioWanted, this, &ScenePreview::render);
    connect(&player_, &BackgroundWork::finished, this, [this] { transport_->setBusy({}); });
    connect(&player_, &BackgroundWork::failed, this, [this](const QString& sentence, ErrorKind kind) {
        transport_->stop();
        transport_->setBusy({});
        emit failed(sentence, kind);
    });
}

void ScenePreview::show(const std::optional<SampleRequest>& request)
{
    const int row = list_->currentIndex().row();
    model_->clear();
    showChosen();
    if (!request) {
        wanted_ = 0;
        showCount();
        return;
    }
    wanted_ = request->count;
    if (renderer_ == nullptr || headFolders_ != request->headFolders) {
        headFolders_ = request->headFolders;
        renderer_ = std::make_shared<ItemRenderer>(headFolders_);
    }
    sampler_.start([this, request = *request, row](const BackgroundWork::Context& context) {
        sampleItems(request, context, [this, row](const PreviewItems& items) {
            model_->append(items);
            // The same place of the grid stays chosen.
            if (!list_->currentIndex().isValid() && model_->rowCount() > std::max(0, row))
                list_->setCurrentIndex(model_->index(std::max(0, row)));
            showCount();
        });
    });
}

std::shared_ptr<const PreviewItem> ScenePreview::chosen() const
{
    return model_->at(list_->currentIndex().row());
}

void ScenePreview::showCount()
{
    const int count = model_->rowCount();
    count_->setText(sampler_.isRunning() ? tr("%1 of %2 items").arg(count).arg(wanted_)
                                         : tr("%n item(s)", nullptr, count));
}

void ScenePreview::showChosen()
{
    const auto item = chosen();
    transport_->stop();
    audio_ = nullptr;
    transport_->setAudio(nullptr);
    transport_->setWaveform(nullptr);
    transport_->setBusy({});
    transport_->setEnabled(item != nullptr);
    transport_->setDuration(item ? item->scene.durationS : 0.0);
    plan_->setItem(item);
    text_->setHtml(item ? itemHtml(*item) : QString());
    open_->setEnabled(item != nullptr);
}

void ScenePreview::render()
{
    const auto item = chosen();
    if (item == nullptr)
        return;
    transport_->setBusy(tr("rendering…"));
    player_.start([this, item, renderer = renderer_](const BackgroundWork::Context& context) {
        auto result = std::make_shared<const RenderResult>(renderer->render(item->item));
        context.deliver([this, item, audio = std::shared_ptr<const AudioBuffer>(result, &result->audio)] {
            if (item != chosen())
                return;
            audio_ = audio;
            transport_->setWaveform(audio);
            transport_->setAudio(audio); // plays on when Play was pressed
        });
    });
}

bool ScenePreview::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space && chosen()) {
        transport_->toggle();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace binaurium
