#include "dagitops/workspace/lint_codes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "dagitops/workspace/composer.h"
#include "dagitops/workspace/renames.h"

#include "support/shared_data.h"
#include "support/tree_builder.h"

namespace dagitops::workspace {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = DAGITOPS_SOURCE_DIR;

struct Section {
  std::string code;
  std::string text;                          // all below its heading
  std::map<std::string, std::string> files;  // of its examples
};

// "```yaml\n# path\n...```" blocks of a section.
std::map<std::string, std::string> ExamplesOf(const std::string& text) {
  std::map<std::string, std::string> files;
  static const std::regex block("```yaml\n# ([a-zA-Z0-9_./-]+)\n([^`]*)```");
  for (std::sregex_iterator it(text.begin(), text.end(), block), end; it != end; ++it) files[(*it)[1]] = (*it)[2];
  return files;
}

std::vector<Section> Sections() {
  std::istringstream document(support::FileText(kRoot / "docs/lint.md"));
  std::vector<Section> sections;
  for (std::string line; std::getline(document, line);) {
    if (line.starts_with("## ")) {
      sections.push_back({line.substr(3), "", {}});
    } else if (!sections.empty()) {
      sections.back().text += line + "\n";
    }
  }
  for (Section& section : sections) section.files = ExamplesOf(section.text);
  return sections;
}

TEST(LintCodes, AreSortedKebabCaseAndFound) {
  const auto codes = LintCodes();
  static const std::regex kebab("[a-z]+(-[a-z]+)+");
  for (const LintCode& row : codes) {
    EXPECT_TRUE(std::regex_match(std::string(row.code), kebab)) << row.code;
    EXPECT_EQ(FindLintCode(row.code), &row);
    EXPECT_FALSE(row.meaning.empty() || row.meaning.ends_with('.')) << row.code;
  }
  EXPECT_EQ(FindLintCode(""), nullptr);
  EXPECT_EQ(FindLintCode("zzz"), nullptr);
  EXPECT_EQ(FindLintCode("aaa"), nullptr);
}

TEST(LintDocument, HasASectionForEachCodeAndNoOther) {
  std::vector<std::string> in_document;
  for (const Section& section : Sections()) in_document.push_back(section.code);
  std::vector<std::string> in_table;
  for (const LintCode& row : LintCodes()) in_table.emplace_back(row.code);
  EXPECT_EQ(in_document, in_table) << "docs/lint.md and src/workspace/lint_codes.cc differ";
}

TEST(LintDocument, TellsSeverityAndMeaningAsTheTableDoes) {
  for (const Section& section : Sections()) {
    const LintCode* row = FindLintCode(section.code);
    if (row == nullptr) continue;
    const std::string word = row->severity == Severity::kFault ? "fault" : "warning";
    EXPECT_TRUE(section.text.starts_with("\n*" + word + "*: " + std::string(row->meaning) + "\n\n")) << section.code;
    EXPECT_GT(section.text.size(), row->meaning.size() + 60) << section.code << " says too little about what to do";
  }
}

// What the examples leave out: every location has an image and arguments.
constexpr const char* kWhole =
    "defaults: {image: {repository: registry.example.com/acme/sales, tag: \"1.4.2\"}, dagsterApiGrpcArgs: [\"-m\", "
    "\"sales\"]}\n";

SourceTree TreeOf(std::map<std::string, std::string> files) {
  if (!files.contains("dagitops.yaml")) files["dagitops.yaml"] = "environments: {production: {}}\n";
  files["dagitops.yaml"] += kWhole;
  testing::TreeBuilder builder;
  for (const auto& [path, text] : files) builder.Set(path, text);
  return builder.Build();
}

std::set<std::string> CodesIn(const Diagnostics& diagnostics) {
  std::set<std::string> codes;
  for (const Diagnostic& diagnostic : diagnostics) {
    codes.insert(diagnostic.code);
    const LintCode* row = FindLintCode(diagnostic.code);
    EXPECT_NE(row, nullptr) << diagnostic.code << " is not in the table";
    EXPECT_TRUE(row == nullptr || row->severity == diagnostic.severity) << diagnostic.code;
  }
  return codes;
}

// Codes whose cause no YAML text can show.
const std::set<std::string> kWithoutExample{"file-too-large",   "local-path-missing", "no-repository-file",
                                            "renamed-location", "submodule-file",     "symlink-file"};
// Codes that never come alone.
const std::map<std::string, std::string> kWithAnother{{"overlay-without-fragment", "schema-fault"}};

TEST(LintDocument, ExamplesShowTheirCodeAndNothingElse) {
  for (const Section& section : Sections()) {
    if (kWithoutExample.contains(section.code)) continue;
    ASSERT_FALSE(section.files.empty()) << section.code << " has no example";
    ComposeOptions options;
    if (section.code == "image-digest-ignored") options.chart_version = "1.10";
    const Composition composition = Composer().Compose(TreeOf(section.files), "production", options);
    std::set<std::string> expected{section.code};
    if (const auto more = kWithAnother.find(section.code); more != kWithAnother.end()) expected.insert(more->second);
    EXPECT_EQ(CodesIn(composition.diagnostics), expected) << section.code;
  }
}

TEST(LintDocument, TellsWhatNoExampleShows) {
  const SourceTree whole = TreeOf({});
  const auto codes = [](const SourceTree& tree) { return CodesIn(Composer().Compose(tree, "production").diagnostics); };
  for (const auto& [code, kind] :
       {std::pair("file-too-large", FileKind::kTooLarge), std::pair("symlink-file", FileKind::kSymlink),
        std::pair("submodule-file", FileKind::kSubmodule)}) {
    testing::TreeBuilder builder;
    builder.Set("dagitops.yaml", "environments: {production: {}}\n").SetKind("locations/a.yaml", kind);
    EXPECT_EQ(codes(builder.Build()), std::set<std::string>{code});
  }
  EXPECT_TRUE(codes(testing::TreeBuilder().Build()).contains("no-repository-file"));
  const Composition before = Composer().Compose(TreeOf({{"locations/a.yaml", ""}}), "production");
  const Composition after = Composer().Compose(TreeOf({{"locations/b.yaml", ""}}), "production");
  EXPECT_EQ(CodesIn(LintRenames(before, after)), std::set<std::string>{"renamed-location"});
}

// Words of the sources that look like codes and are none.
const std::set<std::string> kOtherWords{
    "dagster-user-deployments", "per-location", "user-deployments", "bad-schema", "accept-risk", "in-place"};

std::set<std::string> CodesInSources() {
  std::set<std::string> words;
  static const std::regex literal("\"([a-z]+(?:-[a-z]+)+)\"");
  for (const char* layer : {"yaml", "workspace", "schema"}) {
    for (const auto& file : fs::directory_iterator(kRoot / "src" / layer)) {
      const std::string name = file.path().filename().string();
      if (name == "lint_codes.cc" || (file.path().extension() != ".cc" && file.path().extension() != ".h")) continue;
      const std::string text = support::FileText(file.path());
      for (std::sregex_iterator it(text.begin(), text.end(), literal), end; it != end; ++it) words.insert((*it)[1]);
    }
  }
  return words;
}

TEST(LintCodes, AreExactlyThoseThatTheSourcesTell) {
  const std::set<std::string> words = CodesInSources();
  for (const std::string& word : words) {
    if (kOtherWords.contains(word)) continue;
    EXPECT_NE(FindLintCode(word), nullptr) << word << " is told and not in src/workspace/lint_codes.cc";
  }
  for (const LintCode& row : LintCodes())
    EXPECT_TRUE(words.contains(std::string(row.code))) << row.code << " is never told";
}

}  // namespace
}  // namespace dagitops::workspace
