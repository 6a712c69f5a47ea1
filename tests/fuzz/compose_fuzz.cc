// A whole repository of any files is composed for one environment. The input is text: a line "#file PATH" starts a
// file,
// "#link PATH", "#module PATH" and "#large PATH" are what they say.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "dagitops/model/service_name.h"
#include "dagitops/workspace/composer.h"
#include "dagitops/workspace/explain.h"
#include "dagitops/yaml/emit.h"

#include "support/tree_builder.h"

namespace {

using dagitops::testing::TreeBuilder;

void Require(bool condition) {
  if (!condition) std::abort();
}

class Reader {
 public:
  explicit Reader(std::string_view input) : input_(input) {}

  TreeBuilder Read() {
    while (!input_.empty()) Line(NextLine());
    Finish();
    return tree_;
  }

 private:
  std::string_view NextLine() {
    const std::size_t end = std::min(input_.find('\n'), input_.size() - 1);
    const std::string_view line = input_.substr(0, end + 1);
    input_.remove_prefix(end + 1);
    return line;
  }

  void Line(std::string_view line) {
    if (!Special(line)) text_ += line;
  }

  bool Special(std::string_view line) {
    using dagitops::FileKind;
    const auto path_after = [&](std::string_view word) {
      if (!line.starts_with(word)) return std::string();
      std::string path(line.substr(word.size()));
      while (!path.empty() && path.back() == '\n') path.pop_back();
      return path;
    };
    if (const std::string path = path_after("#file "); !path.empty()) {
      Finish();
      path_ = path;
      return true;
    }
    if (const std::string path = path_after("#link "); !path.empty()) tree_.SetKind(path, FileKind::kSymlink);
    if (const std::string path = path_after("#module "); !path.empty()) tree_.SetKind(path, FileKind::kSubmodule);
    if (const std::string path = path_after("#large "); !path.empty()) tree_.SetKind(path, FileKind::kTooLarge);
    return line.starts_with('#');
  }

  void Finish() {
    if (!path_.empty()) tree_.Set(path_, text_);
    text_.clear();
  }

  std::string_view input_;
  TreeBuilder tree_;
  std::string path_;
  std::string text_;
};

void Check(const dagitops::Composition& composition) {
  std::set<std::string> names;
  std::set<std::string> location_names;
  for (const auto& location : composition.locations) {
    Require(dagitops::IsServiceName(location->name));
    Require(names.insert(location->name).second);
    Require(location_names.insert(location->settings.location_name).second);
    Require(location->sources.size() == 5 && location->digest.size() == 16);
    dagitops::workspace::Explain(*location);
    dagitops::yaml::Emit(location->entry);
  }
  for (const auto& invalid : composition.invalid) {
    Require(names.insert(invalid.name).second);
    Require(dagitops::HasFault(invalid.faults));
  }
  Require(composition.usable || composition.locations.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dagitops;
  static workspace::Composer seasoned;  // has seen every repository before this one
  const SourceTree tree = Reader({reinterpret_cast<const char*>(data), size}).Read().Build();
  const workspace::ComposeOptions options{"1.12", {{"locations/a.yaml", "former"}}};
  const Composition composition = seasoned.Compose(tree, "e", options);
  Check(composition);
  const Composition again = seasoned.Compose(tree, "e", options);
  Require(again.locations == composition.locations && again.diagnostics == composition.diagnostics);
  Require(again.nameless_files == composition.nameless_files);
  return 0;
}
