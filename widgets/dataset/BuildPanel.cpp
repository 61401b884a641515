// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/BuildPanel.h"

#include "widgets/controls/BackgroundWork.h"
#include "widgets/controls/Quantity.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <cmath>

namespace binaurium {
namespace {

constexpr int smallestSize = 3; // one unit per split

QString span(double seconds)
{
    const auto whole = static_cast<int>(std::ceil(seconds));
    if (whole < 90)
        return BuildPanel::tr("%n second(s)", nullptr, whole);
    if (whole < 90 * 60)
        return BuildPanel::tr("%n minute(s)", nullptr, (whole + 30) / 60);
    return BuildPanel::tr("%n hour(s)", nullptr, (whole + 1800) / 3600);
}

} // namespace

BuildPanel::BuildPanel(QWidget* parent) : QWidget(parent)
{
    makeFields();
    connectFields();
    setBusy(false);
}

void BuildPanel::makeFields()
{
    folder_ = new QLineEdit(this);
    folder_->setAccessibleName(tr("Folder of the data set"));
    folder_->setPlaceholderText(tr("New or begun folder"));
    choose_ = new QPushButton(tr("&Choose…"), this);
    choose_->setAccessibleName(tr("Choose the folder of the data set"));
    whole_ = new QCheckBox(tr("&Whole recipe"), this);
    whole_->setAccessibleName(tr("Whole recipe"));
    whole_->setChecked(true);
    size_ = new QSpinBox(this);
    size_->setAccessibleName(tr("Number of units"));
    size_->setToolTip(tr("Fewer or more items in the same shares of the splits; another data set than the whole one"));
    size_->setRange(smallestSize, 8'000'000);
    size_->setGroupSeparatorShown(true);
    size_->setEnabled(false);
    audio_ = new QComboBox(this);
    audio_->setAccessibleName(tr("Audio files"));
    audio_->addItem(tr("No audio (rendered when needed)"));
    audio_->addItem(tr("FLAC files with metadata (audiofolder)"), static_cast<int>(ExchangeFormat::AudioFolder));
    audio_->addItem(tr("Tar shards (WebDataset)"), static_cast<int>(ExchangeFormat::WebDataset));
    audio_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    audio_->setMinimumContentsLength(16);
    build_ = new QPushButton(tr("&Build"), this);
    build_->setAccessibleName(tr("Build the data set"));
    cancel_ = new QPushButton(tr("Cancel"), this);
    cancel_->setAccessibleName(tr("Cancel building"));
    bar_ = new QProgressBar(this);
    bar_->setAccessibleName(tr("Progress of building"));
    bar_->setRange(0, progressParts);
    state_ = new QLabel(this);
    state_->setWordWrap(true);
    state_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    state_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    auto* words = new QLabel(tr("&Folder"), this);
    words->setBuddy(folder_);
    grid->addWidget(words, 0, 0, 1, 2);
    grid->addWidget(folder_, 1, 0);
    grid->addWidget(choose_, 1, 1);
    grid->addWidget(whole_, 2, 0);
    grid->addWidget(size_, 2, 1);
    grid->addWidget(audio_, 3, 0, 1, 2);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(build_);
    buttons->addWidget(cancel_);
    buttons->addStretch(1);
    grid->addLayout(buttons, 4, 0, 1, 2);
    grid->addWidget(bar_, 5, 0, 1, 2);
    grid->addWidget(state_, 6, 0, 1, 2);
    grid->setRowStretch(6, 1);
}

void BuildPanel::connectFields()
{
    connect(choose_, &QPushButton::clicked, this, [this] {
        const auto chosen = QFileDialog::getExistingDirectory(this, tr("Folder of the data set"), folder());
        if (!chosen.isEmpty())
            setFolder(chosen);
    });
    connect(folder_, &QLineEdit::textChanged, this, [this] {
        showFolder();
        setBusy(isBuilding());
        emit folderChanged();
    });
    connect(whole_, &QCheckBox::toggled, this, [this](bool on) { size_->setEnabled(!on); });
    connect(build_, &QPushButton::clicked, this, &BuildPanel::build);
    connect(cancel_, &QPushButton::clicked, this, [this] {
        work_.cancel();
        state_->setText(tr("Stopping after what is being written…"));
    });
    connect(&work_, &BackgroundWork::progressed, this, &BuildPanel::showProgress);
    connect(&work_, &BackgroundWork::finished, this, [this] { setBusy(false); });
    connect(&work_, &BackgroundWork::stopped, this, [this] { ended(tr("Stopped.")); });
    connect(&work_, &BackgroundWork::failed, this, [this](const QString& sentence, ErrorKind kind) {
        ended({});
        const QString left = partialWords();
        emit failed(left.isEmpty() ? sentence : tr("%1. %2", "reason, what is left").arg(sentence, left), kind);
    });
}

QString BuildPanel::folder() const
{
    return QDir::cleanPath(folder_->text().trimmed());
}

void BuildPanel::setFolder(const QString& folder)
{
    folder_->setText(QDir::toNativeSeparators(folder));
}

QString BuildPanel::state() const
{
    return state_->text();
}

void BuildPanel::setRequest(const std::optional<SampleRequest>& request)
{
    request_ = request;
    whole_->setText(request ? tr("&Whole recipe (%L1)").arg(static_cast<qlonglong>(request->recipe.total()))
                            : tr("&Whole recipe"));
    if (request && whole_->isChecked())
        size_->setValue(static_cast<int>(request->recipe.total()));
    setBusy(isBuilding());
}

void BuildPanel::setBusy(bool busy)
{
    build_->setEnabled(!busy && request_ && !folder_->text().trimmed().isEmpty());
    cancel_->setEnabled(busy);
    for (QWidget* field : {static_cast<QWidget*>(folder_), static_cast<QWidget*>(choose_),
                           static_cast<QWidget*>(whole_), static_cast<QWidget*>(audio_)})
        field->setEnabled(!busy);
    size_->setEnabled(!busy && !whole_->isChecked());
}

void BuildPanel::showFolder()
{
    bar_->setValue(0);
    const QString left = partialWords();
    const auto state = stateOf(folder().toStdString());
    state_->setText(state && left.isEmpty()
                        ? tr("The folder holds a complete set of %1 units.").arg(wholeNumber(state->total))
                        : left);
}

QString BuildPanel::partialWords() const
{
    const auto state = stateOf(folder().toStdString());
    if (!state || (state->complete && !state->audioPartial))
        return {};
    if (state->complete)
        return tr("The items are complete, their audio is partial. Build goes on from there.");
    return tr("%1 of %2 units are in the folder: the set is partial. Build goes on from there.")
        .arg(wholeNumber(state->units), wholeNumber(state->total));
}

void BuildPanel::build()
{
    if (isBuilding() || !build_->isEnabled())
        return;
    BuildJob job;
    try {
        const auto size = whole_->isChecked() ? std::optional<std::int64_t>() : size_->value();
        job.recipe = changedRecipe(request_->recipe, request_->recipe.seed, size);
    } catch (const Error& e) {
        emit failed(QString::fromStdString(e.what()), e.kind());
        return;
    }
    job.folder = folder().toStdString();
    job.headFolders = request_->headFolders;
    if (audio_->currentIndex() > 0)
        job.audio = static_cast<ExchangeFormat>(audio_->currentData().toInt());
    emit begun();
    pace_ = {};
    clock_.start();
    bar_->setValue(0);
    state_->setText(tr("Reading sounds and heads…"));
    work_.start([this, job](const BackgroundWork::Context& context) {
        const auto result = buildDataset(job, context.progress);
        context.deliver([this, result] { done(result); });
    });
    setBusy(true);
}

void BuildPanel::showProgress(const Progress& progress)
{
    pace_.look(progress, 1e-3 * static_cast<double>(clock_.elapsed()));
    if (progress.total > 0)
        bar_->setValue(static_cast<int>(progressParts * progress.done / progress.total));
    const bool audio = progress.stage == "audio";
    QString words = (audio ? tr("Audio of %1 of %2 items") : tr("%1 of %2 units"))
                        .arg(wholeNumber(progress.done), wholeNumber(progress.total));
    if (const auto left = pace_.remainingS())
        words = tr("%1, %2 per second, %3 left", "amount, rate, time")
                    .arg(words, QLocale().toString(pace_.perS(), 'f', pace_.perS() < 10 ? 1 : 0), span(*left));
    state_->setText(words);
}

void BuildPanel::ended(const QString& sentence)
{
    setBusy(false);
    state_->setText(QStringList{sentence, partialWords()}.join(QLatin1Char(' ')).trimmed());
}

void BuildPanel::done(const BuildResult& result)
{
    bar_->setValue(progressParts);
    QString words =
        result.made.items == 0
            ? tr("The set was complete already: %1 items. Nothing in it was changed.").arg(wholeNumber(result.items))
            : tr("The set is complete: %1 items.").arg(wholeNumber(result.items));
    if (result.made.empty > 0)
        words += QLatin1Char(' ') + tr("%n unit(s) found no scene.", nullptr, static_cast<int>(result.made.empty));
    if (!result.audio.empty())
        words +=
            QLatin1Char(' ') + (result.audioWasThere ? tr("Its audio was there already in %1.") : tr("Audio is in %1."))
                                   .arg(QString::fromStdString(result.audio.filename().string()));
    state_->setText(words);
    emit built();
}

} // namespace binaurium
