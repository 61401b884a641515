// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/training/OptionForm.h"

#include "widgets/controls/DeviceBox.h"
#include "widgets/controls/PathEdit.h"
#include "widgets/training/RunWords.h"

#include <QComboBox>
#include <QFontMetrics>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>
#include <algorithm>
#include <cmath>
#include <utility>

namespace binaurium {
namespace {

using Kind = OptionField::Kind;

bool isChoice(const OptionField& field)
{
    return field.kind == Kind::Boolean || field.kind == Kind::Choice || field.kind == Kind::Device;
}

QString rangeText(const OptionField& field)
{
    return OptionForm::tr("%1 to %2", "range")
        .arg(QString::number(field.low, 'g', 10), QString::number(field.high, 'g', 10));
}

// Numbers are written as in the file, whatever the locale: the text stands beside them.
std::optional<double> numberOf(const QString& text)
{
    bool isNumber = false;
    const double value = QLocale::c().toDouble(text.trimmed(), &isNumber);
    return isNumber && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

// A title that the user reads: "learning_rate" is "learning rate".
QString titleOf(const OptionField& field)
{
    return QString::fromStdString(field.key).replace(QLatin1Char('_'), QLatin1Char(' '));
}

PathEdit* makePath(const OptionField& field, QWidget* page)
{
    const auto title = OptionForm::tr("Choose %1").arg(titleOf(field));
    if (field.kind == Kind::Model)
        return makeModelEdit(title, page);
    return new PathEdit(title,
                        field.kind == Kind::File      ? PathEdit::Wanted::File
                        : field.kind == Kind::Folders ? PathEdit::Wanted::Folders
                                                      : PathEdit::Wanted::Folder,
                        page);
}

} // namespace

QString optionText(const Json& value)
{
    if (value.is_boolean())
        return value.get<bool>() ? OptionForm::tr("yes") : OptionForm::tr("no");
    if (value.is_number_float())
        return QString::number(value.get<double>(), 'g', 10);
    if (value.is_string())
        return QString::fromStdString(value.get<std::string>());
    if (value.is_array()) {
        QStringList parts;
        for (const Json& item : value)
            parts << optionText(item);
        return parts.join(QStringLiteral(", "));
    }
    return QString::fromStdString(value.dump());
}

std::optional<Json> optionValue(const OptionField& field, const QString& text, QString* why)
{
    const auto fail = [&](const QString& sentence) {
        *why = sentence;
        return std::optional<Json>();
    };
    const auto inRange = [&](double value) { return value >= field.low && value <= field.high; };
    if (field.kind == Kind::Text || field.isPath())
        return Json(text.trimmed().toStdString());
    if (field.kind == Kind::Folders) {
        Json list = Json::array();
        for (const QString& part : text.split(QLatin1Char(','), Qt::SkipEmptyParts))
            list.push_back(part.trimmed().toStdString());
        return list;
    }
    if (field.kind == Kind::Numbers) {
        Json list = Json::array();
        for (const QString& part : text.split(QLatin1Char(','))) {
            const auto value = numberOf(part);
            if (!value || !inRange(*value))
                return fail(OptionForm::tr("needs %n number(s)", nullptr, static_cast<int>(field.value.size())) +
                            QLatin1String(", ") + rangeText(field));
            list.push_back(*value);
        }
        if (list.size() != field.value.size())
            return fail(OptionForm::tr("needs %n number(s)", nullptr, static_cast<int>(field.value.size())));
        return list;
    }
    const auto value = numberOf(text);
    if (!value)
        return fail(OptionForm::tr("'%1' is not a number").arg(text.trimmed()));
    if (!inRange(*value))
        return fail(OptionForm::tr("must be %1").arg(rangeText(field)));
    if (field.kind == Kind::Number)
        return Json(*value);
    if (*value != std::floor(*value))
        return fail(OptionForm::tr("must be a whole number"));
    return Json(static_cast<std::int64_t>(*value));
}

OptionEditor::OptionEditor(const OptionField& field, QWidget* page, QGridLayout& grid, int row)
    : QObject(page), field_(field)
{
    const auto title = titleOf(field);
    auto help = QString::fromStdString(field.help);
    if (field.kind == Kind::Integer || field.kind == Kind::Number || field.kind == Kind::Numbers)
        help += QLatin1Char('\n') + rangeText(field);
    help += QLatin1Char('\n') + tr("default: %1").arg(optionText(field.value));
    name_ = new QLabel(title, page);
    name_->setTextFormat(Qt::PlainText);
    name_->setToolTip(help);
    if (isChoice(field))
        makeChoice(page);
    else {
        line_ = field.isPath() || field.kind == Kind::Folders ? makePath(field, page) : new QLineEdit(page);
        line_->setPlaceholderText(optionText(field.value));
        connect(line_, &QLineEdit::textEdited, this, &OptionEditor::takeText);
    }
    QWidget& widget = editor();
    widget.setAccessibleName(field.section.empty() ? title : stageTitle(field.section) + QLatin1Char(' ') + title);
    widget.setToolTip(help);
    name_->setBuddy(&widget);
    reset_ = new QToolButton(page);
    reset_->setText(QStringLiteral("↺"));
    reset_->setAutoRaise(true);
    reset_->setFocusPolicy(Qt::StrongFocus);
    reset_->setToolTip(tr("Back to the default %1").arg(optionText(field.value)));
    reset_->setAccessibleName(tr("Reset %1").arg(widget.accessibleName()));
    connect(reset_, &QToolButton::clicked, this, [this] { enter({}); });
    grid.addWidget(name_, row, 0);
    grid.addWidget(&widget, row, 1);
    grid.addWidget(reset_, row, 2);
    showValue();
}

void OptionEditor::makeChoice(QWidget* page)
{
    if (field_.kind == Kind::Device) {
        auto* devices = new DeviceBox(page);
        choice_ = devices;
        connect(devices, &DeviceBox::chosen, this, [this](const QString& id) {
            change(id == QLatin1String("auto") ? std::nullopt : std::optional<Json>(id.toStdString()));
        });
        return;
    }
    choice_ = new QComboBox(page);
    choice_->addItem(tr("%1 (default)").arg(optionText(field_.value)), QString());
    if (field_.kind == Kind::Boolean)
        for (const bool value : {true, false})
            choice_->addItem(optionText(value), value ? QStringLiteral("true") : QStringLiteral("false"));
    else
        for (const auto& value : field_.choices)
            choice_->addItem(QString::fromStdString(value), QString::fromStdString(value));
    connect(choice_, &QComboBox::activated, this, [this] {
        const auto id = choice_->currentData().toString();
        if (id.isEmpty())
            change({});
        else if (field_.kind == Kind::Boolean)
            change(Json(id == QLatin1String("true")));
        else
            change(Json(id.toStdString()));
    });
}

QWidget& OptionEditor::editor() const
{
    return line_ != nullptr ? static_cast<QWidget&>(*line_) : static_cast<QWidget&>(*choice_);
}

void OptionEditor::enter(const QString& text)
{
    if (line_ != nullptr) {
        line_->setText(text);
        takeText();
        return;
    }
    const int index = text.isEmpty() ? 0 : std::max(choice_->findText(text), choice_->findData(text));
    if (index < 0)
        return;
    choice_->setCurrentIndex(index);
    emit choice_->activated(index);
}

void OptionEditor::takeText()
{
    if (line_->text().trimmed().isEmpty()) {
        mark({});
        change({});
        return;
    }
    QString why;
    const auto value = optionValue(field_, line_->text(), &why);
    mark(why);
    if (value)
        change(value);
}

void OptionEditor::change(const std::optional<Json>& value)
{
    const bool same = value_ == value;
    value_ = value;
    showState();
    if (!same)
        emit edited(value_);
}

void OptionEditor::mark(const QString& why)
{
    const bool was = std::exchange(refused_, !why.isEmpty());
    line_->setStyleSheet(refused_ ? QStringLiteral("QLineEdit { border: 2px solid #D55E00; }") : QString());
    line_->setAccessibleDescription(why);
    if (refused_)
        line_->setToolTip(why);
    else
        line_->setToolTip(name_->toolTip());
    showState();
    if (was != refused_)
        emit refusedChanged();
}

void OptionEditor::showState()
{
    auto font = name_->font();
    font.setBold(value_.has_value());
    name_->setFont(font);
    reset_->setEnabled((value_.has_value() || refused_) && !readOnly_);
}

void OptionEditor::setReadOnly(bool on)
{
    readOnly_ = on;
    if (line_ != nullptr)
        line_->setReadOnly(on);
    else
        choice_->setEnabled(!on);
    showState();
}

void OptionEditor::setValue(const std::optional<Json>& value)
{
    if (value_ == value || (line_ != nullptr && line_->hasFocus() && refused_))
        return;
    value_ = value;
    showValue();
}

void OptionEditor::showValue()
{
    if (line_ != nullptr) {
        const QSignalBlocker quiet(line_);
        // The same value in other words ("1e-3") stays as it was typed.
        QString why;
        if (!value_ || optionValue(field_, line_->text(), &why) != value_)
            line_->setText(value_ ? optionText(*value_) : QString());
        line_->setCursorPosition(0);
        mark({});
    } else if (auto* devices = qobject_cast<DeviceBox*>(choice_)) {
        devices->setId(value_ && value_->is_string() ? QString::fromStdString(value_->get<std::string>())
                                                     : QStringLiteral("auto"));
    } else {
        const auto id = !value_                        ? QString()
                        : field_.kind == Kind::Boolean ? QString::fromStdString(value_->dump())
                        : value_->is_string()          ? QString::fromStdString(value_->get<std::string>())
                                                       : QString();
        choice_->setCurrentIndex(std::max(0, choice_->findData(id)));
    }
    showState();
}

OptionForm::OptionForm(QWidget* parent) : QWidget(parent)
{
    pages_ = new QTabWidget(this);
    pages_->tabBar()->setAccessibleName(tr("Sections of the configuration"));
    pages_->setDocumentMode(true);
    QGridLayout* grid = nullptr;
    QWidget* page = nullptr;
    std::string section = "-";
    int row = 0;
    const auto endPage = [&] {
        if (grid != nullptr)
            grid->setRowStretch(row, 1);
    };
    for (const OptionField& field : optionFields(TrainOptions())) {
        if (field.section != section) {
            endPage();
            section = field.section;
            row = 0;
            page = new QWidget;
            grid = new QGridLayout(page);
            grid->setContentsMargins(4, 4, 4, 4);
            grid->setVerticalSpacing(2);
            grid->setColumnStretch(1, 1);
            auto* area = new QScrollArea(pages_);
            area->setAccessibleName(stageTitle(section));
            area->setWidget(page);
            area->setWidgetResizable(true);
            area->setFrameShape(QFrame::NoFrame);
            pages_->addTab(area, stageTitle(section));
        }
        auto* editor = new OptionEditor(field, page, *grid, row++);
        editors_.push_back(editor);
        connect(editor, &OptionEditor::refusedChanged, this, &OptionForm::refusedChanged);
        connect(editor, &OptionEditor::edited, this, [this, editor](const std::optional<Json>& value) {
            emit optionEdited(editor->field().section, editor->field().key, value);
        });
    }
    endPage();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(pages_);
}

void OptionForm::setDocument(const Json& document)
{
    static const Json empty = Json::object();
    for (OptionEditor* editor : editors_) {
        const OptionField& field = editor->field();
        const Json& table = field.section.empty()              ? document
                            : document.contains(field.section) ? document[field.section]
                                                               : empty;
        editor->setValue(table.is_object() && table.contains(field.key) ? std::optional(table[field.key])
                                                                        : std::nullopt);
    }
}

void OptionForm::setReadOnly(bool on)
{
    for (OptionEditor* editor : editors_)
        editor->setReadOnly(on);
}

OptionEditor* OptionForm::find(const std::string& section, const std::string& key) const
{
    for (OptionEditor* editor : editors_)
        if (editor->field().section == section && editor->field().key == key)
            return editor;
    return nullptr;
}

bool OptionForm::isRefusing() const
{
    return std::ranges::any_of(editors_, &OptionEditor::isRefused);
}

void OptionForm::showOption(const std::string& section, const std::string& key)
{
    const OptionEditor* editor = find(section, key);
    if (editor == nullptr)
        return;
    for (int i = 0; i < pages_->count(); ++i)
        if (auto* area = qobject_cast<QScrollArea*>(pages_->widget(i)); area->isAncestorOf(&editor->editor())) {
            pages_->setCurrentIndex(i);
            area->ensureWidgetVisible(&editor->editor());
        }
}

} // namespace binaurium
