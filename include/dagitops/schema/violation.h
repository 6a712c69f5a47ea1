#pragma once

#include <string>
#include <vector>

#include "dagitops/model/value.h"

namespace dagitops::schema {

// One step down into a value: a key of a mapping, or the index of an item when it is 0 or more.
struct PathStep {
  std::string key;
  int index = -1;

  friend bool operator==(const PathStep&, const PathStep&) = default;
};
using Path = std::vector<PathStep>;

// "env[0].value"; "" for the root. Keys that hold dots or brackets are quoted.
std::string PathText(const Path& path);

// The value at the end of `path`, or nullptr. Lives as long as `root`.
const Value* At(const Value& root, const Path& path);

// One place where a value does not keep to a schema, told so that the reader can mend it.
struct Violation {
  enum class Kind {
    kType,        // another type than asked for
    kMissing,     // a required key is absent; `path` is the mapping's
    kUnknownKey,  // a key that the schema does not allow; `path` ends in it
    kValue,       // the right type, but not one of the values asked for
  };
  Kind kind = Kind::kValue;
  Path path;
  Mark mark;                  // of the value; of the key for kUnknownKey
  std::string key;            // kMissing, kUnknownKey: which key
  std::string found;          // "the number 4"
  std::string expected;       // "a string"
  std::string fix;            // "write \"4\""
  bool wants_string = false;  // a string is the only type asked for here
};

}  // namespace dagitops::schema
