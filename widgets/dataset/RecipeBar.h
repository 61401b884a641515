// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/dataset/DatasetChoices.h"
#include "widgets/dataset/ItemSampling.h"

#include <QTimer>
#include <QWidget>
#include <optional>

class QComboBox;
class QDoubleSpinBox;
class QSpinBox;
class QToolButton;

namespace binaurium {

// Which recipe, with which seed, and what of it is previewed. A recipe that cannot be read is refused with a sentence,
// and the one before stays.
class RecipeBar : public QWidget
{
    Q_OBJECT

public:
    explicit RecipeBar(QWidget* parent = nullptr);

    // Name of an installed recipe, or a file.
    void choose(const QString& nameOrFile);
    void setChoices(const DatasetChoices& choices);
    void readInto(DatasetChoices& choices) const; // the ones of this bar
    void chooseHeadFolder();                      // asks for it

    // The recipe with the seed that is set; nothing while none can be read.
    [[nodiscard]] std::optional<SampleRequest> request() const;

    [[nodiscard]] QComboBox& recipeChoice() { return *recipes_; }
    [[nodiscard]] QComboBox& splitChoice() { return *splits_; }
    [[nodiscard]] QDoubleSpinBox& seedField() { return *seed_; }
    [[nodiscard]] QSpinBox& countField() { return *count_; }

signals:
    void changed(); // a moment after the last change
    void refused(const QString& sentence);

private:
    void takeIndex(int index);
    void openFile();
    [[nodiscard]] bool read(const QString& nameOrFile);

    QComboBox* recipes_;
    QComboBox* splits_;
    QDoubleSpinBox* seed_; // whole numbers; an int is too small for seeds
    QSpinBox* count_;
    QToolButton* heads_;
    std::optional<DatasetRecipe> recipe_;
    QString chosen_; // what recipe_ was read from
    QString headFolder_;
    QTimer settle_;
};

} // namespace binaurium
