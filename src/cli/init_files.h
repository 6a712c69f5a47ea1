#pragma once

#include <map>
#include <string>

namespace dagitops::cli {

// Path -> text of a workspace repository with one location that runs on any machine with dagster.
std::map<std::string, std::string> InitFiles();

}  // namespace dagitops::cli
