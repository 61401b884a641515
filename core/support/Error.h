// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <stdexcept>
#include <string>

namespace binaurium {

// What went wrong, in the classes that the command line turns into exit codes.
enum class ErrorKind {
    Usage,       // the caller asked for something that does not exist
    BadInput,    // a file or value is damaged, out of range or of the wrong version
    Missing,     // a model, head, sound or data folder is not on this computer
    Interrupted, // the user stopped the work
    Internal     // a mistake of ours
};

// An error with a sentence for the user: what happened, which file or object, what to do. Thrown at loading and
// configuration; never from real-time code.
class Error : public std::runtime_error
{
public:
    Error(ErrorKind kind, const std::string& sentence) : std::runtime_error(sentence), kind_(kind) {}
    [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }

private:
    ErrorKind kind_;
};

// Shorthands; `where` names the file or object, `what` says what is wrong with it.
[[nodiscard]] Error badInput(const std::string& where, const std::string& what);
[[nodiscard]] Error missing(const std::string& what, const std::string& advice);
[[nodiscard]] Error interrupted(const std::string& what);

// Exit code of the command line for `kind`: 2 usage, 3 bad input, 4 missing, 5 interrupted, 1 internal.
[[nodiscard]] int exitCode(ErrorKind kind) noexcept;

} // namespace binaurium
