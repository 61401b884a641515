// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scene/Materials.h"
#include "tests/TestMain.h"
#include "tests/widgets/SceneFixture.h"
#include "widgets/controls/DeviceBox.h"
#include "widgets/controls/MessageBar.h"
#include "widgets/controls/PathEdit.h"
#include "widgets/controls/QuantityEdit.h"
#include "widgets/document/ObjectCommands.h"
#include "widgets/scene/CoefficientsDialog.h"
#include "widgets/scene/ObjectPanel.h"
#include "widgets/scene/RoomPanel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTimer>
#include <QToolButton>
#include <numbers>

using namespace binaurium;
using test::OpenKitchen;

namespace {

constexpr double rounding = 1e-9; // of sums of decimal fractions

void type(QuantityEdit* edit, const QString& text)
{
    edit->setFocus();
    edit->selectAll();
    QTest::keyClicks(edit, text);
    QTest::keyClick(edit, Qt::Key_Return);
}

} // namespace

class ControlsTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void quantitiesAreReadWithUnitsAndArithmetic_data();
    void quantitiesAreReadWithUnitsAndArithmetic();
    void whatIsNotAQuantityIsRefusedWithAReason_data();
    void whatIsNotAQuantityIsRefusedWithAReason();
    void numbersAreWrittenWithoutTrailingZeros();
    void aFieldRefusesWhatIsOutOfRangeAndSaysTheRange();
    void cartesianAndPolarFieldsAreKeptInStep();
    void manyObjectsShowCommonValuesAndChangeTogether();
    void editsOfOneFieldMerge();
    void theRoomPanelChangesTheRoomAndOffersUndo();
    void theCoefficientsOfAWallAreEdited();
    void aReverberationTimeOutOfReachIsRefused();
    void devicesAreListedWithTheirMemory();
    void pathsAreDropped_data();
    void pathsAreDropped();
    void modelsAreTakenFromTheList();
};

void ControlsTest::quantitiesAreReadWithUnitsAndArithmetic_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("quantity");
    QTest::addColumn<double>("value");
    const auto length = static_cast<int>(Quantity::LengthM);
    QTest::newRow("third") << "1/3" << length << 1.0 / 3.0;
    QTest::newRow("metres") << "2.5m" << length << 2.5;
    QTest::newRow("centimetres") << "250cm" << length << 2.5;
    QTest::newRow("comma") << "2,5 m" << length << 2.5;
    QTest::newRow("feet and inches") << "8ft 2in" << length << 8 * 0.3048 + 2 * 0.0254;
    QTest::newRow("quotes") << "8'2\"" << length << 8 * 0.3048 + 2 * 0.0254;
    QTest::newRow("brackets") << "2*(1,5+0.25)" << length << 3.5;
    QTest::newRow("units in brackets") << "(10 + 5) cm" << length << 0.15;
    QTest::newRow("precedence") << "1+2*3-4/2" << length << 5.0;
    QTest::newRow("minus") << "-(2 - 5)" << length << 3.0;
    QTest::newRow("mm") << "15mm" << length << 0.015;
    QTest::newRow("radians") << "pi/2 rad" << static_cast<int>(Quantity::AngleDeg) << std::numbers::pi / 2 * 1.0;
    QTest::newRow("radians of a bracket") << "(pi/2) rad" << static_cast<int>(Quantity::AngleDeg) << 90.0;
    QTest::newRow("degrees") << QStringLiteral("45\u00B0") << static_cast<int>(Quantity::AngleDeg) << 45.0;
    QTest::newRow("milliseconds") << "200 ms" << static_cast<int>(Quantity::TimeS) << 0.2;
    QTest::newRow("minutes") << "1.5min" << static_cast<int>(Quantity::TimeS) << 90.0;
    QTest::newRow("decibels") << "-6dB" << static_cast<int>(Quantity::LevelDb) << -6.0;
}

void ControlsTest::quantitiesAreReadWithUnitsAndArithmetic()
{
    QFETCH(QString, text);
    QFETCH(int, quantity);
    QFETCH(double, value);
    QString error;
    const auto read = parseQuantity(text, static_cast<Quantity>(quantity), &error);
    QVERIFY2(read.has_value(), qPrintable(error));
    if (text == QLatin1String("pi/2 rad"))
        value = std::numbers::pi / (2.0 * 180.0 / std::numbers::pi); // the unit belongs to the 2 alone
    QVERIFY2(std::abs(*read - value) < rounding, qPrintable(QString::number(*read)));
}

