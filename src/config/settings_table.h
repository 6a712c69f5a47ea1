#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/config/settings.h"

#include "config/read_value.h"

namespace dagitops::config {

// Where a setting is put: the whole, and the environment it was read in (nullptr outside of one).
struct Place {
  Settings& settings;
  EnvironmentSettings* environment;
};

// One key of the settings file. The table is all there is to know about the file: it is read by it, docs/settings.md
// and schemas/settings.json are printed from it.
struct Setting {
  std::string_view key;  // dotted; below "environments.NAME." NAME stands for any environment
  Rule rule;
  std::string_view standard;  // the default as one would write it; in "(...)" when chosen elsewhere
  std::string_view meaning;   // one sentence without a full stop
  void (*apply)(const Place& place, const Reading& reading);
};

// In the order of the reference.
std::span<const Setting> SettingsTable();

// Keys that hold further keys, and what they are about.
struct Group {
  std::string_view key;
  std::string_view meaning;
};
std::span<const Group> SettingsGroups();

// nullptr for a key that is no setting.
const Setting* FindSetting(std::string_view key);

// The next steps of all settings below `prefix` ("" is the top), in the table's order; empty when there are none.
std::vector<std::string> KeysBelow(const std::string& prefix);

// "a.b" and "c" -> "a.b.c".
std::string Below(const std::string& prefix, std::string_view key);

// Keys that the design knows and this version does not carry out, with what to say about them.
struct FutureKey {
  std::string_view key;
  std::string_view meaning;
};
std::span<const FutureKey> FutureKeys();

}  // namespace dagitops::config
