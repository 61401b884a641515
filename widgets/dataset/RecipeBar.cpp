// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/RecipeBar.h"

#include "core/support/DataPaths.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <set>

namespace binaurium {
namespace {

constexpr int settleMs = 200;
constexpr int mostPreviews = 1000;
constexpr double largestSeed = 4'611'686'018'427.0; // of recipes (core/dataset/Recipe.cpp)

std::set<QString> installedRecipes()
{
    std::set<QString> names;
    for (const auto& folder : dataFolders()) {
        std::error_code code;
        for (const auto& entry : std::filesystem::directory_iterator(folder / "models/recipes", code))
            if (entry.path().extension() == ".toml")
                names.insert(QString::fromStdString(entry.path().stem().string()));
    }
    return names;
}

} // namespace

RecipeBar::RecipeBar(QWidget* parent) : QWidget(parent)
{
    recipes_ = new QComboBox(this);
    recipes_->setAccessibleName(tr("Recipe"));
    recipes_->setMinimumContentsLength(12);
    for (const QString& name : installedRecipes())
        recipes_->addItem(name, name);
    recipes_->setCurrentIndex(-1);
    auto* open = new QPushButton(tr("&Open recipe…"), this);
    open->setAccessibleName(tr("Open recipe"));
    splits_ = new QComboBox(this);
    splits_->setAccessibleName(tr("Split"));
    for (const Split split : {Split::Train, Split::Validation, Split::Test})
        splits_->addItem(QString::fromStdString(splitId(split)), QString::fromStdString(splitId(split)));
    seed_ = new QDoubleSpinBox(this);
    seed_->setAccessibleName(tr("Seed"));
    seed_->setToolTip(tr("The same recipe and seed give the same items everywhere"));
    seed_->setDecimals(0);
    seed_->setRange(0.0, largestSeed);
    seed_->setMaximumWidth(8 * fontMetrics().height());
    count_ = new QSpinBox(this);
    count_->setAccessibleName(tr("Number of previews"));
    count_->setRange(1, mostPreviews);
    count_->setValue(DatasetChoices().count);
    heads_ = new QToolButton(this);
    heads_->setText(tr("&Heads…"));
    heads_->setAccessibleName(tr("Folder of heads"));
    heads_->setToolTip(tr("Folder of the SOFA files that the recipe's heads are read from"));
    heads_->setFocusPolicy(Qt::StrongFocus);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    const auto add = [&](const QString& words, QWidget* field) {
        auto* label = new QLabel(words, this);
        label->setBuddy(field);
        row->addWidget(label);
        row->addWidget(field);
    };
    add(tr("&Recipe"), recipes_);
    row->addWidget(open);
    row->addSpacing(fontMetrics().height());
    add(tr("S&plit"), splits_);
    add(tr("S&eed"), seed_);
    add(tr("&Number"), count_);
    row->addStretch(1);
    row->addWidget(heads_);
    settle_.setSingleShot(true);
    settle_.setInterval(settleMs);
    connect(&settle_, &QTimer::timeout, this, &RecipeBar::changed);
    connect(recipes_, &QComboBox::activated, this, &RecipeBar::takeIndex);
    connect(open, &QPushButton::clicked, this, &RecipeBar::openFile);
    connect(splits_, &QComboBox::currentIndexChanged, this, [this] { settle_.start(); });
    connect(seed_, &QDoubleSpinBox::valueChanged, this, [this] { settle_.start(); });
    connect(count_, &QSpinBox::valueChanged, this, [this] { settle_.start(); });
    connect(heads_, &QToolButton::clicked, this, &RecipeBar::chooseHeadFolder);
}

bool RecipeBar::read(const QString& nameOrFile)
{
    try {
        recipe_ = readRecipe(nameOrFile.toStdString());
        chosen_ = nameOrFile;
        const QSignalBlocker quiet(seed_);
        seed_->setValue(static_cast<double>(recipe_->seed));
        for (int i = 0; i < splits_->count(); ++i)
            splits_->setItemText(i, tr("%1 (%L2)", "name of a split and its number of items")
                                        .arg(splits_->itemData(i).toString())
                                        .arg(static_cast<qlonglong>(recipe_->count[static_cast<std::size_t>(i)])));
        settle_.start();
        return true;
    } catch (const std::exception& e) {
        emit refused(QString::fromStdString(e.what()));
        return false;
    }
}

void RecipeBar::choose(const QString& nameOrFile)
{
    const QString before = chosen_;
    int index = recipes_->findData(nameOrFile);
    if (read(nameOrFile) && index < 0) {
        recipes_->addItem(QFileInfo(nameOrFile).fileName(), nameOrFile);
        index = recipes_->count() - 1;
        recipes_->setItemData(index, nameOrFile, Qt::ToolTipRole);
    }
    recipes_->setCurrentIndex(chosen_ == before ? recipes_->findData(before) : index);
}

void RecipeBar::takeIndex(int index)
{
    choose(recipes_->itemData(index).toString());
}

void RecipeBar::openFile()
{
    const auto file =
        QFileDialog::getOpenFileName(this, tr("Open recipe"), QFileInfo(chosen_).path(), tr("Recipes (*.toml)"));
    if (!file.isEmpty())
        choose(file);
}

void RecipeBar::chooseHeadFolder()
{
    const auto folder = QFileDialog::getExistingDirectory(this, tr("Folder of SOFA files"), headFolder_);
    if (folder.isEmpty())
        return;
    headFolder_ = folder;
    heads_->setToolTip(tr("Heads are read from %1").arg(folder));
    settle_.start();
}

void RecipeBar::setChoices(const DatasetChoices& choices)
{
    splits_->setCurrentIndex(std::max(0, splits_->findData(choices.split)));
    count_->setValue(choices.count);
    headFolder_ = choices.headFolder;
    if (!headFolder_.isEmpty())
        heads_->setToolTip(tr("Heads are read from %1").arg(headFolder_));
    choose(choices.recipe);
    if (!recipe_) // the file is gone
        choose(DatasetChoices().recipe);
}

void RecipeBar::readInto(DatasetChoices& choices) const
{
    if (!chosen_.isEmpty())
        choices.recipe = chosen_;
    choices.split = splits_->currentData().toString();
    choices.count = count_->value();
    choices.headFolder = headFolder_;
}

std::optional<SampleRequest> RecipeBar::request() const
{
    if (!recipe_)
        return {};
    SampleRequest request;
    request.recipe = changedRecipe(*recipe_, static_cast<std::uint64_t>(seed_->value()), {});
    request.split = static_cast<Split>(splits_->currentIndex());
    request.count = count_->value();
    if (!headFolder_.isEmpty())
        request.headFolders.emplace_back(headFolder_.toStdString());
    return request;
}

} // namespace binaurium
