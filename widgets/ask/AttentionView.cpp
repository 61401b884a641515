// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/AttentionView.h"

#include "widgets/ask/HeadThumbnails.h"
#include "widgets/plot/FigureExport.h"

#include <QComboBox>
#include <QEvent>
#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

namespace binaurium {
namespace {

using Kind = AttentionToken::Kind;

// White space would make an empty chip.
QString chipText(const std::string& token)
{
    QString text = QString::fromUtf8(token.c_str());
    return text.trimmed().isEmpty()
               ? text.replace(QLatin1Char('\n'), QChar(0x21B5)).replace(QLatin1Char(' '), QChar(0x2423))
               : text.trimmed();
}

// Moments before the part that was asked about have no attention; nor have those after it.
std::vector<float> placed(const std::vector<float>& values, double startS, double secondsPerToken)
{
    std::vector<float> row(static_cast<std::size_t>(std::max(0.0, std::round(startS / secondsPerToken))));
    row.insert(row.end(), values.begin(), values.end());
    return row;
}

// Attention to all tokens of a slot together.
std::vector<float> perSlot(const std::vector<float>& keys, int tokensPerSlot)
{
    const auto each = static_cast<std::size_t>(std::max(1, tokensPerSlot));
    std::vector<float> sums((keys.size() + each - 1) / each);
    for (std::size_t k = 0; k < keys.size(); ++k)
        sums[k / each] += keys[k];
    return sums;
}

// What the tokens of each slot come nearest to: "dog sound left left".
QStringList slotPhrases(const AttentionRecord& record)
{
    QStringList phrases;
    const auto [first, end] = record.span(Kind::Slot);
    for (auto s = first; s < end; ++s) {
        const auto word = QString::fromStdString(record.tokens[s].text).trimmed();
        if ((s - first) % static_cast<std::size_t>(std::max(1, record.tokensPerSlot)) == 0)
            phrases << word;
        else
            phrases.back() += QLatin1Char(' ') + word;
    }
    return phrases;
}

} // namespace

AttentionView::AttentionView(QWidget* parent) : QWidget(parent)
{
    buildControls();
    connectControls();
    setRecord({}, 0.0);
}

void AttentionView::buildControls()
{
    const auto combo = [this](const QString& name, const QStringList& items) {
        auto* box = new QComboBox(this);
        box->setAccessibleName(name);
        box->setToolTip(name);
        box->addItems(items);
        return box;
    };
    chips_ = new QListWidget(this);
    chips_->setAccessibleName(tr("Words of the answer"));
    chips_->setToolTip(tr("Choose a word, or several with Shift. With a range of the sound, words that look there are "
                          "shaded."));
    chips_->setFlow(QListView::LeftToRight);
    chips_->setSelectionMode(QAbstractItemView::ContiguousSelection);
    chips_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    chips_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    chips_->setFixedHeight(static_cast<int>(2.6 * fontMetrics().height()));
    chips_->setSpacing(2);
    layer_ = combo(tr("Layer"), {});
    head_ = combo(tr("Head"), {});
    over_ = combo(tr("How layers, heads and words become one value"), {tr("mean"), tr("largest"), tr("rollout")});
    scale_ = combo(tr("Colour scale"), {tr("linear"), tr("logarithmic"), tr("5th to 95th percentile")});
    map_ = new AttentionHeatMap(this);
    thumbnails_ = new HeadThumbnails(this);
    auto* row = new QHBoxLayout;
    for (auto* box : {layer_, head_, over_, scale_})
        row->addWidget(box);
    row->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(map_, 1);
    column->addWidget(chips_);
    column->addLayout(row);
}

void AttentionView::connectControls()
{
    connect(layer_, &QComboBox::activated, this, &AttentionView::showAll);
    connect(head_, &QComboBox::activated, this, &AttentionView::showAll);
    connect(over_, &QComboBox::activated, this, [this] {
        showAll();
        showThumbnails();
    });
    connect(scale_, &QComboBox::activated, this,
            [this](int index) { map_->setScale(static_cast<HeatScale::Kind>(index)); });
    connect(thumbnails_, &HeadThumbnails::chosen, this, [this](int layer, int head) {
        layer_->setCurrentIndex(layer + 1);
        head_->setCurrentIndex(head + 1);
        showAll();
    });
    connect(chips_, &QListWidget::itemSelectionChanged, this, [this] {
        map_->setChosenRows(choice().firstToken, chips_->selectedItems().isEmpty() ? -1 : choice().lastToken);
        showThumbnails();
    });
    connect(map_, &AttentionHeatMap::rowClicked, this, [this](int row, bool extend) {
        const int from = extend && !chips_->selectedItems().isEmpty() ? choice().firstToken : row;
        chooseTokens(std::min(from, row), std::max(from, row));
    });
    connect(map_, &AttentionHeatMap::cursorMoved, this, &AttentionView::cursorMoved);
}

void AttentionView::setRecord(AttentionRecord record, double durationS, double startS)
{
    record_ = std::move(record);
    durationS_ = durationS;
    startS_ = startS;
    const int layer = layer_->currentIndex(), head = head_->currentIndex();
    for (auto [box, all, count, one] : {std::tuple(layer_, tr("all layers"), record_.layers, tr("layer %1")),
                                        std::tuple(head_, tr("all heads"), record_.heads, tr("head %1"))}) {
        box->clear();
        box->addItem(all);
        for (int i = 0; i < count; ++i)
            box->addItem(one.arg(i + 1));
    }
    layer_->setCurrentIndex(std::clamp(layer, 0, record_.layers));
    head_->setCurrentIndex(std::clamp(head, 0, record_.heads));
    fillChips();
    showAll();
    showThumbnails();
}

void AttentionView::fillChips()
{
    const QSignalBlocker quiet(chips_);
    chips_->clear();
    const auto [first, end] = record_.span(Kind::Answer);
    for (auto t = first; t < end; ++t)
        chips_->addItem(chipText(record_.tokens[t].text));
    shadeChips();
}

AttentionChoice AttentionView::choice() const
{
    AttentionChoice choice;
    choice.over = static_cast<AttentionChoice::Over>(over_->currentIndex());
    choice.layer = layer_->currentIndex() - 1;
    choice.head = head_->currentIndex() - 1;
    const auto indexes = chips_->selectionModel()->selectedIndexes();
    if (!indexes.isEmpty()) {
        const auto [low, high] = std::minmax_element(indexes.begin(), indexes.end(),
                                                     [](const auto& a, const auto& b) { return a.row() < b.row(); });
        choice.firstToken = low->row();
        choice.lastToken = high->row();
    }
    return choice;
}

void AttentionView::showAll()
{
    AttentionHeatMap::Content content;
    content.durationS = durationS_;
    content.secondsPerToken = record_.secondsPerToken > 0.0 ? record_.secondsPerToken : 1.0;
    content.slotWords = slotPhrases(record_);
    auto each = choice();
    const bool rollout = each.over == AttentionChoice::Over::Rollout;
    layer_->setEnabled(!rollout && record_.layers > 0);
    head_->setEnabled(!rollout && record_.heads > 0);
    thumbnails_->setChosen(rollout ? -1 : each.layer, rollout ? -1 : each.head);
    for (int token = 0; token < chips_->count(); ++token) {
        each.firstToken = each.lastToken = token;
        each.keys = Kind::Audio;
        content.rows << chips_->item(token)->text();
        content.moments.push_back(placed(attentionOverAudio(record_, each), startS_, content.secondsPerToken));
        each.keys = Kind::Slot;
        content.slotKeys.push_back(perSlot(attentionOverAudio(record_, each), record_.tokensPerSlot));
    }
    content.experts.resize(static_cast<std::size_t>(std::max(0.0, std::round(startS_ / content.secondsPerToken))));
    const auto [audio, end] = record_.span(Kind::Audio);
    for (auto a = audio; a < end; ++a)
        content.experts.push_back(record_.tokens[a].experts);
    map_->setContent(std::move(content));
    if (!chips_->selectedItems().isEmpty())
        map_->setChosenRows(choice().firstToken, choice().lastToken);
}

void AttentionView::showThumbnails()
{
    auto chosen = choice();
    const auto [audio, end] = record_.span(Kind::Audio);
    thumbnails_->setValues(record_.layers, record_.heads,
                           audio == end ? std::vector<float>() : headsOverAudio(record_, chosen));
}

void AttentionView::chooseTokens(int first, int last)
{
    chips_->clearSelection();
    chips_->setCurrentRow(last, QItemSelectionModel::NoUpdate);
    QItemSelection chosen(chips_->model()->index(first, 0), chips_->model()->index(last, 0));
    chips_->selectionModel()->select(chosen, QItemSelectionModel::ClearAndSelect);
}

void AttentionView::setRange(std::optional<std::pair<double, double>> range)
{
    range_ = range;
    map_->setRange(range);
    shadeChips();
}

void AttentionView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange)
        shadeChips();
    QWidget::changeEvent(event);
}

