// SPDX-License-Identifier: GPL-3.0-or-later
// Nothing: the owners of precompiled headers (cmake/BinauriumHeaders.cmake) need a source.
