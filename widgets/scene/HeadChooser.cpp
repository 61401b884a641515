// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/scene/HeadChooser.h"

#include "core/acoustics/HeadCatalogue.h"
#include "core/acoustics/SofaFile.h"
#include "core/support/Error.h"
#include "widgets/document/SceneCommands.h"

#include <QFileDialog>

namespace binaurium {
namespace {

const QString defaultHead = QStringLiteral("default");

} // namespace

HeadChooser::HeadChooser(SceneDocument& document, QWidget* parent) : QComboBox(parent), document_(document)
{
    setAccessibleName(tr("Head"));
    setToolTip(tr("The head that the scene is heard through"));
    addItem(tr("KEMAR (default)"), defaultHead);
    try {
        for (const auto& entry : readHeadCatalogue())
            if (const auto file = findHeadFile(entry); !file.empty())
                addItem(QString::fromStdString(entry.id), QString::fromStdString(file.string()));
    } catch (const Error&) {
        // Without the catalogue there are still the default head and files.
    }
    addItem(tr("SOFA file…"), QString());
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(12);
    connect(this, &QComboBox::activated, this, &HeadChooser::activate);
    connect(&document_, &SceneDocument::changed, this, [this](const SceneChange& change) {
        if (change.kind == SceneChange::Kind::Everything)
            wanted_ = false;
        show();
    });
    connect(&reading_, &BackgroundWork::failed, this, &HeadChooser::refused);
    show();
}

void HeadChooser::show()
{
    const auto head = QString::fromStdString(document_.scene().listener.head);
    int index = findData(head);
    if (index < 0) {
        const auto name = QString::fromStdString(std::filesystem::path(head.toStdString()).filename().string());
        insertItem(count() - 1, name, head);
        index = count() - 2;
    }
    setCurrentIndex(index);
}

void HeadChooser::activate(int index)
{
    wanted_ = false;
    const auto head = itemData(index).toString();
    if (!head.isEmpty()) {
        if (head.toStdString() != document_.scene().listener.head)
            changeHead(document_, head.toStdString());
        return;
    }
    show(); // the entry itself is no head
    const auto file = QFileDialog::getOpenFileName(this, tr("Head"), {}, tr("SOFA files (*.sofa)"));
    if (!file.isEmpty())
        choose(file.toStdString());
}

void HeadChooser::choose(const std::filesystem::path& file)
{
    wanted_ = true;
    reading_.start([this, file](const BackgroundWork::Context& context) {
        (void)readSofaHead(file);
        context.deliver([this, file] {
            if (wanted_)
                changeHead(document_, std::filesystem::absolute(file).string());
        });
    });
}

} // namespace binaurium
