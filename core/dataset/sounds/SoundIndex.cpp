// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/sounds/SoundIndex.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

#include <memory>
#include <sqlite3.h>

namespace binaurium {
namespace {

constexpr int newestVersion = 1;
constexpr std::size_t mostRows = 10'000'000;

class Statement;

class Database
{
public:
    Database(const std::filesystem::path& path, int flags) : name_(path.string())
    {
        sqlite3* raw = nullptr;
        const int code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
        handle_.reset(raw);
        require(code);
    }
    void run(const char* sql) { require(sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr)); }
    void require(int code) const
    {
        if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
            throw badInput(name_, std::string("cannot be used as an index of sounds: ") +
                                      (handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code)));
    }
    [[nodiscard]] const std::string& name() const { return name_; }

private:
    friend class Statement;
    struct Close
    {
        void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
    };
    std::string name_;
    std::unique_ptr<sqlite3, Close> handle_;
};

class Statement
{
public:
    Statement(Database& database, const char* sql) : database_(database)
    {
        sqlite3_stmt* raw = nullptr;
        database.require(sqlite3_prepare_v2(database.handle_.get(), sql, -1, &raw, nullptr));
        handle_.reset(raw);
    }
    void bind(int column, const std::string& text)
    {
        sqlite3_bind_text(handle_.get(), column, text.c_str(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    }
    void bind(int column, double value) { sqlite3_bind_double(handle_.get(), column, value); }
    void bind(int column, int value) { sqlite3_bind_int(handle_.get(), column, value); }
    // True while there is a row.
    bool step()
    {
        const int code = sqlite3_step(handle_.get());
        database_.require(code);
        return code == SQLITE_ROW;
    }
    void finish()
    {
        step();
        database_.require(sqlite3_reset(handle_.get()));
    }
    [[nodiscard]] std::string text(int column) const
    {
        const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
        return bytes == nullptr
                   ? std::string()
                   : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column)));
    }
    [[nodiscard]] double number(int column) const { return sqlite3_column_double(handle_.get(), column); }
    [[nodiscard]] int integer(int column) const { return sqlite3_column_int(handle_.get(), column); }

private:
    struct Finalize
    {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    Database& database_;
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

constexpr const char* schema = R"(
CREATE TABLE about (format TEXT NOT NULL, version INTEGER NOT NULL);
INSERT INTO about VALUES ('binaurium-sound-index', 1);
CREATE TABLE sound (id TEXT PRIMARY KEY, label TEXT NOT NULL, grp TEXT NOT NULL, source TEXT NOT NULL,
    licence TEXT NOT NULL, redistributable INTEGER NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL, split TEXT NOT NULL,
    duration_s REAL NOT NULL, level_db REAL NOT NULL, rolloff_hz REAL NOT NULL, shortest_decay_s REAL NOT NULL);
CREATE INDEX sound_label ON sound (label, split);
CREATE TABLE refused (what TEXT NOT NULL, reason TEXT NOT NULL);
)";

void fill(Database& database, const SoundIndex& index)
{
    Statement insert(database, "INSERT INTO sound VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)");
    for (const IndexedSound& s : index.sounds) {
        int column = 0;
        for (const auto* text : {&s.id, &s.label, &s.group, &s.source, &s.licence})
            insert.bind(++column, *text);
        insert.bind(++column, s.redistributable ? 1 : 0);
        insert.bind(++column, s.file);
        insert.bind(++column, s.sha256);
        insert.bind(++column, splitId(s.split));
        for (const double value :
             {s.measures.durationS, s.measures.levelDb, s.measures.rolloffHz, s.measures.shortestDecayS})
            insert.bind(++column, value);
        insert.finish();
    }
    Statement refuse(database, "INSERT INTO refused VALUES (?,?)");
    for (const auto& [what, reason] : index.refused) {
        refuse.bind(1, what);
        refuse.bind(2, reason);
        refuse.finish();
    }
}

void checkVersion(Database& database)
{
    Statement about(database, "SELECT format, version FROM about");
    if (!about.step() || about.text(0) != "binaurium-sound-index")
        throw badInput(database.name(), "is no index of sounds");
    if (about.integer(1) > newestVersion)
        throw badInput(database.name(), "has version " + std::to_string(about.integer(1)) + ", this program reads " +
                                            std::to_string(newestVersion));
}

} // namespace

void SoundIndex::write(const std::filesystem::path& path) const
{
    replaceFileAtomically(path, [&](const std::filesystem::path& temporary) {
        std::filesystem::remove(temporary);
        Database database(temporary, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
        database.run("PRAGMA journal_mode = MEMORY; BEGIN");
        database.run(schema);
        fill(database, *this);
        database.run("COMMIT");
    });
}

SoundIndex SoundIndex::read(const std::filesystem::path& path)
{
    if (!std::filesystem::exists(path))
        throw missing(path.string() + " is not there", "packaging/sounds makes it");
    Database database(path, SQLITE_OPEN_READONLY);
    checkVersion(database);
    SoundIndex index;
    Statement rows(database,
                   "SELECT id, label, grp, source, licence, redistributable, file, sha256, split, duration_s, "
                   "level_db, rolloff_hz, shortest_decay_s FROM sound ORDER BY id");
    while (rows.step()) {
        if (index.sounds.size() >= mostRows)
            throw badInput(path.string(), "has more than " + std::to_string(mostRows) + " sounds");
        IndexedSound s;
        int column = 0;
        for (auto* text : {&s.id, &s.label, &s.group, &s.source, &s.licence})
            *text = rows.text(column++);
        s.redistributable = rows.integer(column++) != 0;
        s.file = rows.text(column++);
        s.sha256 = rows.text(column++);
        s.split = splitFromId(rows.text(column++));
        for (double* value :
             {&s.measures.durationS, &s.measures.levelDb, &s.measures.rolloffHz, &s.measures.shortestDecayS})
            *value = rows.number(column++);
        const auto file = std::filesystem::path(s.file).lexically_normal();
        if (file.is_absolute() || file.empty() || *file.begin() == "..")
            throw badInput(path.string(), "sound '" + s.id + "' lies outside of the folder of the index");
        index.sounds.push_back(std::move(s));
    }
    Statement refusedRows(database, "SELECT what, reason FROM refused ORDER BY what");
    while (refusedRows.step() && index.refused.size() < mostRows)
        index.refused.emplace_back(refusedRows.text(0), refusedRows.text(1));
    return index;
}

} // namespace binaurium
