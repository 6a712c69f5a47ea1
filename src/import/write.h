#pragma once

#include <map>
#include <string>
#include <vector>

#include "dagitops/model/value.h"

#include "import/settle.h"

namespace dagitops::import {

struct Repository {
  std::string environment;
  std::vector<Fragment> fragments;
  Value chart_values;           // null: none
  Position chart_place;         // where they were found
  bool single_release = false;  // the environment's releases stay as they are in an existing install
};

// Path -> text of every file of the workspace repository.
std::map<std::string, std::string> WriteFiles(const Repository& repository);

}  // namespace dagitops::import
