#pragma once

#include <string>

#include <boost/json/value.hpp>

namespace dagitops {

// JSON with two spaces a level, every member and element on a line of its own, and a line end: for files that people
// read by `git diff`. Members keep their order. Pure.
std::string PrettyJson(const boost::json::value& json);

}  // namespace dagitops
