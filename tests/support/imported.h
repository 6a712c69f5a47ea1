#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "dagitops/import/import.h"
#include "dagitops/workspace/composer.h"
#include "dagitops/yaml/parse.h"

#include "support/tree_builder.h"

// Short ways to import a file and to look at what came out.
namespace dagitops::support {

inline import::ImportResult ImportText(const std::string& text, const import::ImportOptions& options = {}) {
  return import::Import({{"values.yaml", text}}, options);
}

inline Value ReadYaml(const std::string& text) {
  const yaml::Parsed parsed = yaml::Parse(text, "text", Layer::kFragment, {.nodes = 200'000, .depth = 64});
  for (const Diagnostic& diagnostic : parsed.diagnostics) ADD_FAILURE() << diagnostic.Text() << "\n" << text;
  return parsed.root;
}

// A file of the result, read; null (and a failed test) when it is not there.
inline Value FileOf(const import::ImportResult& result, const std::string& path) {
  const auto file = result.files.find(path);
  if (file != result.files.end()) return ReadYaml(file->second);
  ADD_FAILURE() << "no file " << path;
  for (const Diagnostic& diagnostic : result.diagnostics) ADD_FAILURE() << diagnostic.Text();
  return Value();
}

// The text at a dotted path; "" when there is none.
inline std::string TextAt(const Value& value, const std::string& path) {
  const Value* found = value.FindPath(path);
  return found == nullptr ? "" : found->text();
}

inline Composition ComposeFiles(const std::map<std::string, std::string>& files, const std::string& environment) {
  dagitops::testing::TreeBuilder tree;
  for (const auto& [path, text] : files) tree.Set(path, text);
  workspace::Composer composer;
  return composer.Compose(tree.Build(), environment);
}

}  // namespace dagitops::support
