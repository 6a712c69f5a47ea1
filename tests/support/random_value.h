#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "dagitops/model/value.h"

namespace dagitops::support {

// Random trees of texts that are hard to write down: the same seed gives the same tree on every machine. Keys are
// unique, and never <<, which yaml::Parse refuses.
class RandomValue {
 public:
  explicit RandomValue(unsigned seed) : random_(seed) {}

  Value Make(int depth) {
    const unsigned kind = depth == 0 ? Below(3) : Below(7);
    if (kind == 0) return Value::Scalar(OneOf(kBare), false);
    if (kind <= 2) return Value::String(Text());
    return kind <= 4 ? List(depth - 1) : Map(depth - 1);
  }

  Value List(int depth) {
    Value::Sequence items;
    for (unsigned left = Below(4); left > 0; --left) items.push_back(Make(depth));
    return Value::List(std::move(items));
  }

  Value Map(int depth) {
    Value map = Value::Map({});
    for (unsigned left = Below(4); left > 0; --left) map = map.With(Text(), Make(depth));
    return map;
  }

  std::string Text() {
    std::string text;
    for (unsigned left = Below(4); left > 0; --left) text += OneOf(kPieces);
    return text;
  }

  unsigned Below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }

  // The same content in another order of members, and with other marks.
  Value Shuffled(const Value& value) {
    const Mark mark{Below(1000), static_cast<std::uint16_t>(Below(100)), Layer::kOverlay};
    if (value.is_mapping()) {
      Value::Mapping members;
      for (const Value::Member& member : value.members()) {
        const auto at = static_cast<std::ptrdiff_t>(Below(static_cast<unsigned>(members.size()) + 1));
        members.insert(members.begin() + at, {member.key, mark, Shuffled(member.value)});
      }
      return Value::Map(std::move(members), mark);
    }
    if (!value.is_sequence())
      return value.is_null() ? Value::Null(mark) : Value::Scalar(value.text(), value.quoted(), mark);
    Value::Sequence items;
    for (const Value& item : value.items()) items.push_back(Shuffled(item));
    return Value::List(std::move(items), mark);
  }

 private:
  const char* OneOf(const std::vector<const char*>& choices) {
    return choices[Below(static_cast<unsigned>(choices.size()))];
  }

  // As they stand in a file: no white space around them, no line break.
  inline static const std::vector<const char*> kBare{"~",     "null",   "no",   "y",     "On",   "TRUE",       "0",
                                                     "-7",    "012",    "0x1F", "1_000", "1.10", "1e3",        ".inf",
                                                     "12:30", "-.5e-3", "word", "a/b",   "",     "2024-01-31", "@x"};
  inline static const std::vector<const char*> kPieces{"a",
                                                       "name",
                                                       "1",
                                                       " ",
                                                       "\n",
                                                       "\t",
                                                       "\r",
                                                       ":",
                                                       ": ",
                                                       "#",
                                                       " #",
                                                       "-",
                                                       "- ",
                                                       "'",
                                                       "\"",
                                                       "\\",
                                                       "{{",
                                                       "}",
                                                       "[",
                                                       "]",
                                                       ",",
                                                       "&",
                                                       "*",
                                                       "!",
                                                       "|",
                                                       ">",
                                                       "%",
                                                       "@",
                                                       "`",
                                                       "~",
                                                       "?",
                                                       "=",
                                                       ".",
                                                       "no",
                                                       "y",
                                                       "null",
                                                       "e5",
                                                       "0",
                                                       "_",
                                                       "---",
                                                       "...",
                                                       "/",
                                                       "\x01",
                                                       "é",
                                                       "\xe2\x80\xa8",
                                                       "\xc2\x85",
                                                       "\xef\xbb\xbf",
                                                       "🦀"};
  std::mt19937 random_;
};

}  // namespace dagitops::support
