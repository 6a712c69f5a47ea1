#pragma once

#include <string>

namespace dagitops::config {

// The tables of docs/settings.md: every key with default, range and meaning.
std::string SettingsReference();

// schemas/settings.json, as compact JSON.
std::string SettingsSchema();

}  // namespace dagitops::config
