// The examples of docs/workspace.md: blocks that start with "# PATH" are files of one repository, and "# composed:
// NAME" is what a location becomes in staging.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "dagitops/workspace/composer.h"
#include "dagitops/yaml/emit.h"
#include "dagitops/yaml/parse.h"

#include "support/tree_builder.h"

namespace dagitops::workspace {
namespace {

struct Page {
  testing::TreeBuilder tree;
  std::map<std::string, std::string> composed;  // by name
};

std::string ReadPage() {
  std::ifstream file(DAGITOPS_SOURCE_DIR "/docs/workspace.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

Page Read() {
  const std::string text = ReadPage();
  const std::string open = "```yaml\n# ";
  const std::string composed = "composed: ";
  Page page;
  for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
    at += open.size();
    const std::size_t line = text.find('\n', at);
    const std::string title = text.substr(at, line - at);
    const std::string body = text.substr(line + 1, text.find("```", line) - line - 1);
    if (title.starts_with(composed)) {
      page.composed[title.substr(composed.size())] = body;
    } else {
      page.tree.Set(title, body);
    }
  }
  return page;
}

TEST(WorkspacePage, ItsExamplesGiveWhatItSays) {
  const Page page = Read();
  ASSERT_EQ(page.composed.size(), 2U);
  const Composition staging = Composer().Compose(page.tree.Build(), "staging");
  for (const Diagnostic& diagnostic : staging.diagnostics) ADD_FAILURE() << diagnostic.Text();
  // The smallest fragment is shown on its own, without the defaults of the later example.
  testing::TreeBuilder alone = page.tree;
  alone.Set("dagitops.yaml", "environments: {staging: {}}\n").Remove("environments/staging/defaults.yaml");
  const Composition small = Composer().Compose(alone.Build(), "staging");
  int compared = 0;
  for (const auto& [name, text] : page.composed) {
    const Composition& composition = name == "sales" ? small : staging;
    for (const auto& location : composition.locations) {
      if (location->name != name) continue;
      ++compared;
      EXPECT_EQ(yaml::Emit(location->entry), yaml::Emit(yaml::Parse(text, "doc", Layer::kFragment).root)) << name;
    }
  }
  EXPECT_EQ(compared, 2);
}

}  // namespace
}  // namespace dagitops::workspace
