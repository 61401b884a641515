// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/acoustics/MeasuredRoom.h"
#include "core/acoustics/Renderer.h"
#include "core/acoustics/SofaFile.h"
#include "core/acoustics/SofaTable.h"
#include "core/support/AtomicFile.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"
#include "tests/acoustics/HeadFixture.h"
#include "tests/acoustics/SofaWriter.h"

#include <numbers>

using namespace binaurium;
using test::SofaWriter;

namespace {

const std::filesystem::path packedFolder = BINAURIUM_SOURCE_DIR "/tests/acoustics/fixtures";
constexpr double rateHz = 44100.0;
constexpr std::size_t taps = 65; // odd
const SofaWriter::Attributes sphericalDegrees{{"Type", "spherical"}, {"Units", "degree, degree, metre"}};
const SofaWriter::Attributes cartesian{{"Type", "cartesian"}, {"Units", "metre"}};

struct Grid
{
    std::vector<Direction> directions;
    Grid()
    {
        for (int elevation = -60; elevation <= 60; elevation += 30)
            for (int azimuth = 0; azimuth < 360; azimuth += 30)
                directions.push_back({static_cast<double>(azimuth), static_cast<double>(elevation)});
        directions.push_back({0.0, 90.0});
    }
};

// A pulse that is earlier and louder at the ear on the side of the source.
std::vector<double> pulse(double side, std::size_t length = taps)
{
    std::vector<double> ir(length);
    const double onset = 20.0 - 10.0 * side;
    for (std::size_t n = 0; n < length; ++n)
        ir[n] = (1.0 + 0.6 * side) * std::exp(-0.5 * std::pow((static_cast<double>(n) - onset) / 1.5, 2));
    return ir;
}

void setDirections(SofaWriter& file, const std::vector<Direction>& directions, double scale = 1.0)
{
    auto& source = file.variables["SourcePosition"];
    source = {{directions.size(), 3}, {}, sphericalDegrees};
    for (const Direction& d : directions)
        source.values.insert(source.values.end(), {d.azimuthDeg * scale, d.elevationDeg * scale, 1.2});
}

// A head of pulses with everything that the convention asks for.
SofaWriter plainHead()
{
    const Grid grid;
    SofaWriter file("SimpleFreeFieldHRIR");
    setDirections(file, grid.directions);
    file.variables["ListenerPosition"] = {{1, 3}, {0, 0, 0}, cartesian};
    file.variables["ListenerView"] = {{1, 3}, {1, 0, 0}, cartesian};
    file.variables["ListenerUp"] = {{1, 3}, {0, 0, 1}, {}}; // type and units are those of the view (AES69)
    file.variables["ReceiverPosition"] = {{2, 3, 1}, {0, 0.09, 0, 0, -0.09, 0}, cartesian};
    file.variables["EmitterPosition"] = {{1, 3, 1}, {0, 0, 0}, cartesian};
    file.variables["Data.SamplingRate"] = {{1}, {rateHz}, {{"Units", "hertz"}}};
    file.variables["Data.Delay"] = {{1, 2}, {0, 0}, {}};
    auto& ir = file.variables["Data.IR"];
    ir.shape = {grid.directions.size(), 2, taps};
    for (const Direction& d : grid.directions)
        for (const double ear : {1.0, -1.0}) {
            const auto response = pulse(ear * unitVector(d).y);
            ir.values.insert(ir.values.end(), response.begin(), response.end());
        }
    return file;
}

// A loudspeaker at `azimuthDeg`: a pulse and a reverberant decay of noise.
std::vector<double> roomResponse(double azimuthDeg, double ear)
{
    auto ir = pulse(ear * std::sin(radians(azimuthDeg)), 4000);
    RandomStream random(1, "room", static_cast<std::uint64_t>(azimuthDeg + 360.0 + (ear > 0 ? 0 : 1000)));
    for (std::size_t n = 300; n < ir.size(); ++n)
        ir[n] += 0.02 * random.normal() * std::exp(-static_cast<double>(n) / 900.0);
    return ir;
}

// Perhaps cut, and with `least` and up to `more` - 1 further bytes changed.
std::string damaged(const std::string& good, RandomStream& random, double cutShare, std::uint64_t least,
                    std::uint64_t more)
{
    std::string bytes = random.chance(cutShare) ? good.substr(0, random.below(good.size())) : good;
    for (std::uint64_t k = least + random.below(more); k > 0 && !bytes.empty(); --k)
        bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    return bytes;
}

} // namespace

class SofaTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void allWritingsOfAHeadReadTheSame_data();
    void allWritingsOfAHeadReadTheSame();
    void delaysOfTheFileMoveTheOnsets();
    void delaysOncePerEmitterAreNotTakenForMeasurements();
    void aHeadThatLooksElsewhereReadsTheSame_data();
    void aHeadThatLooksElsewhereReadsTheSame();
    void ofSeveralDistancesTheFarthestIsTaken();
    void mistakesNameFileAndField_data();
    void mistakesNameFileAndField();
    void damagedFilesNeverCrash();
    void filesPackedAsPublishedOnesAreRead();
    void damagedPackedFilesNeverCrash();
    void roomsOfAllConventionsGiveTheNearestDirection_data();
    void roomsOfAllConventionsGiveTheNearestDirection();
    void measuredRoomsAreRenderedAndLabelled();

private:
    [[nodiscard]] std::filesystem::path write(const SofaWriter& file)
    {
        const auto path = test::scratch(folder_, "test.sofa");
        test::writeBytes(path, file.bytes());
        return path;
    }
    QTemporaryDir folder_;
};

void SofaTest::allWritingsOfAHeadReadTheSame_data()
{
    QTest::addColumn<QString>("writing");
    for (const char* writing : {"degrees", "radians", "cartesian", "receivers exchanged", "clockwise", "no delay"})
        QTest::newRow(writing) << QString::fromUtf8(writing);
}

void SofaTest::allWritingsOfAHeadReadTheSame()
{
    QFETCH(QString, writing);
    auto file = plainHead();
    const Grid grid;
    auto& source = file.variables["SourcePosition"];
    auto& ir = file.variables["Data.IR"].values;
    if (writing == QStringLiteral("radians")) {
        setDirections(file, grid.directions, radians(1.0));
        source.attributes = {{"Type", "spherical"}, {"Units", "radian, radian, metre"}};
    } else if (writing == QStringLiteral("cartesian")) {
        source = {{grid.directions.size(), 3}, {}, cartesian};
        for (const Direction& d : grid.directions) {
            const Vec3 p = 1.2 * unitVector(d);
            source.values.insert(source.values.end(), {p.x, p.y, p.z});
        }
    } else if (writing == QStringLiteral("receivers exchanged")) {
        file.variables["ReceiverPosition"].values = {0, -0.09, 0, 0, 0.09, 0};
        for (std::size_t i = 0; i < ir.size(); i += 2 * taps)
            std::swap_ranges(ir.begin() + static_cast<std::ptrdiff_t>(i),
                             ir.begin() + static_cast<std::ptrdiff_t>(i + taps),
                             ir.begin() + static_cast<std::ptrdiff_t>(i + taps));
    } else if (writing == QStringLiteral("clockwise")) {
        for (std::size_t i = 0; i < source.values.size(); i += 3)
            source.values[i] = -source.values[i];
    } else if (writing == QStringLiteral("no delay")) {
        file.variables.erase("Data.Delay");
    }
    const auto head = readSofaHead(write(file));
    QCOMPARE(head.taps, taps);
    QCOMPARE(head.rateHz, rateHz);
    QCOMPARE(head.directions.size(), grid.directions.size());
    constexpr double directionTolerance = 1e-5; // single precision of the reader
    for (std::size_t i = 0; i < grid.directions.size(); ++i) {
        QVERIFY(length(head.directions[i] - unitVector(grid.directions[i])) < directionTolerance);
        const auto left = pulse(unitVector(grid.directions[i]).y);
        for (std::size_t n = 0; n < taps; ++n)
            QVERIFY(std::abs(static_cast<double>(head.response(0, i)[n]) - left[n]) < 1e-6);
    }
    const bool corrected = writing == QStringLiteral("receivers exchanged") || writing == QStringLiteral("clockwise");
    QCOMPARE(head.corrections.empty(), !corrected);
}

