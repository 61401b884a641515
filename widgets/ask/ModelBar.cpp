// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/ModelBar.h"

#include "core/model/ModelFolder.h"
#include "core/support/Memory.h"
#include "widgets/controls/DeviceBox.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <algorithm>

namespace binaurium {
namespace {

// final/ and stages/sft/ say little without the run that they belong to.
QString titleOf(const ModelCard& card)
{
    const auto& folder = card.folder;
    const auto parent = folder.parent_path();
    if (folder.filename() == "final")
        return QString::fromStdString((parent.filename() / "final").string());
    if (parent.filename() == "stages")
        return QString::fromStdString((parent.parent_path().filename() / "stages" / folder.filename()).string());
    return QString::fromStdString(folder.filename().string());
}

QString stageWords(const std::string& stage)
{
    return stage == "sft" || stage == "grpo" ? QString::fromStdString(stage).toUpper() : QString::fromStdString(stage);
}

} // namespace

QString wordsOf(const ModelCard& card)
{
    QStringList words{ModelBar::tr("on %1").arg(QString::fromStdString(card.base))};
    if (card.projector.empty())
        words << ModelBar::tr("hears what sounds, not where");
    else
        words << ModelBar::tr("%n sound(s)", nullptr, static_cast<int>(card.labels))
              << ModelBar::tr("projector %1").arg(QString::fromStdString(card.projector));
    if (!card.stage.empty())
        words << ModelBar::tr("after %1").arg(stageWords(card.stage));
    if (card.memoryBytes > 0.0)
        words << ModelBar::tr("about %1 GiB of memory").arg(QString::fromStdString(inGib(card.memoryBytes)));
    return words.join(QStringLiteral(" · "));
}

ModelBar::ModelBar(QWidget* parent) : QWidget(parent)
{
    models_ = new QComboBox(this);
    models_->setAccessibleName(tr("Model"));
    models_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    models_->setMinimumContentsLength(14);
    devices_ = new DeviceBox(this);
    devices_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    devices_->setMinimumContentsLength(9);
    words_ = new QLabel(this);
    words_->setWordWrap(true);
    words_->setTextFormat(Qt::PlainText);
    words_->setAccessibleName(tr("About the model"));
    auto* other = new QPushButton(tr("Ot&her…"), this);
    other->setAccessibleName(tr("Choose the folder of a model"));
    other->setToolTip(tr("A model folder, a training run, or Qwen2-Audio as it is published"));
    auto* label = new QLabel(tr("Mo&del"), this);
    label->setBuddy(models_);
    auto* row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(models_, 2);
    row->addWidget(other);
    row->addWidget(devices_, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(row);
    column->addWidget(words_);
    for (const ModelCard& card : installedModels())
        add(card);
    if (cards_.empty()) // the program says what to do when it is asked
        add({defaultModelName, defaultModelName, {}, {}, {}, 0, 0.0, 0.0});
    const auto usual =
        std::ranges::find_if(cards_, [](const ModelCard& card) { return card.folder.filename() == defaultModelName; });
    current_ = usual == cards_.end() ? 0 : static_cast<std::size_t>(usual - cards_.begin());
    showCard();
    connect(models_, &QComboBox::activated, this, &ModelBar::choose);
    connect(other, &QPushButton::clicked, this, &ModelBar::chooseFolder);
    connect(devices_, &DeviceBox::chosen, this, &ModelBar::chosen);
}

void ModelBar::add(const ModelCard& card)
{
    models_->addItem(titleOf(card));
    models_->setItemData(models_->count() - 1, wordsOf(card), Qt::ToolTipRole);
    cards_.push_back(card);
}

bool ModelBar::setModel(const std::filesystem::path& pathOrName)
{
    try {
        const auto card = modelCard(pathOrName);
        const auto known = std::ranges::find(cards_, card.folder, &ModelCard::folder);
        current_ = static_cast<std::size_t>(known - cards_.begin());
        if (known == cards_.end())
            add(card);
        else
            *known = card; // training may have gone on
    } catch (const std::exception& e) {
        emit message(QString::fromStdString(e.what()));
        return false;
    }
    showCard();
    return true;
}

std::string ModelBar::device() const
{
    return devices_->id().toStdString();
}

QString ModelBar::cardText() const
{
    return words_->text();
}

void ModelBar::choose(int row)
{
    current_ = static_cast<std::size_t>(row);
    showCard();
    emit chosen();
}

void ModelBar::chooseFolder()
{
    const auto folder = QFileDialog::getExistingDirectory(this, tr("Choose a model"));
    if (!folder.isEmpty() && setModel(folder.toStdString()))
        emit chosen();
}

void ModelBar::showCard()
{
    models_->setCurrentIndex(static_cast<int>(current_));
    models_->setToolTip(QString::fromStdString(folder().string()));
    words_->setText(wordsOf(cards_[current_]));
}

} // namespace binaurium
