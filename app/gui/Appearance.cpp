// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/Appearance.h"

#include <QApplication>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>

namespace binaurium {
namespace {

QPalette darkPalette()
{
    const QColor window(0x24, 0x27, 0x2b), base(0x1b, 0x1d, 0x20), text(0xe6, 0xe8, 0xea), dim(0x8a, 0x90, 0x97);
    const QColor accent(0x3d, 0x8e, 0xc9);
    QPalette palette(text, window);
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, window);
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::Button, QColor(0x32, 0x36, 0x3b));
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::ToolTipBase, window);
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::PlaceholderText, dim);
    palette.setColor(QPalette::Highlight, accent);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, accent);
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, dim);
    return palette;
}

} // namespace

QString appearanceId(Appearance appearance)
{
    return appearance == Appearance::Dark    ? QStringLiteral("dark")
           : appearance == Appearance::Light ? QStringLiteral("light")
                                             : QStringLiteral("system");
}

Appearance appearanceFromId(const QString& id)
{
    return id == QLatin1String("dark")    ? Appearance::Dark
           : id == QLatin1String("light") ? Appearance::Light
                                          : Appearance::System;
}

void applyAppearance(Appearance appearance)
{
    static const QString systemStyle = QApplication::style()->objectName();
    if (appearance == Appearance::System) {
        QApplication::setStyle(systemStyle);
        QApplication::setPalette(QPalette());
        return;
    }
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setPalette(appearance == Appearance::Dark ? darkPalette() : QApplication::style()->standardPalette());
}

} // namespace binaurium
