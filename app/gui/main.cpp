// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/MainWindow.h"
#include "core/support/DataPaths.h"
#include "widgets/ask/AskTab.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QLibraryInfo>
#include <QTranslator>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

// Qt ends the program with a page of plugin names when there is no display; one sentence is better.
bool hasDisplay(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i)
        if (const std::string_view argument = argv[i]; argument == "-platform" || argument == "--platform" ||
                                                       argument == "--help" || argument == "-h" ||
                                                       argument == "--version" || argument == "-v")
            return true;
    return std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr ||
           std::getenv("QT_QPA_PLATFORM") != nullptr;
}

} // namespace

int main(int argc, char** argv)
{
    if (!hasDisplay(argc, argv)) {
        std::fputs("error: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set); use binaurium-cli, or "
                   "start the workbench on a desktop\n",
                   stderr);
        return 4;
    }
    // --help and --version need no window and must work without a display.
    if (std::getenv("DISPLAY") == nullptr && std::getenv("WAYLAND_DISPLAY") == nullptr &&
        std::getenv("QT_QPA_PLATFORM") == nullptr)
        ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("binaurium"));
    QApplication::setOrganizationName(QStringLiteral("binaurium"));
    QApplication::setApplicationDisplayName(QStringLiteral("Binaurium"));
    QApplication::setApplicationVersion(QStringLiteral(BINAURIUM_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("org.binaurium.Binaurium"));
    QTranslator translator;
    // Where there is no language of the user's, at least the plural forms of English.
    if (translator.load(QLocale(), QStringLiteral("binaurium"), QStringLiteral("_"), QStringLiteral(":/i18n")) ||
        translator.load(QStringLiteral(":/i18n/binaurium_en")))
        QApplication::installTranslator(&translator);

    QCommandLineParser parser;
    parser.setApplicationDescription(QObject::tr("Workbench for spatial hearing in audio-language models"));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("file"), QObject::tr("Scene, recording or training run to open"));
    const QCommandLineOption tab(QStringLiteral("tab"),
                                 QObject::tr("Tab to show: scene, ask, training, dataset or benchmark"),
                                 QStringLiteral("name"));
    const QCommandLineOption reset(QStringLiteral("reset"), QObject::tr("Forget window layout and recent files"));
    parser.addOptions({tab, reset});
    parser.process(app);
    if (parser.isSet(reset))
        binaurium::Settings().reset();

    binaurium::applyAppearance(binaurium::Settings().appearance());
    binaurium::MainWindow window({}, binaurium::AudioOutput::makeDefault);
    window.askTab().setHistoryFile(binaurium::stateFolder() / "ask-history.jsonl");
    window.show();
    if (parser.positionalArguments().isEmpty())
        window.openExample(QStringLiteral("kitchen.scene.json"));
    else
        window.openPath(parser.positionalArguments().first().toStdString());
    window.offerRecovery();
    if (parser.isSet(tab))
        window.showTab(parser.value(tab));
    return QApplication::exec();
}
