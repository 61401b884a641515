// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/document/SceneDocument.h"

#include <set>
#include <vector>

namespace binaurium {

// Which objects of a document are selected, for all of its views; not part of the undo history. A source that is added
// becomes the selection.
class Selection : public QObject
{
    Q_OBJECT

public:
    explicit Selection(SceneDocument& document, QObject* parent = nullptr);

    [[nodiscard]] const std::set<int>& objects() const noexcept { return objects_; }
    [[nodiscard]] std::vector<int> list() const { return {objects_.begin(), objects_.end()}; }
    [[nodiscard]] std::vector<int> sources() const; // without the listener
    [[nodiscard]] bool contains(int object) const { return objects_.contains(object); }
    // The object that was chosen last; noObject where nothing is selected.
    [[nodiscard]] int current() const noexcept { return current_; }

    void set(std::set<int> objects, int current = noObject);
    void setOnly(int object);
    void toggle(int object);
    void selectAll();
    void clear() { set({}); }

signals:
    void changed();

private:
    void onChanged(const SceneChange& change);

    SceneDocument& document_;
    std::set<int> objects_{listenerObject};
    int current_ = listenerObject;
};

} // namespace binaurium
