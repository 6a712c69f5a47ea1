// The table of texts that make_texts.py holds against PyYAML.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "dagitops/base/text.h"
#include "dagitops/yaml/emit.h"
#include "dagitops/yaml/parse.h"

namespace dagitops::yaml {
namespace {

// The text that a JSON string stands for.
std::string FromJson(const std::string& json) { return Parse(json, "row", Layer::kBuiltin).root.text(); }

std::string Faults(const Diagnostics& diagnostics) {
  std::set<std::string> codes;
  for (const Diagnostic& fault : diagnostics) codes.insert(fault.code);
  return Join({codes.begin(), codes.end()}, " ");
}

TEST(Texts, AreReadAndWrittenAsTheTableSays) {
  std::ifstream file(DAGITOPS_SOURCE_DIR "/tests/unit/yaml/texts.tsv");
  int values = 0;
  int faults = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    const std::vector<std::string> row = Split(line, '\t');
    ASSERT_EQ(row.size(), 3U) << line;
    const Parsed parsed = Parse(FromJson(row[0]), "f", Layer::kFragment);
    if (row[2].empty()) {
      EXPECT_EQ(Faults(parsed.diagnostics), row[1]) << row[0];
      ++faults;
    } else {
      EXPECT_EQ(Faults(parsed.diagnostics), "") << row[0];
      EXPECT_EQ(Canonical(parsed.root), row[1]) << row[0];
      EXPECT_EQ(Emit(parsed.root), FromJson(row[2])) << row[0];
      ++values;
    }
  }
  EXPECT_GT(values, 300);
  EXPECT_GT(faults, 150);
}

}  // namespace
}  // namespace dagitops::yaml
