#pragma once

#include <map>
#include <string>

namespace dagitops::cli {

// Path -> text of a workspace repository with one location that runs on any machine with dagster.
std::map<std::string, std::string> InitFiles();

// The schemas that editors ask for, below .dagitops/schemas/.
std::map<std::string, std::string> SchemaFiles();

// The first line of a file of the repository, by which an editor finds its schema.
std::string SchemaLine(const std::string& path);

}  // namespace dagitops::cli
