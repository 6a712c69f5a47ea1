#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/model/desired.h"

namespace dagitops::local_process {

// The values that a server was given and nobody shall read in a status, a log of ours or a state: all of its
// environment file, and of its `env` those that look like secrets. Values of fewer than six bytes are left out, since
// they would be found everywhere. Longest first.
std::vector<std::string> KnownSecrets(const std::map<std::string, std::string>& env_file, const ProcessSpec& spec);

// `text` with "***" for each of them; also for the beginning of one that was cut off at the end of the text.
std::string WithoutSecrets(std::string_view text, const std::vector<std::string>& secrets);

}  // namespace dagitops::local_process