void ControlsTest::whatIsNotAQuantityIsRefusedWithAReason_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"", "x", "1+", "(1", "1)", "1.2.3", "2 kg", "1/0", "--", "3 dB", "1e400m"})
        QTest::newRow(text) << QString::fromLatin1(text);
    QTest::newRow("deep") << QString(5000, QLatin1Char('('));
}

void ControlsTest::whatIsNotAQuantityIsRefusedWithAReason()
{
    QFETCH(QString, text);
    QString error;
    QVERIFY(!parseQuantity(text, Quantity::LengthM, &error));
    QVERIFY(!error.isEmpty());
}

void ControlsTest::numbersAreWrittenWithoutTrailingZeros()
{
    const QLocale c = QLocale::c();
    QCOMPARE(formatQuantity(2.5, Quantity::LengthM, 3, c), QStringLiteral("2.5\u00A0m"));
    QCOMPARE(formatQuantity(-0.0001, Quantity::AngleDeg, 1, c), QStringLiteral("0\u00B0"));
    QCOMPARE(formatQuantity(1200, Quantity::TimeS, 0, c), QStringLiteral("1200\u00A0s"));
    QCOMPARE(formatQuantity(0.25, Quantity::Plain, 2, QLocale(QLocale::German)), QStringLiteral("0,25"));
}

void ControlsTest::aFieldRefusesWhatIsOutOfRangeAndSaysTheRange()
{
    QuantityEdit edit(QStringLiteral("Height"), {Quantity::LengthM, 1.0, 4.0, 0.1, 2});
    edit.show();
    edit.setValue(2.0);
    const QSignalSpy edited(&edit, &QuantityEdit::valueEdited);
    type(&edit, QStringLiteral("7"));
    QVERIFY(edit.isRefused());
    QCOMPARE(edit.text(), QStringLiteral("7")); // stays to be corrected
    QVERIFY(edit.toolTip().contains(QStringLiteral("4")));
    QCOMPARE(edited.count(), 0);
    QTest::keyClick(&edit, Qt::Key_Escape);
    QVERIFY(!edit.isRefused());
    QVERIFY(edit.text().startsWith(QLatin1Char('2')));
    type(&edit, QStringLiteral("300 cm"));
    QCOMPARE(edited.count(), 1);
    QCOMPARE(edit.value(), 3.0);
    QTest::keyClick(&edit, Qt::Key_Up);
    QVERIFY(std::abs(edit.value() - 3.1) < rounding);
}

void ControlsTest::cartesianAndPolarFieldsAreKeptInStep()
{
    OpenKitchen k;
    auto& panel = k.tab->objectPanel();
    k.tab->selection().setOnly(0);
    type(panel.field(QStringLiteral("x")), QStringLiteral("3 + 40cm"));
    QCOMPARE(k.source(0).positionM.x, 3.4);
    const auto before = relativePosition(k.document.scene().listener, k.source(0).positionM);
    type(panel.field(QStringLiteral("azimuth")), QStringLiteral("90"));
    const auto after = relativePosition(k.document.scene().listener, k.source(0).positionM);
    QVERIFY(std::abs(after.direction.azimuthDeg - 90.0) < 1e-6);
    QVERIFY(std::abs(after.distanceM - before.distanceM) < 1e-6);
    QVERIFY(std::abs(panel.field(QStringLiteral("x"))->value() - k.source(0).positionM.x) < rounding);
    type(panel.field(QStringLiteral("distance")), QStringLiteral("50")); // behind the wall
    QVERIFY(panel.field(QStringLiteral("distance"))->isRefused());
    QVERIFY(std::abs(relativePosition(k.document.scene().listener, k.source(0).positionM).distanceM -
                     before.distanceM) < 1e-6);
    QCOMPARE(k.document.undoStack().undoText(), QStringLiteral("Change azimuth of 'Kettle'"));
}

void ControlsTest::manyObjectsShowCommonValuesAndChangeTogether()
{
    OpenKitchen k;
    auto& panel = k.tab->objectPanel();
    k.tab->selection().set({0, 1}, 0);
    QCOMPARE(panel.field(QStringLiteral("y"))->text(), QStringLiteral("\u2013"));
    QVERIFY(std::abs(panel.field(QStringLiteral("z"))->value() - 1.3) < rounding);
    type(panel.field(QStringLiteral("z")), QStringLiteral("1.7"));
    QCOMPARE(k.source(0).positionM.z, 1.7);
    QCOMPARE(k.source(1).positionM.z, 1.7);
    QCOMPARE(k.steps(), 1);
    k.tab->selection().set({0, listenerObject}, 0);
    QVERIFY(panel.field(QStringLiteral("gain"))->isHidden()); // a listener has none
    QVERIFY(!panel.field(QStringLiteral("x"))->isHidden());
}

