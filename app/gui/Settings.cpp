// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/Settings.h"

#include <QSettings>

namespace binaurium {
namespace {

const auto geometryKey = QStringLiteral("window/geometry");
const auto stateKey = QStringLiteral("window/state");
const auto appearanceKey = QStringLiteral("window/appearance");
const auto recentKey = QStringLiteral("files/recent");

} // namespace

QByteArray Settings::geometry() const
{
    return QSettings().value(geometryKey).toByteArray();
}

void Settings::setGeometry(const QByteArray& value)
{
    QSettings().setValue(geometryKey, value);
}

QByteArray Settings::windowState() const
{
    return QSettings().value(stateKey).toByteArray();
}

void Settings::setWindowState(const QByteArray& value)
{
    QSettings().setValue(stateKey, value);
}

QStringList Settings::recentFiles() const
{
    return QSettings().value(recentKey).toStringList();
}

void Settings::addRecentFile(const QString& path)
{
    auto files = recentFiles();
    files.removeAll(path);
    files.prepend(path);
    while (files.size() > recentLimit)
        files.removeLast();
    QSettings().setValue(recentKey, files);
}

void Settings::clearRecentFiles()
{
    QSettings().remove(recentKey);
}

Appearance Settings::appearance() const
{
    return appearanceFromId(QSettings().value(appearanceKey).toString());
}

void Settings::setAppearance(Appearance value)
{
    QSettings().setValue(appearanceKey, appearanceId(value));
}

void Settings::reset()
{
    QSettings().clear();
}

} // namespace binaurium
