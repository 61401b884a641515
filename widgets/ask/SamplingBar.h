// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/HearingModel.h"

#include <QWidget>

class QDoubleSpinBox;
class QSpinBox;
class QToolButton;

namespace binaurium {

// How words are drawn: seed, temperature, top p, length; folded away until wanted.
class SamplingBar : public QWidget
{
    Q_OBJECT

public:
    explicit SamplingBar(QWidget* parent = nullptr);
    // Fills in what the bar holds; the choices of the question stay.
    void apply(AskOptions& options) const;
    void show(const AskOptions& options);
    void setSeed(std::uint64_t seed);
    [[nodiscard]] std::uint64_t seed() const;
    [[nodiscard]] QDoubleSpinBox& temperature() const { return *temperature_; }
    [[nodiscard]] QToolButton& foldButton() const { return *fold_; }

private:
    QToolButton* fold_;
    QWidget* fields_;
    QSpinBox* seed_;
    QDoubleSpinBox* temperature_;
    QDoubleSpinBox* topP_;
    QSpinBox* maxTokens_;
};

} // namespace binaurium