void ControlsTest::editsOfOneFieldMerge()
{
    OpenKitchen k;
    k.tab->selection().setOnly(0);
    auto* gain = k.tab->objectPanel().field(QStringLiteral("gain"));
    gain->setFocus();
    for (int i = 0; i < 5; ++i)
        QTest::keyClick(gain, Qt::Key_Up);
    QCOMPARE(k.source(0).gainDb, 5.0);
    QCOMPARE(k.steps(), 1);
    for (int i = 0; i < 5; ++i)
        QTest::keyClick(gain, Qt::Key_Down);
    QCOMPARE(k.steps(), 0); // back where it began
}

void ControlsTest::theRoomPanelChangesTheRoomAndOffersUndo()
{
    OpenKitchen k;
    k.tab->side().setCurrentIndex(1);
    auto& panel = k.tab->roomPanel();
    const Scene before = k.document.scene();
    type(panel.field(QStringLiteral("width")), QStringLiteral("3m"));
    QCOMPARE(k.document.scene().room.sizeM.y, 3.0);
    QVERIFY(k.source(0).positionM.y < 3.0);
    auto& bar = k.tab->messageBar();
    QVERIFY(bar.isVisible() && bar.text().contains(QStringLiteral("1 object")));
    bar.findChild<QPushButton*>()->click();
    QVERIFY(k.document.scene() == before);
    QVERIFY(!bar.isVisible());
    auto* floor = panel.material(Wall::Floor);
    floor->setCurrentIndex(floor->findText(QStringLiteral("carpet on concrete")) >= 0
                               ? floor->findText(QStringLiteral("carpet on concrete"))
                               : 0);
    emit floor->activated(floor->currentIndex());
    QCOMPARE(k.document.scene().room.walls[4].material, floor->currentText().toStdString());
    QVERIFY(panel.criticalDistance().text().contains(QStringLiteral("m")));
}

void ControlsTest::theCoefficientsOfAWallAreEdited()
{
    OpenKitchen k;
    k.tab->side().setCurrentIndex(1);
    auto& panel = k.tab->roomPanel();
    const Room before = k.document.scene().room;
    QTest::mouseClick(panel.coefficients(Wall::Floor), Qt::LeftButton);
    auto* dialog = panel.findChild<CoefficientsDialog*>();
    QVERIFY(dialog != nullptr && dialog->isVisible());
    QCOMPARE(dialog->absorption(), wideAbsorptionOf(before.walls[4]));
    const auto boxes = dialog->findChildren<QDoubleSpinBox*>();
    QCOMPARE(boxes.size(), 2 * static_cast<int>(wideBandCount));
    auto* box = boxes[2 * 4]; // absorption at 1 kHz
    QCOMPARE(box->accessibleName(), QStringLiteral("Absorption at %1 Hz").arg(box->locale().toString(1000.0, 'f', 0)));
    box->selectAll();
    QTest::keyClicks(box, QStringLiteral("0.75"));
    QTest::mouseClick(dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok), Qt::LeftButton);
    QCOMPARE(k.document.scene().room.walls[4].material, std::string("custom"));
    QCOMPARE(absorptionOf(k.document.scene().room.walls[4])[3], 0.75);
    QCOMPARE(panel.material(Wall::Floor)->currentText(), QStringLiteral("custom"));
    k.document.undoStack().undo();
    QVERIFY(k.document.scene().room == before);
}

void ControlsTest::aReverberationTimeOutOfReachIsRefused()
{
    OpenKitchen k;
    k.tab->side().setCurrentIndex(1);
    auto& panel = k.tab->roomPanel();
    auto room = k.document.scene().room;
    auto* wanted = panel.findChild<QCheckBox*>(QStringLiteral("wanted"));
    QVERIFY(wanted != nullptr);
    wanted->click();
    QCOMPARE(k.document.scene().room.wantedRt60S.size(), std::size_t{1});
    auto* edit = panel.field(QStringLiteral("rt60"));
    type(edit, QStringLiteral("0.4"));
    QCOMPARE(k.document.scene().room.wantedRt60S.front(), 0.4);
    type(edit, QStringLiteral("19"));
    QVERIFY(edit->isRefused());
    QCOMPARE(k.document.scene().room.wantedRt60S.front(), 0.4);
    wanted->click();
    QVERIFY(k.document.scene().room == room);
}

