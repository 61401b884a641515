// SPDX-License-Identifier: GPL-3.0-or-later
// Only the default head is needed, but for the shipped test set: items of the training split are drawn from those that
// are there.
#include "core/dataset/FrozenSet.h"
#include "core/dataset/MakeDataset.h"
#include "core/support/Toml.h"
#include "tests/TestFiles.h"
#include "tests/TestMain.h"

using namespace binaurium;
using namespace binaurium::test;

namespace {

constexpr std::int64_t itemCount = 24;
// The same program on the same computer: only the rounding of the stored numbers to 0.1 dB differs.
constexpr double roundingDb = 0.051;

std::filesystem::path madeSet(const QTemporaryDir& folder, const std::string& name, int seed)
{
    const auto recipe = recipeFromJson(
        parseToml("format = \"binaurium-recipe\"\nversion = 1\nname = \"t\"\nseed = " + std::to_string(seed) +
                      "\n[items]\ntrain = " + std::to_string(itemCount) + "\n[scene]\nduration_s = 1.0\n",
                  "recipe"),
        "recipe");
    const auto path = scratch(folder, name);
    (void)makeDataset(recipe, path, {}, {});
    return path;
}

} // namespace

class FrozenSetTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { BINAURIUM_FAIL_ON_WARNINGS(); }
    void aSetIsTheSameAsItsFrozenFile();
    void changesAreNamed();
    void damagedFilesAreRefused();
    void partsCannotBeFrozen();
    void theShippedTestSetIsStillTheSame();
};

void FrozenSetTest::aSetIsTheSameAsItsFrozenFile()
{
    const QTemporaryDir folder;
    const auto set = madeSet(folder, "set", 3);
    const auto frozen = freeze(set, Split::Train, {});
    QVERIFY(frozen.items.size() >= std::size_t(itemCount));
    const auto again = frozenFromJson(Json::parse(frozenToJson(frozen).dump()), "frozen");
    const auto result = compareFrozen(again, set, -1, {});
    QVERIFY2(result.problems.empty(), result.problems.empty() ? "" : result.problems.front().c_str());
    QCOMPARE(result.rendered, static_cast<std::int64_t>(frozen.items.size()));
    QVERIFY(result.largestLevelDb <= roundingDb);
    QCOMPARE(result.largestItdUs, 0.0);
}

void FrozenSetTest::changesAreNamed()
{
    const QTemporaryDir folder;
    const auto set = madeSet(folder, "set", 3);
    const auto frozen = freeze(set, Split::Train, {});
    QVERIFY(!compareFrozen(frozen, madeSet(folder, "other", 4), 0, {}).problems.empty());
    auto changed = frozen;
    changed.items[3].fingerprint.levelDb[1][2] += 1.0;
    changed.items[4].sha256 = "0123456789abcdef";
    changed.sounds["sounds/none.flac"] = "00";
    std::string all;
    for (const auto& problem : compareFrozen(changed, set, -1, {}).problems)
        all += problem + "\n";
    QVERIFY2(all.find("sound different") != std::string::npos, all.c_str());
    QVERIFY2(all.find(changed.items[4].id + " reads differently") != std::string::npos, all.c_str());
    QVERIFY2(all.find("'sounds/none.flac' is not used any more") != std::string::npos, all.c_str());
}

void FrozenSetTest::damagedFilesAreRefused()
{
    const QTemporaryDir folder;
    Json json = frozenToJson(freeze(madeSet(folder, "set", 3), Split::Train, {}));
    json["items"][0][2].erase(0);
    QVERIFY(errorOf([&] { (void)frozenFromJson(json, "f.json"); }).find("f.json") != std::string::npos);
    json["items"] = "all";
    QVERIFY(!errorOf([&] { (void)frozenFromJson(json, "f.json"); }).empty());
    json["version"] = 2;
    QVERIFY(!errorOf([&] { (void)frozenFromJson(json, "f.json"); }).empty());
}

void FrozenSetTest::partsCannotBeFrozen()
{
    const QTemporaryDir folder;
    const auto set = madeSet(folder, "set", 3);
    QVERIFY(!errorOf([&] { (void)freeze(set, Split::Test, {}); }).empty());
    for (const auto& shard : DatasetFolder::open(set).shards())
        std::filesystem::remove(DatasetFolder::open(set).fileOf(shard));
    QVERIFY(!errorOf([&] { (void)freeze(set, Split::Train, {}); }).empty());
}

// Whoever changes what is sampled, asked or rendered must freeze the set anew, and say so.
void FrozenSetTest::theShippedTestSetIsStillTheSame()
{
    constexpr std::int64_t renderedItems = 6;
    const auto heads = sourceFile("../shared/hrtf");
    if (!std::filesystem::exists(heads))
        QSKIP("the measured heads are not here");
    const auto path = sourceFile("tests/benchmark/frozen-test.json");
    const auto frozen = frozenFromJson(readJson(path), path.string());
    QVERIFY(frozen.items.size() >= 3000);
    const QTemporaryDir folder;
    MakeOptions make;
    make.headFolders = {heads};
    (void)makeDataset(readRecipe("benchmark"), scratch(folder, "set"), make, {});
    FreezeOptions options;
    options.headFolders = make.headFolders;
    const auto result = compareFrozen(frozen, scratch(folder, "set"), renderedItems, options);
    QVERIFY2(result.problems.empty(), result.problems.empty() ? "" : result.problems.front().c_str());
    QCOMPARE(result.rendered, renderedItems);
}

QTEST_GUILESS_MAIN(FrozenSetTest)
#include "FrozenSetTest.moc"
