// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/RunWords.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <array>
#include <cmath>

namespace binaurium {
namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("Training", text);
}

bool contains(const QString& text, std::initializer_list<const char*> parts)
{
    return std::ranges::any_of(
        parts, [&](const char* part) { return text.contains(QLatin1String(part), Qt::CaseInsensitive); });
}

} // namespace

QString runStateText(RunState state)
{
    static constexpr std::array texts{
        QT_TRANSLATE_NOOP("Training", "ready"),   QT_TRANSLATE_NOOP("Training", "running"),
        QT_TRANSLATE_NOOP("Training", "stopped"), QT_TRANSLATE_NOOP("Training", "interrupted"),
        QT_TRANSLATE_NOOP("Training", "failed"),  QT_TRANSLATE_NOOP("Training", "finished")};
    return words(texts[static_cast<std::size_t>(state)]);
}

QString stageStateText(StageStatus state)
{
    static constexpr std::array texts{
        QT_TRANSLATE_NOOP("Training", "waiting"), QT_TRANSLATE_NOOP("Training", "running"),
        QT_TRANSLATE_NOOP("Training", "finished"), QT_TRANSLATE_NOOP("Training", "stopped"),
        QT_TRANSLATE_NOOP("Training", "failed")};
    return words(texts[static_cast<std::size_t>(state)]);
}

QString stageTitle(const std::string& stage)
{
    static constexpr std::array<std::pair<const char*, const char*>, 6> titles{
        std::pair("", QT_TRANSLATE_NOOP("Training", "Run")),
        std::pair("encoder", QT_TRANSLATE_NOOP("Training", "Encoder")),
        std::pair("warm-up", QT_TRANSLATE_NOOP("Training", "Warm-up")),
        std::pair("alignment", QT_TRANSLATE_NOOP("Training", "Alignment")),
        std::pair("sft", QT_TRANSLATE_NOOP("Training", "SFT")),
        std::pair("grpo", QT_TRANSLATE_NOOP("Training", "GRPO"))};
    for (const auto& [id, title] : titles)
        if (stage == id)
            return words(title);
    return QString::fromStdString(stage);
}

QString metricTitle(const std::string& metric)
{
    static constexpr std::array titles{
        std::pair("loss", QT_TRANSLATE_NOOP("Training", "Loss")),
        std::pair("lr", QT_TRANSLATE_NOOP("Training", "Learning rate")),
        std::pair("grad_norm", QT_TRANSLATE_NOOP("Training", "Gradient norm")),
        std::pair("reward", QT_TRANSLATE_NOOP("Training", "Reward")),
        std::pair("reward_std", QT_TRANSLATE_NOOP("Training", "Reward deviation")),
        std::pair("kl", QT_TRANSLATE_NOOP("Training", "KL divergence")),
        std::pair("entropy", QT_TRANSLATE_NOOP("Training", "Entropy")),
        std::pair("length", QT_TRANSLATE_NOOP("Training", "Completion length")),
        std::pair("accuracy", QT_TRANSLATE_NOOP("Training", "Accuracy")),
        std::pair("azimuth_median_deg", QT_TRANSLATE_NOOP("Training", "Azimuth error, median")),
        std::pair("azimuth_mean_deg", QT_TRANSLATE_NOOP("Training", "Azimuth error, mean")),
        std::pair("reversal_share", QT_TRANSLATE_NOOP("Training", "Front-back reversals")),
        std::pair("elevation_mean_deg", QT_TRANSLATE_NOOP("Training", "Elevation error, mean")),
        std::pair("distance_relative", QT_TRANSLATE_NOOP("Training", "Distance error, relative")),
        std::pair("bound_share", QT_TRANSLATE_NOOP("Training", "Mixtures: label and place right")),
        std::pair("class_accuracy", QT_TRANSLATE_NOOP("Training", "Class accuracy")),
        std::pair("clips_per_s", QT_TRANSLATE_NOOP("Training", "Clips per second")),
        std::pair("tokens_per_s", QT_TRANSLATE_NOOP("Training", "Tokens per second")),
        std::pair("activity", QT_TRANSLATE_NOOP("Training", "Loss of activity")),
        std::pair("azimuth", QT_TRANSLATE_NOOP("Training", "Loss of azimuth")),
        std::pair("elevation", QT_TRANSLATE_NOOP("Training", "Loss of elevation")),
        std::pair("distance", QT_TRANSLATE_NOOP("Training", "Loss of distance")),
        std::pair("label", QT_TRANSLATE_NOOP("Training", "Loss of the label")),
        std::pair("clip_ratio", QT_TRANSLATE_NOOP("Training", "Share of clipped tokens")),
        std::pair("zero_std_share", QT_TRANSLATE_NOOP("Training", "Groups without variance")),
        std::pair("truncated_share", QT_TRANSLATE_NOOP("Training", "Completions without an end")),
        std::pair("folded_mean_deg", QT_TRANSLATE_NOOP("Training", "Azimuth error, folded mean")),
        std::pair("moving_folded_mean_deg",
                  QT_TRANSLATE_NOOP("Training", "Moving sources: azimuth error, folded mean")),
        std::pair("two_within_20_deg", QT_TRANSLATE_NOOP("Training", "Two sources: both within 20°"))};
    for (const auto& [id, title] : titles)
        if (metric == id)
            return words(title);
    return QString::fromStdString(metric);
}

