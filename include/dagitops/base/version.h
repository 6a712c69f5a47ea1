#pragma once

#include <string>

namespace dagitops {

// True when `version` ("v3.17.0", "1.13.27", "1!0+dev") is at least `oldest`; numbers are compared part by part, and
// what is no number ends the comparison. A leading "v" does not count.
bool AtLeast(const std::string& version, const std::string& oldest);

// "1.13" of "v1.13.27"; empty where `version` does not begin with two numbers.
std::string MinorOf(const std::string& version);

}  // namespace dagitops