void SofaTest::delaysOfTheFileMoveTheOnsets()
{
    constexpr double toleranceSamples = 0.02;
    const Head plain(readSofaHead(write(plainHead())), {.rateHz = rateHz});
    auto once = plainHead();
    once.variables["Data.Delay"].values = {3.5, 0.0};
    auto each = plainHead();
    each.variables["Data.Delay"] = {{Grid().directions.size(), 2}, {}, {}};
    for (std::size_t m = 0; m < Grid().directions.size(); ++m)
        each.variables["Data.Delay"].values.insert(each.variables["Data.Delay"].values.end(), {3.5, 0.0});
    for (const auto& file : {once, each}) {
        const Head delayed(readSofaHead(write(file)), {.rateHz = rateHz});
        for (const double azimuth : {0.0, 60.0, -90.0}) {
            const auto a = plain.blend(unitVector({azimuth, 0.0})).delaySamples;
            const auto b = delayed.blend(unitVector({azimuth, 0.0})).delaySamples;
            QVERIFY(std::abs((b[0] - b[1]) - (a[0] - a[1]) - 3.5) < toleranceSamples);
        }
    }
}

// As many measurements as emitters: the three dimensions [1 R E] tell what [M R] would not.
void SofaTest::delaysOncePerEmitterAreNotTakenForMeasurements()
{
    SofaWriter file("MultiSpeakerBRIR");
    constexpr std::size_t shortTaps = 16;
    file.variables["Data.SamplingRate"] = {{1}, {rateHz}, {{"Units", "hertz"}}};
    file.variables["Data.IR"] = {{2, 2, 2, shortTaps}, std::vector<double>(8 * shortTaps, 1.0), {}};
    file.variables["Data.Delay"] = {{1, 2, 2}, {1, 2, 3, 4}, {}};
    const SofaTable perEmitter(write(file));
    file.variables["Data.Delay"].shape = {2, 2};
    const SofaTable perMeasurement(write(file));
    for (std::size_t m = 0; m < 2; ++m)
        for (std::size_t r = 0; r < 2; ++r)
            for (std::size_t e = 0; e < 2; ++e) {
                QCOMPARE(perEmitter.delaySamples(m, r, e), static_cast<double>(1 + 2 * r + e));
                QCOMPARE(perMeasurement.delaySamples(m, r, e), static_cast<double>(1 + 2 * m + r));
            }
}

void SofaTest::aHeadThatLooksElsewhereReadsTheSame_data()
{
    QTest::addColumn<double>("yawDeg");
    QTest::addColumn<bool>("spherical");
    QTest::newRow("to +y") << 90.0 << false;
    QTest::newRow("to +y, spherical") << 90.0 << true;
    QTest::newRow("back to the right") << -130.0 << true;
}

// The view of the listener is part of where the sources are (AES69); up is above in both writings.
void SofaTest::aHeadThatLooksElsewhereReadsTheSame()
{
    QFETCH(double, yawDeg);
    QFETCH(bool, spherical);
    auto file = plainHead();
    auto directions = Grid().directions;
    for (Direction& d : directions)
        d.azimuthDeg += yawDeg;
    setDirections(file, directions);
    const Vec3 view = unitVector({yawDeg, 0.0});
    if (spherical)
        file.variables["ListenerView"] = {{1, 3}, {yawDeg, 0, 1}, sphericalDegrees};
    else
        file.variables["ListenerView"].values = {view.x, view.y, view.z};
    const auto head = readSofaHead(write(file));
    QVERIFY(head.corrections.empty());
    for (std::size_t i = 0; i < directions.size(); ++i)
        QVERIFY(angleBetweenDeg(directionOf(head.directions[i]), Grid().directions[i]) < 1e-3);
}

