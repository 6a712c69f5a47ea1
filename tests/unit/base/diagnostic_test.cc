#include "dagitops/base/diagnostic.h"

#include <gtest/gtest.h>

namespace dagitops {
namespace {

Diagnostic At(const std::string& file, int line, int column, const std::string& code) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.position = {file, line, column};
  return diagnostic;
}

TEST(PositionText, LeavesOutWhatIsUnknown) {
  EXPECT_EQ((Position{"a.yaml", 3, 7}.Text()), "a.yaml:3:7");
  EXPECT_EQ((Position{"a.yaml", 3, 0}.Text()), "a.yaml:3");
  EXPECT_EQ((Position{"a.yaml", 0, 7}.Text()), "a.yaml") << "a column without a line says nothing";
  EXPECT_EQ(Position{}.Text(), "");
}

TEST(DiagnosticText, TellsPlaceSeverityCodeAndWhatToDo) {
  Diagnostic diagnostic = At("locations/a.yaml", 3, 7, "unquoted-scalar");
  diagnostic.found = "1.10";
  diagnostic.expected = "a string";
  diagnostic.fix = "write \"1.10\"";
  EXPECT_EQ(diagnostic.Text(),
            "locations/a.yaml:3:7: fault: unquoted-scalar: found 1.10, expected a string; write \"1.10\"");
  diagnostic.severity = Severity::kWarning;
  diagnostic.found.clear();
  EXPECT_EQ(diagnostic.Text(), "locations/a.yaml:3:7: warning: unquoted-scalar: expected a string; write \"1.10\"");
}

TEST(DiagnosticText, HasNoLoosePunctuationWhenPartsAreMissing) {
  Diagnostic diagnostic = At("", 0, 0, "empty");
  EXPECT_EQ(diagnostic.Text(), "fault: empty");
  diagnostic.found = "nothing";
  EXPECT_EQ(diagnostic.Text(), "fault: empty: found nothing");
  diagnostic.found.clear();
  diagnostic.fix = "write something";
  EXPECT_EQ(diagnostic.Text(), "fault: empty: write something");
}

TEST(HasFault, IgnoresWarnings) {
  Diagnostic warning = At("a", 1, 1, "x");
  warning.severity = Severity::kWarning;
  EXPECT_FALSE(HasFault({}));
  EXPECT_FALSE(HasFault({warning}));
  EXPECT_TRUE(HasFault({warning, At("a", 1, 1, "x")}));
}

TEST(SortDiagnostics, OrdersByFileLineColumnCode) {
  const Diagnostics sorted{At("a", 0, 0, "z"), At("a", 2, 1, "b"),  At("a", 2, 9, "a"),
                           At("a", 2, 9, "b"), At("a", 10, 1, "a"), At("b", 1, 1, "a")};
  Diagnostics shuffled{sorted[5], sorted[2], sorted[4], sorted[0], sorted[3], sorted[1]};
  SortDiagnostics(shuffled);
  EXPECT_EQ(shuffled, sorted);
}

}  // namespace
}  // namespace dagitops
