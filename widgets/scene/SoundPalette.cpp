// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/SoundPalette.h"

#include "core/acoustics/DrySound.h"
#include "core/support/DataPaths.h"
#include "widgets/document/SceneClipboard.h"
#include "widgets/scene/SoundModel.h"

#include <QCryptographicHash>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QStandardPaths>
#include <QVBoxLayout>
#include <numbers>

namespace binaurium {
namespace {

constexpr double listenS = 4.0;
constexpr double listenRateHz = 48000.0;
constexpr qsizetype longestWords = 500;

// As loud as in free field at 1 m, at both ears alike.
std::shared_ptr<const AudioBuffer> atOneMetre(const Source& source)
{
    const auto dry = drySound(source, listenS, listenRateHz, {}, true);
    const float gain = static_cast<float>(1.0 / (4.0 * std::numbers::pi));
    auto audio = std::make_shared<AudioBuffer>(
        2, std::min(dry.size(), static_cast<std::size_t>(listenS * listenRateHz)), listenRateHz);
    for (std::size_t ear = 0; ear < 2; ++ear)
        for (std::size_t n = 0; n < audio->frames(); ++n)
            audio->channel(ear)[n] = gain * dry[n];
    return audio;
}

} // namespace

SoundPalette::SoundPalette(QWidget* parent) : QWidget(parent)
{
    model_ = new SoundModel(this);
    filtered_ = new QSortFilterProxyModel(this);
    filtered_->setSourceModel(model_);
    filtered_->setFilterRole(Qt::UserRole);
    filtered_->setFilterCaseSensitivity(Qt::CaseInsensitive);
    search_ = new QLineEdit(this);
    search_->setAccessibleName(tr("Search sounds"));
    search_->setPlaceholderText(tr("Search"));
    search_->setClearButtonEnabled(true);
    connect(search_, &QLineEdit::textChanged, filtered_, &QSortFilterProxyModel::setFilterFixedString);
    list_ = new QListView(this);
    list_->setModel(filtered_);
    list_->setAccessibleName(tr("Sounds"));
    list_->setDragEnabled(true);
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list_->setUniformItemSizes(true);
    connect(list_, &QListView::activated, this, &SoundPalette::addChosen);
    auto* hear = new QPushButton(tr("&Listen"), this);
    hear->setAccessibleName(tr("Listen to the sound"));
    connect(hear, &QPushButton::clicked, this, &SoundPalette::listen);
    auto* add = new QPushButton(tr("&Add"), this);
    add->setAccessibleName(tr("Add to the scene"));
    connect(add, &QPushButton::clicked, this, &SoundPalette::addChosen);
    words_ = new QLineEdit(this);
    words_->setAccessibleName(tr("Words to speak"));
    words_->setPlaceholderText(tr("Words to speak"));
    auto* say = new QPushButton(tr("&Speak"), this);
    say->setAccessibleName(tr("Make speech of the words"));
    connect(say, &QPushButton::clicked, this, [this] { speak(words_->text()); });
    connect(words_, &QLineEdit::returnPressed, this, [this] { speak(words_->text()); });
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(hear);
    buttons->addWidget(add);
    auto* speech = new QHBoxLayout;
    speech->addWidget(words_, 1);
    speech->addWidget(say);
    auto* column = new QVBoxLayout(this);
    column->addWidget(search_);
    column->addWidget(list_, 1);
    column->addLayout(buttons);
    column->addLayout(speech);
}

int SoundPalette::chosenRow() const
{
    const auto index = list_->currentIndex();
    return index.isValid() ? filtered_->mapToSource(index).row() : -1;
}

void SoundPalette::listen()
{
    if (chosenRow() < 0)
        return;
    reading_.start([this, source = model_->sourceOf(chosenRow())](const BackgroundWork::Context& context) {
        context.deliver([this, audio = atOneMetre(source)] { emit listenWanted(audio); });
    });
}

void SoundPalette::addChosen()
{
    std::vector<Source> sources;
    for (const auto& index : list_->selectionModel()->selectedIndexes())
        sources.push_back(model_->sourceOf(filtered_->mapToSource(index).row()));
    if (!sources.empty())
        emit addWanted(QByteArray::fromStdString(sourcesToText(sources, {})));
}

void SoundPalette::speak(const QString& words)
{
    const QString text = words.trimmed().left(longestWords);
    if (text.isEmpty() || speaker_.state() != QProcess::NotRunning)
        return;
    const QString program = QStandardPaths::findExecutable(QStringLiteral("espeak-ng"));
    if (program.isEmpty()) {
        emit message(tr("Speech needs the program espeak-ng; install it, or choose a voice from the list."));
        return;
    }
    const auto folder = userDataFolder() / "speech";
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    const auto hash = QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex().left(16);
    const QString file = QString::fromStdString((folder / (hash.toStdString() + ".wav")).string());
    speaker_.disconnect(this);
    connect(&speaker_, &QProcess::finished, this, [this, text, file](int status) {
        if (status == 0)
            spoken(text, file);
        else
            emit message(tr("espeak-ng failed: %1").arg(QString::fromLocal8Bit(speaker_.readAllStandardError())));
    });
    speaker_.start(program, {QStringLiteral("-w"), file, QStringLiteral("--"), text}); // never read as an option
}

void SoundPalette::spoken(const QString& words, const QString& file)
{
    const int row = model_->add({words, tr("speech"), "speech", Sound{file.toStdString(), {}, 0}, tr("spoken here")});
    search_->clear();
    list_->setCurrentIndex(filtered_->mapFromSource(model_->index(row)));
    listen();
}

} // namespace binaurium
