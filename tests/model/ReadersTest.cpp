// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/files/CTranslate2File.h"
#include "core/model/files/GgufFile.h"
#include "core/model/files/SafetensorsFile.h"
#include "core/support/AtomicFile.h"
#include "core/support/Random.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

#include <bit>

using namespace binaurium;

namespace {

// Little-endian bytes of small valid files.
class Bytes
{
public:
    template <typename T>
    Bytes& put(T value)
    {
        text_.append(reinterpret_cast<const char*>(&value), sizeof(T));
        return *this;
    }
    Bytes& raw(const std::string& text)
    {
        text_ += text;
        return *this;
    }
    Bytes& name64(const std::string& text) { return put<std::uint64_t>(text.size()).raw(text); } // GGUF
    Bytes& name16(const std::string& text)
    {
        return put<std::uint16_t>(static_cast<std::uint16_t>(text.size() + 1)).raw(text).raw(std::string(1, '\0'));
    } // CTranslate2
    Bytes& align(std::size_t n)
    {
        text_.resize((text_.size() + n - 1) / n * n);
        return *this;
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

std::string smallGguf()
{
    Bytes b;
    b.raw("GGUF").put<std::uint32_t>(3).put<std::uint64_t>(2).put<std::uint64_t>(3);
    b.name64("general.architecture").put<std::uint32_t>(8).name64("llama");
    b.name64("llama.block_count").put<std::uint32_t>(4).put<std::uint32_t>(2);
    b.name64("tokenizer.ggml.tokens")
        .put<std::uint32_t>(9)
        .put<std::uint32_t>(8)
        .put<std::uint64_t>(2)
        .name64("a")
        .name64("b");
    b.name64("plain")
        .put<std::uint32_t>(2)
        .put<std::uint64_t>(4)
        .put<std::uint64_t>(2)
        .put<std::uint32_t>(0)
        .put<std::uint64_t>(0);
    b.name64("packed").put<std::uint32_t>(1).put<std::uint64_t>(32).put<std::uint32_t>(8).put<std::uint64_t>(32);
    b.align(32);
    for (int i = 0; i < 8; ++i)
        b.put<float>(static_cast<float>(i) * 0.5F);
    b.put<std::uint16_t>(0x3800); // half 0.5
    for (int i = 0; i < 32; ++i)
        b.put<std::int8_t>(static_cast<std::int8_t>(i - 16));
    return b.text();
}

std::string smallCt2()
{
    Bytes b;
    b.put<std::uint32_t>(6).name16("WhisperSpec").put<std::uint32_t>(3).put<std::uint32_t>(2);
    b.name16("w")
        .put<std::uint8_t>(2)
        .put<std::uint32_t>(2)
        .put<std::uint32_t>(2)
        .put<std::uint8_t>(1)
        .put<std::uint32_t>(4)
        .raw(std::string("\x02\x04\x06\x08", 4));
    b.name16("w_scale")
        .put<std::uint8_t>(1)
        .put<std::uint32_t>(2)
        .put<std::uint8_t>(0)
        .put<std::uint32_t>(8)
        .put<float>(2.0F)
        .put<float>(4.0F);
    b.put<std::uint32_t>(0); // aliases
    return b.text();
}

template <typename File>
void neverCrashesOnDamage(const std::string& good, const std::function<void(const File&)>& use)
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "file");
    RandomStream random(8, "damage");
    int refused = 0;
    constexpr int trials = 3000;
    for (int i = 0; i < trials; ++i) {
        std::string bytes = good.substr(0, random.chance(0.3) ? 1 + random.below(good.size() - 1) : good.size());
        for (std::uint64_t k = random.below(5); k > 0; --k) {
            const auto at = random.below(bytes.size());
            bytes[at] = random.chance(0.3) ? static_cast<char>(0xff) : static_cast<char>(random.below(256));
        }
        test::writeBytes(path, bytes);
        ErrorKind kind = ErrorKind::BadInput;
        const auto error = test::errorOf(
            [&] {
                const File file(path);
                use(file);
            },
            &kind);
        refused += error.empty() ? 0 : 1;
        QCOMPARE(kind, ErrorKind::BadInput);
        QVERIFY(error.empty() || error.find("file") != std::string::npos);
    }
    QVERIFY(refused > trials / 3);
}

} // namespace

class ReadersTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void ggufGivesValuesAndTensors();
    void ggufRefusesLies_data();
    void ggufRefusesLies();
    void ct2DividesByTheScaleOfTheRow();
    void safetensorsComeBackAsWritten();
    void safetensorsRefuseHolesOverlapsAndLies_data();
    void safetensorsRefuseHolesOverlapsAndLies();
    void damagedFilesNeverCrash();
    void missingFilesSaySo();
};

void ReadersTest::ggufGivesValuesAndTensors()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "a.gguf");
    test::writeBytes(path, smallGguf());
    const GgufFile file(path);
    QCOMPARE(file.string("general.architecture"), std::string("llama"));
    QCOMPARE(file.integer("llama.block_count", 1, 10), std::int64_t{2});
    QCOMPARE(file.strings("tokenizer.ggml.tokens").size(), std::size_t{2});
    const auto& plain = file.tensor("plain");
    QVERIFY((plain.shape == std::vector<std::int64_t>{2, 4})); // outermost first
    std::vector<float> values(8);
    dequantise(plain, values);
    QCOMPARE(values[3], 1.5F);
    std::vector<float> packed(32);
    dequantise(file.tensor("packed"), packed);
    QCOMPARE(packed[0], -8.0F); // 0.5 * -16
    QCOMPARE(packed[31], 7.5F);
    QVERIFY(!test::errorOf([&] { (void)file.tensor("no such"); }).empty());
    QVERIFY(!test::errorOf([&] { (void)file.integer("general.architecture", 0, 1); }).empty());
}

void ReadersTest::ggufRefusesLies_data()
{
    QTest::addColumn<int>("at");
    QTest::addColumn<QByteArray>("bytes");
    const auto good = smallGguf();
    const auto behind = [&](const char* name) { return static_cast<int>(good.find(name) + std::strlen(name)); };
    QTest::newRow("magic") << 0 << QByteArray("GGML");
    QTest::newRow("version") << 4 << QByteArray("\x09\0\0\0", 4);
    QTest::newRow("tensor count") << 8 << QByteArray(8, '\xff');
    QTest::newRow("value count") << 16 << QByteArray(8, '\x7f');
    QTest::newRow("key length") << 24 << QByteArray(8, '\xff');
    QTest::newRow("value type") << behind("llama.block_count") << QByteArray("\x63\0\0\0", 4);
    QTest::newRow("array length") << behind("tokenizer.ggml.tokens") + 8 << QByteArray(8, '\x7f');
    QTest::newRow("dimensions") << behind("plain") << QByteArray("\x40\0\0\0", 4);
    QTest::newRow("overflowing shape") << behind("plain") + 4 << QByteArray(16, '\x7f');
    QTest::newRow("tensor type") << behind("plain") + 20 << QByteArray("\x63\0\0\0", 4);
    QTest::newRow("offset beyond the end") << behind("plain") + 24 << QByteArray("\0\0\1\0\0\0\0\0", 8);
    QTest::newRow("offset not aligned") << behind("packed") + 16 << QByteArray("\1\0\0\0\0\0\0\0", 8);
    QTest::newRow("overlap") << behind("packed") + 16 << QByteArray("\0\0\0\0\0\0\0\0", 8);
}

void ReadersTest::ggufRefusesLies()
{
    QFETCH(int, at);
    QFETCH(QByteArray, bytes);
    auto text = smallGguf();
    text.replace(static_cast<std::size_t>(at), static_cast<std::size_t>(bytes.size()), bytes.toStdString());
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "bad.gguf");
    test::writeBytes(path, text);
    ErrorKind kind{};
    const auto error = test::errorOf([&] { const GgufFile file(path); }, &kind);
    QVERIFY2(error.find("bad.gguf") != std::string::npos, error.c_str());
    QCOMPARE(kind, ErrorKind::BadInput);
}

