#include "dagitops/model/scalar.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "dagitops/base/text.h"

#include "support/case_name.h"

namespace dagitops {
namespace {

struct Row {
  std::string text;
  std::string pyyaml;
  std::string helm;
};

std::vector<Row> ReadTable() {
  std::ifstream file(DAGITOPS_SOURCE_DIR "/tests/unit/model/scalars.tsv");
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> columns = Split(line, '\t');
    if (!line.starts_with("#") && columns.size() == 3) rows.push_back({columns[0], columns[1], columns[2]});
  }
  return rows;
}

bool IsPlainDecimal(const std::string& text) {
  const std::string digits = text.starts_with("-") ? text.substr(1) : text;
  return digits.find_first_not_of("0123456789") == std::string::npos && (digits == "0" || digits.front() != '0') &&
         digits.size() <= 18;
}

// A number for one of the two, told apart as PyYAML does; where only Helm reads a number, by the letters in it.
ScalarType NumberType(const Row& row) {
  if (row.pyyaml == "float") return ScalarType::kFloat;
  if (row.pyyaml == "int") return IsPlainDecimal(row.text) ? ScalarType::kInteger : ScalarType::kOddInteger;
  const bool hex = row.text.find_first_of("xX") != std::string::npos;
  return !hex && row.text.find_first_of(".eE") != std::string::npos ? ScalarType::kFloat : ScalarType::kOddInteger;
}

// What ResolveScalar must say: a string only where both libraries read one.
ScalarType Expected(const Row& row) {
  const std::set<std::string> types{row.pyyaml, row.helm};
  if (types.contains("null")) return ScalarType::kNull;
  if (types.contains("bool")) return ScalarType::kBool;
  if (types.contains("timestamp")) return ScalarType::kTimestamp;
  if (types.contains("int") || types.contains("float")) return NumberType(row);
  return ScalarType::kString;
}

TEST(ResolveScalar, AgreesWithPyYamlAndHelmOnEveryScalarOfTheTable) {
  const std::vector<Row> rows = ReadTable();
  ASSERT_GT(rows.size(), 600U);
  for (const Row& row : rows) {
    EXPECT_EQ(ResolveScalar(row.text), Expected(row))
        << Quoted(row.text) << " is " << Describe(ResolveScalar(row.text)) << "; PyYAML reads " << row.pyyaml
        << ", Helm " << row.helm << ", so it should be " << Describe(Expected(row));
  }
}

struct Case {
  const char* name;
  const char* text;
  ScalarType type;
};

class ResolveScalarByHand : public testing::TestWithParam<Case> {};

TEST_P(ResolveScalarByHand, GivesTheType) { EXPECT_EQ(ResolveScalar(GetParam().text), GetParam().type); }

// The ones that people write by mistake; typed by hand, so that a wrong table cannot hide them.
INSTANTIATE_TEST_SUITE_P(
    Common, ResolveScalarByHand,
    testing::Values(
        Case{"Nothing", "", ScalarType::kNull}, Case{"Tilde", "~", ScalarType::kNull},
        Case{"Norway", "no", ScalarType::kBool}, Case{"OneLetter", "y", ScalarType::kBool},
        Case{"SwitchedOn", "On", ScalarType::kBool}, Case{"MixedCase", "nO", ScalarType::kString},
        Case{"Version", "1.10", ScalarType::kFloat}, Case{"ThreePartVersion", "1.10.0", ScalarType::kString},
        Case{"FileMode", "0444", ScalarType::kOddInteger}, Case{"LeadingZeroDate", "08", ScalarType::kOddInteger},
        Case{"DateTag", "20240131", ScalarType::kInteger}, Case{"Negative", "-1", ScalarType::kInteger},
        Case{"Plus", "+1", ScalarType::kOddInteger}, Case{"CommitId", "1e5", ScalarType::kFloat},
        Case{"OtherCommitId", "3e5f", ScalarType::kString}, Case{"Date", "2024-01-31", ScalarType::kTimestamp},
        Case{"Clock", "12:30", ScalarType::kOddInteger}, Case{"ClockOfDocker", "22:22", ScalarType::kOddInteger},
        Case{"Grouped", "1_000", ScalarType::kOddInteger}, Case{"Memory", "500Mi", ScalarType::kString},
        Case{"Hex", "0xCAFE", ScalarType::kOddInteger}, Case{"Infinity", "-.inf", ScalarType::kFloat},
        Case{"LongerThan64Bits", "1234567890123456789012", ScalarType::kOddInteger}),
    support::CaseName{});

TEST(DescribeScalarType, HasItsOwnWordsForEveryType) {
  std::set<std::string_view> words;
  const std::vector<ScalarType> all{ScalarType::kString,   ScalarType::kNull,       ScalarType::kBool,
                                    ScalarType::kInteger,  ScalarType::kOddInteger, ScalarType::kFloat,
                                    ScalarType::kTimestamp};
  for (const ScalarType type : all) words.insert(Describe(type));
  EXPECT_EQ(words.size(), all.size());
}

}  // namespace
}  // namespace dagitops
