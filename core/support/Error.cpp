// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/Error.h"

namespace binaurium {

Error badInput(const std::string& where, const std::string& what)
{
    return {ErrorKind::BadInput, where + ": " + what};
}

Error missing(const std::string& what, const std::string& advice)
{
    return {ErrorKind::Missing, what + "; " + advice};
}

Error interrupted(const std::string& what)
{
    return {ErrorKind::Interrupted, what};
}

int exitCode(ErrorKind kind) noexcept
{
    switch (kind) {
    case ErrorKind::Usage:
        return 2;
    case ErrorKind::BadInput:
        return 3;
    case ErrorKind::Missing:
        return 4;
    case ErrorKind::Interrupted:
        return 5;
    case ErrorKind::Internal:
        break;
    }
    return 1;
}

} // namespace binaurium
