// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/DatasetPage.h"

#include "widgets/controls/MessageBar.h"
#include "widgets/dataset/AuditPanel.h"
#include "widgets/dataset/BuildPanel.h"
#include "widgets/dataset/RecipeBar.h"
#include "widgets/dataset/ScenePreview.h"

#include <QGroupBox>
#include <QLineEdit>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace binaurium {

DatasetPage::DatasetPage(std::unique_ptr<AudioOutput> output, QWidget* parent) : QWidget(parent)
{
    recipes_ = new RecipeBar(this);
    bar_ = new MessageBar(this);
    pages_ = new QTabWidget(this);
    pages_->tabBar()->setAccessibleName(tr("Work on data sets"));
    pages_->setDocumentMode(true);
    preview_ = new ScenePreview(std::move(output), this);
    build_ = new BuildPanel(this);
    audit_ = new AuditPanel(this);
    auto* sets = new QSplitter(Qt::Horizontal, this);
    const auto group = [&](const QString& title, QWidget* panel) {
        auto* box = new QGroupBox(title, sets);
        auto* column = new QVBoxLayout(box);
        column->addWidget(panel);
        sets->addWidget(box);
    };
    group(tr("Build"), build_);
    group(tr("Audit"), audit_);
    sets->setStretchFactor(1, 1);
    sets->setChildrenCollapsible(false);
    pages_->addTab(preview_, tr("Items"));
    pages_->addTab(sets, tr("Build and audit"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(recipes_);
    column->addWidget(bar_);
    column->addWidget(pages_, 1);
    connectParts();
}

void DatasetPage::connectParts()
{
    connect(recipes_, &RecipeBar::changed, this, &DatasetPage::takeRequest);
    connect(recipes_, &RecipeBar::refused, this,
            [this](const QString& sentence) { say(QStringLiteral("recipe"), sentence, ErrorKind::BadInput); });
    connect(preview_, &ScenePreview::failed, this,
            [this](const QString& sentence, ErrorKind kind) { say(QStringLiteral("preview"), sentence, kind); });
    connect(preview_, &ScenePreview::openWanted, this,
            [this](const std::shared_ptr<const PreviewItem>& item) { open(*item); });
    connect(build_, &BuildPanel::failed, this,
            [this](const QString& sentence, ErrorKind kind) { say(QStringLiteral("build"), sentence, kind); });
    connect(build_, &BuildPanel::begun, this, [this] { bar_->withdraw(QStringLiteral("build")); });
    connect(build_, &BuildPanel::folderChanged, this, [this] {
        audit_->setFolder(build_->folderField().text().trimmed().isEmpty() ? QString() : build_->folder(),
                          headFolders());
        emit choicesChanged();
    });
    connect(build_, &BuildPanel::built, this, [this] { emit message(build_->state()); });
    connect(audit_, &AuditPanel::failed, this,
            [this](const QString& sentence, ErrorKind kind) { say(QStringLiteral("audit"), sentence, kind); });
    connect(audit_, &AuditPanel::message, this, &DatasetPage::message);
}

std::vector<std::filesystem::path> DatasetPage::headFolders() const
{
    const auto request = recipes_->request();
    return request ? request->headFolders : std::vector<std::filesystem::path>();
}

void DatasetPage::takeRequest()
{
    bar_->withdraw(QStringLiteral("recipe"));
    bar_->withdraw(QStringLiteral("preview"));
    const auto request = recipes_->request();
    preview_->show(request);
    build_->setRequest(request);
    audit_->setFolder(build_->folderField().text().trimmed().isEmpty() ? QString() : build_->folder(), headFolders());
    emit choicesChanged();
}

void DatasetPage::say(const QString& topic, const QString& sentence, ErrorKind kind)
{
    std::vector<MessageBar::Action> actions;
    if (kind == ErrorKind::Missing && sentence.contains(QLatin1String("head")))
        actions.push_back({tr("Folder of heads…"), [this] { recipes_->chooseHeadFolder(); }});
    bar_->say(topic, sentence, actions);
}

void DatasetPage::open(const PreviewItem& item)
{
    try {
        bool changed = false;
        const Scene scene = sceneToOpen(item, headFolders(), &changed);
        emit openSceneWanted(scene);
        if (changed)
            emit message(tr("The data set warps this item's head; the scene plays the head as it was measured."));
    } catch (const Error& e) {
        say(QStringLiteral("preview"), QString::fromStdString(e.what()), e.kind());
    }
}

bool DatasetPage::isBuilding() const
{
    return build_->isBuilding();
}

void DatasetPage::setChoices(const DatasetChoices& choices)
{
    choices_ = choices;
    build_->setFolder(choices.setFolder);
    if (shown_)
        recipes_->setChoices(choices);
}

DatasetChoices DatasetPage::choices() const
{
    DatasetChoices choices = choices_;
    if (shown_)
        recipes_->readInto(choices);
    choices.setFolder = build_->folderField().text().trimmed().isEmpty() ? QString() : build_->folder();
    return choices;
}

void DatasetPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (!shown_) {
        shown_ = true;
        recipes_->setChoices(choices_);
    }
}

} // namespace binaurium