void SofaTest::ofSeveralDistancesTheFarthestIsTaken()
{
    const auto far = plainHead();
    auto both = far;
    const std::size_t count = Grid().directions.size();
    auto& source = both.variables["SourcePosition"];
    source.shape[0] = 2 * count;
    source.values.insert(source.values.begin(), source.values.begin(), source.values.end());
    for (std::size_t i = 0; i < count; ++i)
        source.values[3 * i + 2] = 0.2;
    auto& ir = both.variables["Data.IR"];
    ir.shape[0] = 2 * count;
    auto near = ir.values;
    for (double& value : near)
        value *= 0.3;
    ir.values.insert(ir.values.begin(), near.begin(), near.end());
    const auto expected = readSofaHead(write(far));
    const auto read = readSofaHead(write(both));
    QVERIFY(read.responses == expected.responses);
    QCOMPARE(read.directions.size(), count);
    QCOMPARE(read.corrections.size(), std::size_t{1});
    QVERIFY2(read.corrections[0].starts_with(std::to_string(count)), read.corrections[0].c_str());
}

void SofaTest::mistakesNameFileAndField_data()
{
    QTest::addColumn<int>("mistake");
    QTest::addColumn<QString>("words");
    int i = 0;
    for (const char* words : {"conventions 'GeneralTF'",
                              "R (receivers) is 1",
                              "than its sizes say, or none",
                              "N (taps) is 4",
                              "Data.IR is missing or has another number of dimensions",
                              "SourcePosition holds",
                              "Data.SamplingRate is missing",
                              "Data.SamplingRate is 12",
                              "Data.Delay holds 3 values",
                              "type 'polar'",
                              "units 'furlong'",
                              "Data.IR holds a value that is not a number, or beyond 1e9, at index 77",
                              "outside the sphere",
                              "SourcePosition holds a value that is not a number",
                              "contradict each other",
                              "left ear is all zero",
                              "Data.Delay 0 is not a usable number",
                              "lies in the centre",
                              "ListenerView 0 has no length",
                              "ListenerView 0 looks along ListenerUp",
                              "ListenerView is given 3 times",
                              "or beyond 1e9, at index 3",
                              "not a readable SOFA file",
                              "do not enclose"})
        QTest::newRow(words) << i++ << QString::fromUtf8(words);
}

void SofaTest::mistakesNameFileAndField()
{
    QFETCH(int, mistake);
    QFETCH(QString, words);
    auto file = plainHead();
    auto& ir = file.variables["Data.IR"];
    auto& source = file.variables["SourcePosition"];
    const std::function<void()> mistakes[] = {
        [&] { file.attributes[1].second = "GeneralTF"; },
        [&] {
            ir.shape = {ir.shape[0] * 2, 1, taps};
        },
        [&] {
            ir = {{0, 2, taps}, {}, {}};
        },
        [&] {
            ir = {{ir.shape[0], 2, 4}, std::vector<double>(ir.shape[0] * 8, 1.0), {}};
        },
        [&] { ir.values.pop_back(); },
        [&] { source.values.resize(source.values.size() - 3); },
        [&] { file.variables.erase("Data.SamplingRate"); },
        [&] { file.variables["Data.SamplingRate"].values[0] = 12.0; },
        [&] {
            file.variables["Data.Delay"] = {{1, 3}, {0, 0, 0}, {}};
        },
        [&] { source.attributes[0].second = "polar"; },
        [&] { source.attributes[1].second = "furlong"; },
        [&] { ir.values[77] = std::nan(""); },
        [&] { source.values[1] = 95.0; },
        [&] { source.values[5] = std::numeric_limits<double>::infinity(); },
        [&] { // the ear that leads is the quieter one
            for (std::size_t i = 0; i < ir.values.size(); i += taps) {
                const std::size_t direction = i / (2 * taps);
                const double side = (i / taps % 2 == 0 ? 1.0 : -1.0) * unitVector(Grid().directions[direction]).y;
                for (std::size_t n = 0; n < taps; ++n)
                    ir.values[i + n] *= std::pow((1.0 - 0.6 * side) / (1.0 + 0.6 * side), 2);
            }
        },
        [&] { std::fill(ir.values.begin(), ir.values.end(), 0.0); },
        [&] { file.variables["Data.Delay"].values[0] = 1e9; },
        [&] { source.attributes = cartesian, std::fill_n(source.values.begin(), 3, 0.0); },
        [&] {
            file.variables["ListenerView"].values = {0, 0, 0};
        },
        [&] {
            file.variables["ListenerView"].values = {0, 0, 1};
        },
        [&] {
            file.variables["ListenerView"] = {{3, 3}, {1, 0, 0, 1, 0, 0, 1, 0, 0}, cartesian};
        },
        [&] { ir.values[3] = 1e20; },
        [&] { file.attributes[0].second = "ABCD"; },
        [&] { // all directions in one plane
            for (std::size_t i = 1; i < source.values.size(); i += 3)
                source.values[i] = 0.0;
        }};
    mistakes[mistake]();
    ErrorKind kind{};
    const auto error = test::errorOf([&] { (void)Head(readSofaHead(write(file)), {}); }, &kind);
    QVERIFY2(error.find(words.toStdString()) != std::string::npos, error.c_str());
    if (words != QStringLiteral("do not enclose"))
        QVERIFY2(error.find("test.sofa") != std::string::npos, error.c_str());
    QCOMPARE(kind, ErrorKind::BadInput);
}

