// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dataset/ItemText.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace binaurium {
namespace {

struct ItemTextWords
{
    Q_DECLARE_TR_FUNCTIONS(ItemText)
};

QString text(const std::string& s)
{
    return QString::fromStdString(s).toHtmlEscaped();
}

QString scalar(const Json& value)
{
    return QString::fromStdString(value.is_string() ? value.get<std::string>() : value.dump());
}

bool isNode(const Json& value)
{
    return value.is_object() || (value.is_array() && !value.empty() && value.front().is_object());
}

void writeNode(const Json& node, const QString& name, int depth, QStringList& lines)
{
    if (node.is_array()) {
        for (const Json& one : node)
            writeNode(one, name, depth, lines);
        return;
    }
    QStringList plain;
    for (const auto& [key, value] : node.items())
        if (key != "op" && !isNode(value))
            plain << QString::fromStdString(key) + QLatin1Char(' ') + scalar(value);
    QString line(2 * depth, QLatin1Char(' '));
    if (!name.isEmpty())
        line += name + QLatin1String(": ");
    line += node.contains("op") ? scalar(node["op"]) : QStringLiteral("?");
    if (!plain.isEmpty())
        line += QLatin1String(" (") + plain.join(QLatin1String(", ")) + QLatin1Char(')');
    lines << line;
    for (const auto& [key, value] : node.items())
        if (isNode(value))
            writeNode(value, QString::fromStdString(key), depth + 1, lines);
}

QString marginWords(const std::string& key, const Json& value)
{
    const QString number = value.is_number() ? QLocale().toString(value.get<double>(), 'g', 4) : scalar(value);
    if (key == "border_deg")
        return ItemTextWords::tr("%1° from the nearest border between directions").arg(number);
    if (key == "distance_ratio")
        return ItemTextWords::tr("distances differ by a factor of %1").arg(number);
    if (key == "level_gap_db")
        return ItemTextWords::tr("levels differ by %1 dB").arg(number);
    if (key == "start_gap_s")
        return ItemTextWords::tr("starts differ by %1 s").arg(number);
    return QString::fromStdString(key) + QLatin1Char(' ') + number;
}

QString optionLines(const Item& item)
{
    if (item.options.empty())
        return ItemTextWords::tr("<p>Free answer: <b>✓ %1</b></p>").arg(text(item.answer));
    QString lines = QStringLiteral("<p>");
    for (std::size_t i = 0; i < item.options.size(); ++i) {
        const QString words =
            QString(QChar(static_cast<char16_t>(u'A' + i))) + QLatin1String("&nbsp; ") + text(item.options[i]);
        lines += item.options[i] == item.answer ? ItemTextWords::tr("<b>✓ %1</b> (right answer)").arg(words)
                                                : QStringLiteral("&nbsp;&nbsp;&nbsp; ") + words;
        lines += QLatin1String("<br>");
    }
    return lines + QLatin1String("</p>");
}

QString row(const QString& name, const QString& value)
{
    return value.isEmpty()
               ? QString()
               : QStringLiteral("<tr><td style='padding-right:10px'><b>%1</b></td><td>%2</td></tr>").arg(name, value);
}

QString headWords(const Json& head)
{
    if (!head.is_object())
        return {};
    QString words = head.contains("id") ? scalar(head["id"]).toHtmlEscaped() : QString();
    if (const double scale = head.value("frequency_scale", 1.0); scale != 1.0)
        words += ItemTextWords::tr(", frequencies × %1").arg(QLocale().toString(scale, 'f', 3));
    if (head.value("diffuse_field_equalised", false))
        words += ItemTextWords::tr(", diffuse-field equalised");
    for (const auto& [key, value] : head.items())
        if (key != "id" && key != "frequency_scale" && key != "diffuse_field_equalised")
            words +=
                QLatin1String(", ") + QString::fromStdString(key + " ").toHtmlEscaped() + scalar(value).toHtmlEscaped();
    return words;
}

} // namespace

QString programText(const Json& program)
{
    QStringList lines;
    if (program.is_object())
        writeNode(program, {}, 0, lines);
    return lines.join(QLatin1Char('\n'));
}

QString itemHtml(const PreviewItem& one)
{
    const Item& item = one.item;
    QStringList margins;
    for (const auto& [key, value] : item.margins.items())
        margins << marginWords(key, value).toHtmlEscaped();
    QString html = QStringLiteral("<p style='font-size:large'><b>%1</b></p>").arg(text(item.question));
    html += optionLines(item);
    html += QLatin1String("<table cellspacing='0' cellpadding='2'>");
    html += row(ItemTextWords::tr("Task"),
                ItemTextWords::tr("%1, level %2, %3").arg(text(item.task), text(item.level), text(item.split)));
    html += row(ItemTextWords::tr("Evidence"), text(item.evidence));
    html += row(ItemTextWords::tr("Margins"), margins.join(QLatin1String("<br>")));
    html += row(ItemTextWords::tr("Program"),
                QStringLiteral("<pre style='margin:0'>%1</pre>").arg(programText(item.program).toHtmlEscaped()));
    html += row(ItemTextWords::tr("Head"), headWords(item.head));
    html +=
        row(ItemTextWords::tr("Item"), ItemTextWords::tr("%1, wording %2").arg(text(item.id), text(item.templateId)));
    html += row(ItemTextWords::tr("Twin"), text(item.pair));
    return html + QLatin1String("</table>");
}

} // namespace binaurium