QString metricText(const std::string& metric, double value)
{
    const QLocale locale;
    const auto name = QString::fromStdString(metric);
    if (!std::isfinite(value))
        return words(QT_TRANSLATE_NOOP("Training", "not a number"));
    if (name.endsWith(QLatin1String("_deg")))
        return locale.toString(value, 'f', 1) + QChar(0x00B0);
    if (name.endsWith(QLatin1String("accuracy")) || name.endsWith(QLatin1String("_share")) ||
        name == QLatin1String("distance_relative") || name == QLatin1String("L1") || name == QLatin1String("L2") ||
        name == QLatin1String("L3"))
        return words(QT_TRANSLATE_NOOP("Training", "%1 %")).arg(locale.toString(100.0 * value, 'f', 1));
    return locale.toString(value, 'g', 4);
}

QString durationText(double seconds)
{
    const auto amount = [](const char* text, double value) {
        return QCoreApplication::translate("Training", text, nullptr, static_cast<int>(std::lround(value)));
    };
    if (seconds < 90.0)
        return amount(QT_TRANSLATE_N_NOOP("Training", "%n second(s)"), std::max(1.0, seconds));
    if (seconds < 90.0 * 60.0)
        return amount(QT_TRANSLATE_N_NOOP("Training", "%n minute(s)"), seconds / 60.0);
    if (seconds < 10.0 * 3600.0) {
        const auto minutes = std::lround(seconds / 60.0);
        return words(QT_TRANSLATE_NOOP("Training", "%1 h %2 min")).arg(minutes / 60).arg(minutes % 60);
    }
    return amount(QT_TRANSLATE_N_NOOP("Training", "%n hour(s)"), seconds / 3600.0);
}

QString bytesText(double bytes)
{
    return QLocale().formattedDataSize(static_cast<qint64>(std::clamp(bytes, 0.0, 1e18)), 1, QLocale::DataSizeSIFormat);
}

QString plainCause(const QString& text)
{
    if (contains(text, {"CUDA out of memory", "CUDA error: out of memory"}))
        return words(QT_TRANSLATE_NOOP(
            "Training", "The graphics card ran out of memory. Lower micro_batch (or batch), the clip length, or group "
                        "and max_tokens of GRPO; then resume."));
    if (contains(text, {"bad_alloc", "out of memory", "can't allocate memory", "cannot allocate memory",
                        "DefaultCPUAllocator", "Killed"}))
        return words(QT_TRANSLATE_NOOP(
            "Training", "The computer ran out of memory. Lower micro_batch (or batch), head_variants or the clip "
                        "length, or close other programs; then resume."));
    if (contains(text, {"No space left", "disk full"}))
        return words(QT_TRANSLATE_NOOP("Training", "The disk is full. Delete old checkpoints or caches, then resume."));
    if (contains(text, {"NaN", "not finite", "is not a number", "not-a-number"}))
        return words(QT_TRANSLATE_NOOP(
            "Training",
            "A number of the training became infinite or undefined. The last good checkpoint is kept. Lower "
            "learning_rate or clip_norm, or use precision float32, in a new run from that checkpoint."));
    return {};
}

} // namespace binaurium