void SofaTest::damagedFilesNeverCrash()
{
    const auto good = plainHead().bytes();
    const auto path = test::scratch(folder_, "damaged.sofa");
    RandomStream random(5, "damage");
    int refused = 0;
    constexpr int trials = 200;
    for (int i = 0; i < trials; ++i) {
        test::writeBytes(path, damaged(good, random, 0.3, 0, 6));
        ErrorKind kind = ErrorKind::BadInput;
        const auto read = [&] {
            (void)Head(readSofaHead(path), {});
            (void)MeasuredRoom(path, 48000.0);
        };
        refused += test::errorOf(read, &kind).empty() ? 0 : 1;
        QCOMPARE(kind, ErrorKind::BadInput);
    }
    QVERIFY(refused > trials / 4);
}

// tests/acoustics/fixtures/make_sofa.py wrote them.
void SofaTest::filesPackedAsPublishedOnesAreRead()
{
    constexpr std::size_t packedTaps = 96;
    constexpr double single = 1e-6; // float32
    const auto expected = [](double side, double ear, std::size_t n) {
        const double x = (static_cast<double>(n) - (30.0 - 10.0 * ear * side)) / 2.0;
        return (1.0 + 0.5 * ear * side) * std::exp(-x * x);
    };
    const SofaTable room(packedFolder / "packed_room.sofa");
    QCOMPARE(room.attribute("SOFAConventions"), std::string("MultiSpeakerBRIR"));
    QCOMPARE(room.attribute("License"), std::string("CC0"));
    QCOMPARE(room.measurements(), std::size_t{1});
    QCOMPARE(room.emitters(), std::size_t{4});
    QCOMPARE(room.taps(), packedTaps);
    const auto values = room.values(SofaTable::Field::Response, 2 * 4 * packedTaps);
    const double sides[] = {0.0, 1.0, 0.0, -1.0};
    for (std::size_t r = 0; r < 2; ++r)
        for (std::size_t e = 0; e < 4; ++e)
            for (std::size_t n = 0; n < packedTaps; ++n)
                QVERIFY(std::abs(values[(r * 4 + e) * packedTaps + n] - expected(sides[e], r == 0 ? 1.0 : -1.0, n)) <
                        single);
    const MeasuredRoom measured(packedFolder / "packed_room.sofa", 48000.0);
    QCOMPARE(measured.count(), std::size_t{4});
    QVERIFY(std::abs(measured.position(1).direction.azimuthDeg - 90.0) < 1e-3);

    const auto head = readSofaHead(packedFolder / "packed_head.sofa"); // measurements without a limit, float32
    QCOMPARE(head.directions.size(), std::size_t{38});
    QCOMPARE(head.taps, packedTaps);
    for (std::size_t i = 0; i < head.directions.size(); ++i)
        for (std::size_t n = 0; n < packedTaps; ++n)
            QVERIFY(std::abs(head.response(0, i)[n] - expected(head.directions[i].y, 1.0, n)) < single);
}

