#pragma once

#include <string>

#include "cli/diff_sides.h"

namespace dagitops::cli {

// What differs from `a` to `b`: the locations by name, each with its fields, then what workspace.yaml names,
// then the values of the whole environment by their file.
std::string DiffText(const Side& a, const Side& b);

// The same as one JSON record.
std::string DiffJson(const Side& a, const Side& b);

}  // namespace dagitops::cli
