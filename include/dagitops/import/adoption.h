#pragma once

#include <set>
#include <string>
#include <vector>

#include "dagitops/import/import.h"
#include "dagitops/model/existing_install.h"

namespace dagitops::import {

// What is to be imported of it: the values of each release, and its workspace.yaml.
std::vector<ImportFile> FilesOf(const ExistingInstall& install);

// The lines for this environment in the daemon's settings that let `serve` take the install over, YAML.
std::string AdoptionSettings(const ExistingInstall& install, const std::string& environment);

// What `serve` will do with the install once the repository is pushed and those settings are given: for each location
// of git where it comes from and what its users notice, then what is left to be done by hand; text for people.
// `locations` are those that git will have a server for.
std::string AdoptionPlan(const ExistingInstall& install, const std::set<std::string>& locations);

}  // namespace dagitops::import