void SofaTest::damagedPackedFilesNeverCrash()
{
    const auto good = readFile(packedFolder / "packed_room.sofa");
    const auto path = test::scratch(folder_, "damaged.sofa");
    RandomStream random(6, "damage");
    int refused = 0;
    constexpr int trials = 150;
    for (int i = 0; i < trials; ++i) {
        test::writeBytes(path, damaged(good, random, 0.2, 1, 40));
        ErrorKind kind = ErrorKind::BadInput;
        refused += test::errorOf([&] { (void)MeasuredRoom(path, 48000.0); }, &kind).empty() ? 0 : 1;
        QCOMPARE(kind, ErrorKind::BadInput);
    }
    QVERIFY(refused > trials / 4);
}

void SofaTest::roomsOfAllConventionsGiveTheNearestDirection_data()
{
    QTest::addColumn<QString>("conventions");
    for (const char* name : {"SimpleFreeFieldHRIR", "SingleRoomDRIR", "MultiSpeakerBRIR"})
        QTest::newRow(name) << QString::fromUtf8(name);
}

// Loudspeakers every 30 degrees at 2 m, written in the three ways: by source position, by a head that turns in front of
// one loudspeaker, and as several loudspeakers around a head that looks along +y.
SofaWriter roomFile(const QString& conventions)
{
    SofaWriter file(conventions.toStdString());
    file.variables["Data.SamplingRate"] = {{1}, {rateHz}, {{"Units", "hertz"}}};
    file.variables["ReceiverPosition"] = {{2, 3, 1}, {0, 0.09, 0, 0, -0.09, 0}, cartesian};
    auto& ir = file.variables["Data.IR"].values;
    std::vector<Direction> azimuths;
    for (int azimuth = 0; azimuth < 360; azimuth += 30)
        azimuths.push_back({static_cast<double>(azimuth), 0.0});
    const auto append = [&](double azimuth, double ear) {
        const auto response = roomResponse(azimuth, ear);
        ir.insert(ir.end(), response.begin(), response.end());
    };
    if (conventions == QStringLiteral("MultiSpeakerBRIR")) {
        file.variables["SourcePosition"] = {{1, 3}, {3, 4, 1}, cartesian};
        file.variables["ListenerPosition"] = {{1, 3}, {3, 4, 1}, cartesian};
        file.variables["ListenerView"] = {{1, 3}, {90, 0, 1}, sphericalDegrees};
        file.variables["EmitterPosition"] = {{12, 3, 1}, {}, cartesian};
        for (const Direction& d : azimuths) {
            const Vec3 p = 2.0 * unitVector({d.azimuthDeg + 90.0, 0.0});
            file.variables["EmitterPosition"].values.insert(file.variables["EmitterPosition"].values.end(),
                                                            {p.x, p.y, p.z});
        }
        for (const double ear : {1.0, -1.0})
            for (const Direction& d : azimuths)
                append(d.azimuthDeg, ear);
        file.variables["Data.IR"].shape = {1, 2, 12, 4000};
        return file;
    }
    file.variables["Data.IR"].shape = {12, 2, 4000};
    for (const Direction& d : azimuths)
        for (const double ear : {1.0, -1.0})
            append(d.azimuthDeg, ear);
    if (conventions == QStringLiteral("SimpleFreeFieldHRIR")) {
        setDirections(file, azimuths);
        for (std::size_t i = 2; i < 36; i += 3)
            file.variables["SourcePosition"].values[i] = 2.0;
        return file;
    }
    file.variables["SourcePosition"] = {{1, 3}, {3, 1, 1}, cartesian};
    file.variables["ListenerPosition"] = {{1, 3}, {1, 1, 1}, cartesian};
    file.variables["ListenerView"] = {{12, 3}, {}, cartesian};
    for (const Direction& d : azimuths) { // turned to the right by the azimuth, so that the source is on the left
        const Vec3 view = unitVector({-d.azimuthDeg, 0.0});
        file.variables["ListenerView"].values.insert(file.variables["ListenerView"].values.end(),
                                                     {view.x, view.y, view.z});
    }
    file.variables["ListenerUp"] = {{1, 3}, {0, 0, 1}, {}};
    return file;
}

