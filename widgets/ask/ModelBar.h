// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/ModelCard.h"

#include <QWidget>
#include <optional>

class QComboBox;
class QLabel;

namespace binaurium {

class DeviceBox;

// Which model answers, and where it is computed: the installed ones, folders that were chosen, and the card of the
// current one.
class ModelBar : public QWidget
{
    Q_OBJECT

public:
    explicit ModelBar(QWidget* parent = nullptr);
    // Shows a model folder, run or name as the current one. False, with message(), when there is none.
    bool setModel(const std::filesystem::path& pathOrName);
    [[nodiscard]] const std::filesystem::path& folder() const { return cards_[current_].folder; }
    [[nodiscard]] std::string device() const;
    [[nodiscard]] QComboBox& models() { return *models_; }
    [[nodiscard]] DeviceBox& devices() { return *devices_; }
    [[nodiscard]] QString cardText() const;

signals:
    void chosen(); // the user wants another model or device
    void message(const QString& text);

private:
    void add(const ModelCard& card);
    void choose(int row);
    void chooseFolder();
    void showCard();

    std::vector<ModelCard> cards_; // in the order of the list
    std::size_t current_ = 0;
    QComboBox* models_;
    DeviceBox* devices_;
    QLabel* words_;
};

// What a card says in one line.
[[nodiscard]] QString wordsOf(const ModelCard& card);

} // namespace binaurium