void ControlsTest::devicesAreListedWithTheirMemory()
{
    constexpr double gib = 1024.0 * 1024.0 * 1024.0;
    DeviceBox box;
    QCOMPARE(box.id(), QStringLiteral("auto"));
    box.setId(QStringLiteral("cuda:1")); // of a configuration from another computer
    box.setDevices({{"cpu", "processor", 2.0 * gib, 0.0}, {"cuda:0", "Card A", 3.5 * gib, 8.0 * gib}});
    QCOMPARE(box.id(), QStringLiteral("cuda:1"));
    QVERIFY(box.findText(QStringLiteral("Card A (cuda:0), 3.5 GiB free")) >= 0);
    QSignalSpy chosen(&box, &DeviceBox::chosen);
    box.setId(QStringLiteral("cpu"));
    QCOMPARE(chosen.count(), 0); // by the program, not by the user
    box.setFocus();
    QTest::keyClick(&box, Qt::Key_Down);
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen.front().front().toString(), QStringLiteral("cuda:0"));
}

void ControlsTest::pathsAreDropped_data()
{
    const auto file = QString::fromStdString(test::sourceFile("CMakeLists.txt").string());
    const auto folder = QString::fromStdString(test::sourceFile("tests").string());
    const auto another = QString::fromStdString(test::sourceFile("core").string());
    using Wanted = PathEdit::Wanted;
    QTest::addColumn<int>("wanted");
    QTest::addColumn<bool>("readOnly");
    QTest::addColumn<QStringList>("dropped");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* name, Wanted wanted, bool readOnly, const QStringList& dropped,
                        const QString& text) {
        QTest::newRow(name) << static_cast<int>(wanted) << readOnly << dropped << text;
    };
    const auto before = QStringLiteral("before");
    row("folder", Wanted::Folder, false, {folder}, folder);
    row("file for a folder", Wanted::Folder, false, {file}, before);
    row("file", Wanted::File, false, {file}, file);
    row("folder for a file", Wanted::File, false, {folder}, before);
    row("two for one", Wanted::Folder, false, {folder, another}, before);
    row("several", Wanted::Folders, false, {folder, another}, before + ", " + folder + ", " + another);
    row("read-only", Wanted::Folder, true, {folder}, before);
}

void ControlsTest::pathsAreDropped()
{
    QFETCH(int, wanted);
    QFETCH(bool, readOnly);
    QFETCH(QStringList, dropped);
    QFETCH(QString, text);
    PathEdit edit(QStringLiteral("Choose"), static_cast<PathEdit::Wanted>(wanted));
    edit.setText(QStringLiteral("before"));
    edit.setReadOnly(readOnly);
    const QSignalSpy edited(&edit, &QLineEdit::textEdited);
    QList<QUrl> urls;
    for (const auto& path : dropped)
        urls << QUrl::fromLocalFile(path);
    QMimeData data;
    data.setUrls(urls);
    QDragEnterEvent enter(QPoint(1, 1), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&edit, &enter);
    if (enter.isAccepted()) {
        QDropEvent drop(QPointF(1.0, 1.0), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&edit, &drop);
    }
    QCOMPARE(edit.text(), text);
    QCOMPARE(edited.size(), text == QStringLiteral("before") ? 0 : 1);
}

void ControlsTest::modelsAreTakenFromTheList()
{
    PathEdit edit(QStringLiteral("Choose a model"), PathEdit::Wanted::Folder);
    edit.setSuggestions({QStringLiteral("binaurium-small")});
    edit.show();
    QVERIFY(QTest::qWaitForWindowExposed(&edit));
    QTimer::singleShot(0, &edit, [] {
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QVERIFY(menu != nullptr);
        QTest::keyClick(menu, Qt::Key_Down);
        QTest::keyClick(menu, Qt::Key_Return);
    });
    QTest::keyClick(&edit, Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(edit.text(), QStringLiteral("binaurium-small"));
    edit.setReadOnly(true);
    QTest::keyClick(&edit, Qt::Key_Down, Qt::AltModifier); // no list that would wait for an answer
    QCOMPARE(edit.text(), QStringLiteral("binaurium-small"));
}

QTEST_MAIN(ControlsTest)
#include "ControlsTest.moc"