void SofaTest::roomsOfAllConventionsGiveTheNearestDirection()
{
    QFETCH(QString, conventions);
    const MeasuredRoom room(write(roomFile(conventions)), rateHz);
    QCOMPARE(room.count(), std::size_t{12});
    for (double azimuth = -170.0; azimuth <= 180.0; azimuth += 20.0) {
        const auto& found = room.position(room.nearest({{azimuth, 10.0}, 2.0}));
        const double expected = wrapDegrees(30.0 * std::round(azimuth / 30.0));
        QVERIFY(azimuthDifferenceDeg(found.direction.azimuthDeg, expected) < 1e-3);
        QVERIFY(std::abs(found.distanceM - 2.0) < 1e-3);
        const auto response = room.response(room.nearest({{azimuth, 10.0}, 2.0}));
        const auto ear = roomResponse(std::fmod(expected + 360.0, 360.0), 1.0);
        const double scale = static_cast<double>(response.channel(0)[10]) / ear[10];
        for (std::size_t n = 0; n < ear.size(); n += 7) // the response of that loudspeaker, scaled as a whole
            QVERIFY(std::abs(static_cast<double>(response.channel(0)[n]) - scale * ear[n]) < 1e-5 * std::abs(scale));
    }
}

void SofaTest::measuredRoomsAreRenderedAndLabelled()
{
    (void)write(roomFile(QStringLiteral("SimpleFreeFieldHRIR")));
    Scene scene;
    scene.durationS = 1.0;
    scene.room.measured = "test.sofa";
    Source source;
    source.name = "noise";
    source.sound.generator = "noise";
    source.positionM = scene.listener.positionM + 1.5 * unitVector({65.0, 0.0});
    scene.sources.push_back(source);
    RenderOptions options;
    options.sceneFolder = folder_.path().toStdString();
    const auto result = renderScene(scene, options);
    QVERIFY(azimuthDifferenceDeg(result.labels[0].position.direction.azimuthDeg, 60.0) < 1e-3);
    QVERIFY(std::abs(result.labels[0].position.distanceM - 2.0) < 1e-3);
    QVERIFY(result.labels[0].drrDb > 0.0 && result.labels[0].drrDb < 30.0);
    QCOMPARE(result.warnings.size(), std::size_t{1});
    QVERIFY2(result.warnings[0].find("60.0, 0.0 at 2.00 m, 5.0 degrees away") != std::string::npos,
             result.warnings[0].c_str());
    double left = 0.0, right = 0.0;
    for (std::size_t n = 0; n < result.audio.frames(); ++n) {
        left += std::pow(static_cast<double>(result.audio.channel(0)[n]), 2);
        right += std::pow(static_cast<double>(result.audio.channel(1)[n]), 2);
    }
    QVERIFY(left > 2.0 * right);
    options.format = OutputFormat::Foa;
    QVERIFY(!test::errorOf([&] { (void)renderScene(scene, options); }).empty());
    scene.sources[0].trajectory.waypoints = {{0.0, source.positionM, {}}};
    options.format = OutputFormat::Binaural;
    QVERIFY(test::errorOf([&] { (void)renderScene(scene, options); }).find("nothing can move") != std::string::npos);
}

QTEST_GUILESS_MAIN(SofaTest)
#include "SofaTest.moc"
