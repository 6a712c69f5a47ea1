#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "dagitops/yaml/parse.h"

#include "workspace/lint.h"

namespace dagitops::workspace {

// One location made of one file, with the parts of a LintInput that it refers to.
class Location {
 public:
  explicit Location(const std::string& yaml, Layer layer = Layer::kFragment) {
    const yaml::Parsed parsed = yaml::Parse(yaml, "locations/a.yaml", layer);
    EXPECT_TRUE(parsed.diagnostics.empty()) << yaml;
    entry_ = parsed.root.Without("dagitops");
    if (const Value* block = parsed.root.Find("dagitops")) block_ = *block;
    sources_[static_cast<std::size_t>(Layer::kFragment)] = "locations/a.yaml";
    layers_[static_cast<std::size_t>(layer)] = parsed.root;
  }

  Location& At(const std::string& path) {
    sources_[static_cast<std::size_t>(Layer::kFragment)] = path;
    return *this;
  }

  Location& Under(Layer layer, const std::string& path, const std::string& yaml) {
    sources_[static_cast<std::size_t>(layer)] = path;
    layers_[static_cast<std::size_t>(layer)] = yaml::Parse(yaml, path, layer).root;
    return *this;
  }

  LintInput input() const { return {name_, entry_, block_, sources_, layers_}; }

 private:
  std::string name_ = "a";
  Value entry_;
  Value block_;
  std::vector<std::string> sources_ = std::vector<std::string>(5);
  std::vector<Value> layers_ = std::vector<Value>(5);
};

// A chart entry that nothing can be said against; `more` is put below it, starting on line 4.
inline std::string Entry(const std::string& more) {
  return "name: a\nimage: {repository: registry.example.com/acme/a, tag: \"1.4.2\", pullPolicy: IfNotPresent}\n"
         "port: 3030\n" +
         more;
}

// "code line:column" of each.
inline std::vector<std::string> CodesOf(Diagnostics diagnostics) {
  SortDiagnostics(diagnostics);
  std::vector<std::string> codes;
  for (const Diagnostic& diagnostic : diagnostics) {
    codes.push_back(diagnostic.code + " " + std::to_string(diagnostic.position.line) + ":" +
                    std::to_string(diagnostic.position.column));
  }
  return codes;
}

inline std::vector<std::string> TextsOf(Diagnostics diagnostics) {
  SortDiagnostics(diagnostics);
  std::vector<std::string> texts;
  for (const Diagnostic& diagnostic : diagnostics) texts.push_back(diagnostic.Text());
  return texts;
}

}  // namespace dagitops::workspace
