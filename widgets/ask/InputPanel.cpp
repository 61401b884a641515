// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ask/InputPanel.h"

#include "widgets/ask/AskInput.h"
#include "widgets/document/SceneDocument.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace binaurium {

InputPanel::InputPanel(AskInput& input, SceneDocument& document, QWidget* parent)
    : QWidget(parent), input_(input), document_(document)
{
    words_ = new QLabel(this);
    words_->setTextFormat(Qt::PlainText);
    words_->setWordWrap(true);
    doubts_ = new QLabel(this);
    doubts_->setWordWrap(true);
    doubts_->setAccessibleName(tr("What is doubtful about the sound"));
    doubts_->hide();
    const auto button = [this](const QString& text, const QString& name, const QString& tip) {
        auto* made = new QPushButton(text, this);
        made->setAccessibleName(name);
        made->setToolTip(tip);
        return made;
    };
    auto* open = button(tr("Open &recording…"), tr("Open recording"), tr("Two channels, any rate, any length"));
    auto* scene = button(tr("Use the &scene"), tr("Use the scene"), {});
    record_ = button(tr("&Microphone…"), tr("Record with microphones"), tr("Records two channels and asks about them"));
    timeline_ = button(tr("&Detect sources"), tr("Detect sources"),
                       tr("Hears the whole recording window by window: what sounds from when to when, and where"));
    connect(open, &QPushButton::clicked, this, [this] {
        const auto file =
            QFileDialog::getOpenFileName(this, tr("Open recording"), {}, tr("Audio (*.wav *.flac *.ogg *.mp3 *.opus)"));
        if (!file.isEmpty())
            emit openWanted(file);
    });
    connect(scene, &QPushButton::clicked, this, &InputPanel::sceneWanted);
    connect(record_, &QPushButton::clicked, this, &InputPanel::recordWanted);
    connect(timeline_, &QPushButton::clicked, this, &InputPanel::timelineWanted);
    tell_ = new QCheckBox(tr("Tell what is &visible"), this);
    tell_->setToolTip(tr("Says before the question what stands in view, so that it can be asked what is heard but not "
                         "seen"));
    seen_ = new QLineEdit(this);
    seen_->setAccessibleName(tr("What is visible"));
    seen_->setPlaceholderText(tr("kettle@30, dog@-45 (degrees, left positive)"));
    connect(tell_, &QCheckBox::toggled, this, &InputPanel::showVisible);
    connect(&input_, &AskInput::changed, this, &InputPanel::showInput);
    connect(&document_, &SceneDocument::changed, this, [this](const SceneChange& change) {
        if (!change.more)
            showVisible();
    });
    connect(&input_, &AskInput::doubted, this, [this](const QStringList& sentences) {
        doubts_->setText(sentences.join(QLatin1Char('\n')));
        doubts_->setVisible(!sentences.isEmpty());
    });
    auto* row = new QHBoxLayout;
    for (auto* b : {open, scene, record_})
        row->addWidget(b);
    auto* view = new QHBoxLayout;
    view->addWidget(tell_);
    view->addWidget(seen_, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(words_);
    column->addWidget(doubts_);
    column->addLayout(row);
    column->addWidget(timeline_);
    column->addLayout(view);
    showInput();
}

QString InputPanel::doubts() const
{
    return doubts_->text();
}

void InputPanel::showInput()
{
    words_->setText(input_.words());
    timeline_->setVisible(input_.kind() == AskInput::Kind::File);
    showVisible();
}

// Of the scene the plan knows it; of a recording it is typed.
void InputPanel::showVisible()
{
    seen_->setVisible(tell_->isChecked());
    seen_->setReadOnly(input_.isScene());
    if (input_.isScene())
        seen_->setText(QString::fromStdString(visibleSentence(visibleObjects(document_.scene(), fieldOfViewDeg))));
    else if (seen_->text().startsWith(QLatin1String("In view")))
        seen_->clear();
}

std::string InputPanel::visible() const
{
    if (!tell_->isChecked())
        return {};
    return input_.isScene() ? visibleSentence(visibleObjects(document_.scene(), fieldOfViewDeg))
                            : visibleSentence(visibleFromText(seen_->text().toStdString()));
}

} // namespace binaurium