void AttentionView::shadeChips()
{
    const auto sums =
        range_ ? attentionOnRange(record_, range_->first - startS_, range_->second - startS_) : std::vector<double>();
    const double top = sums.empty() ? 1.0 : std::max(1e-9, *std::max_element(sums.begin(), sums.end()));
    for (int i = 0; i < chips_->count(); ++i) {
        QColor shade = palette().color(QPalette::AlternateBase);
        QString words;
        if (static_cast<std::size_t>(i) < sums.size()) {
            const double share = sums[static_cast<std::size_t>(i)];
            shade = PlotTheme::of(palette()).accent;
            shade.setAlphaF(static_cast<float>(0.5 * share / top));
            words = tr("%1 % of its attention lies in the range").arg(100.0 * share, 0, 'f', 1);
        }
        chips_->item(i)->setBackground(shade);
        chips_->item(i)->setToolTip(words);
    }
}

void AttentionView::exportTo(const std::filesystem::path& path, const QString& description) const
{
    const auto& content = map_->content();
    if (path.extension() == ".csv") {
        std::vector<std::vector<QString>> rows{{QStringLiteral("token"), QStringLiteral("kind"),
                                                QStringLiteral("time_s_or_slot"), QStringLiteral("weight")}};
        for (qsizetype r = 0; r < content.rows.size(); ++r) {
            const auto& moments = content.moments[static_cast<std::size_t>(r)];
            const auto& slotKeys = content.slotKeys[static_cast<std::size_t>(r)];
            for (std::size_t m = 0; m < moments.size(); ++m)
                rows.push_back({content.rows[r], QStringLiteral("moment"),
                                QString::number((static_cast<double>(m) + 0.5) * content.secondsPerToken),
                                QString::number(static_cast<double>(moments[m]), 'g', 6)});
            for (std::size_t s = 0; s < slotKeys.size(); ++s)
                rows.push_back({content.rows[r], QStringLiteral("slot"), QString::number(s + 1),
                                QString::number(static_cast<double>(slotKeys[s]), 'g', 6)});
        }
        exportTable(rows, path);
        return;
    }
    FigureOptions options;
    options.widthMm = 140.0;
    options.heightMm = 70.0;
    options.title = tr("Attention over the audio");
    options.description = description;
    exportFigure(
        [this](QPainter& painter, const QSizeF& size) {
            AttentionHeatMap page; // in print colours at the size of the page
            page.setPalette(QPalette(Qt::white));
            page.setFont(painter.font());
            page.setContent(map_->content());
            page.setScale(map_->scale().kind);
            page.resize(size.toSize());
            page.render(&painter, QPoint(), QRegion(), QWidget::DrawChildren);
        },
        options, path);
}

} // namespace binaurium