void ReadersTest::ct2DividesByTheScaleOfTheRow()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "model.bin");
    test::writeBytes(path, smallCt2());
    const CTranslate2File file(path);
    QCOMPARE(file.specification(), std::string("WhisperSpec"));
    QVERIFY((file.floats("w", {2, 2}) == std::vector<float>{1.0F, 2.0F, 1.5F, 2.0F}));
    QVERIFY(!test::errorOf([&] { (void)file.floats("w", {4}); }).empty());
}

void ReadersTest::safetensorsComeBackAsWritten()
{
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "a.safetensors");
    const std::vector<float> values{1, 2, 3, 4, 5, 6};
    writeSafetensors(path, {{"x", "F32", {2, 3}, std::as_bytes(std::span(values))}}, {{"format", "pt"}});
    const SafetensorsFile file(path);
    QVERIFY((file.tensor("x").shape == std::vector<std::int64_t>{2, 3}));
    QVERIFY(std::memcmp(file.tensor("x").bytes.data(), values.data(), 24) == 0);
    QCOMPARE(file.metadata().at("format"), std::string("pt"));
}

void ReadersTest::safetensorsRefuseHolesOverlapsAndLies_data()
{
    QTest::addColumn<QString>("header");
    QTest::addColumn<int>("data");
    QTest::newRow("hole") << R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})" << 8;
    QTest::newRow("overlap")
        << R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}})"
        << 6;
    QTest::newRow("rest behind") << R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})" << 9;
    QTest::newRow("beyond the end") << R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})" << 8;
    QTest::newRow("size and shape differ") << R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})" << 8;
    QTest::newRow("unknown type") << R"({"a":{"dtype":"F7","shape":[2],"data_offsets":[0,8]}})" << 8;
    QTest::newRow("negative shape") << R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})" << 8;
    QTest::newRow("overflowing shape")
        << R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}})" << 8;
    QTest::newRow("duplicate")
        << R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})"
        << 8;
    QTest::newRow("no object") << "[]" << 0;
}

void ReadersTest::safetensorsRefuseHolesOverlapsAndLies()
{
    QFETCH(QString, header);
    QFETCH(int, data);
    Bytes b;
    b.put<std::uint64_t>(static_cast<std::uint64_t>(header.size()))
        .raw(header.toStdString())
        .raw(std::string(static_cast<std::size_t>(data), '\0'));
    const QTemporaryDir folder;
    const auto path = test::scratch(folder, "bad.safetensors");
    test::writeBytes(path, b.text());
    ErrorKind kind{};
    const auto error = test::errorOf([&] { const SafetensorsFile file(path); }, &kind);
    QVERIFY2(error.find("bad.safetensors") != std::string::npos, error.c_str());
    QCOMPARE(kind, ErrorKind::BadInput);
}

void ReadersTest::damagedFilesNeverCrash()
{
    neverCrashesOnDamage<GgufFile>(smallGguf(), [](const GgufFile& file) {
        for (const auto& [name, tensor] : file.tensors()) {
            std::vector<float> values(static_cast<std::size_t>(tensor.elements()));
            dequantise(tensor, values);
        }
    });
    neverCrashesOnDamage<CTranslate2File>(smallCt2(), [](const CTranslate2File& file) {
        (void)file.floats("w", {2, 2});
    });
    Bytes b;
    const std::string header =
        R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}})";
    b.put<std::uint64_t>(header.size()).raw(header).raw(std::string(11, 'x'));
    neverCrashesOnDamage<SafetensorsFile>(b.text(), [](const SafetensorsFile&) {});
}

void ReadersTest::missingFilesSaySo()
{
    ErrorKind kind{};
    QVERIFY(!test::errorOf([] { const GgufFile file("/no/such/file.gguf"); }, &kind).empty());
    QCOMPARE(kind, ErrorKind::Missing);
}

QTEST_GUILESS_MAIN(ReadersTest)
#include "ReadersTest.moc"
