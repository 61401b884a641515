// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/Selection.h"

namespace binaurium {

Selection::Selection(SceneDocument& document, QObject* parent) : QObject(parent), document_(document)
{
    connect(&document_, &SceneDocument::changed, this, &Selection::onChanged);
}

std::vector<int> Selection::sources() const
{
    return {objects_.lower_bound(0), objects_.end()};
}

void Selection::set(std::set<int> objects, int current)
{
    if (!objects.contains(current))
        current = objects.empty() ? noObject : *objects.rbegin();
    if (objects == objects_ && current == current_)
        return;
    objects_ = std::move(objects);
    current_ = current;
    emit changed();
}

void Selection::setOnly(int object)
{
    if (object == noObject)
        clear();
    else
        set({object}, object);
}

void Selection::toggle(int object)
{
    auto objects = objects_;
    if (!objects.erase(object))
        objects.insert(object);
    set(std::move(objects), object);
}

void Selection::selectAll()
{
    std::set<int> objects{listenerObject};
    for (int i = 0; i < static_cast<int>(document_.scene().sources.size()); ++i)
        objects.insert(i);
    set(std::move(objects), current_);
}

void Selection::onChanged(const SceneChange& change)
{
    switch (change.kind) {
    case SceneChange::Kind::SourceAdded:
        setOnly(change.source);
        break;
    case SceneChange::Kind::SourceRemoved: {
        std::set<int> left;
        for (const int object : objects_)
            if (object != change.source)
                left.insert(object > change.source ? object - 1 : object);
        set(std::move(left), current_ > change.source ? current_ - 1 : current_);
        break;
    }
    case SceneChange::Kind::Everything:
        setOnly(listenerObject);
        break;
    default:
        break;
    }
}

} // namespace binaurium
