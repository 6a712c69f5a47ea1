#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "dagitops/base/text.h"
#include "dagitops/workspace/lint_codes.h"

#include "workspace/lint_report.h"

namespace dagitops::workspace {
namespace {

std::string TextOf(const Value& item, std::string_view key) {
  const Value* value = item.Find(key);
  return value == nullptr ? "" : value->text();
}

std::vector<std::string> AllCodes() {
  std::vector<std::string> codes;
  for (const LintCode& row : LintCodes()) codes.emplace_back(row.code);
  return codes;
}

void TellUnknown(LintReport& report, const Mark& mark, const std::string& code) {
  const auto meant = DidYouMean(code, AllCodes());
  report.Tell("unknown-ignore", mark,
              {"the code " + Quoted(Shorten(code, 60)) + " in `lint.ignore`", "a code as the messages print it",
               meant ? "did you mean " + *meant + "?" : "remove it"});
}

// Reads one item of the list; true when it names a warning and gives a reason.
bool Accept(LintReport& report, const Value& item) {
  const std::string code = TextOf(item, "code");
  const LintCode* row = FindLintCode(code);
  if (code.empty()) return false;  // the schema tells that
  if (row == nullptr) {
    TellUnknown(report, item.Find("code")->mark(), code);
  } else if (row->severity == Severity::kFault) {
    report.Tell("ignored-fault", item.mark(),
                {code + " in `lint.ignore`, which is a fault", "a warning", "mend it and remove this"});
  } else if (Trim(TextOf(item, "reason")).empty()) {
    report.Tell("ignore-without-reason", item.mark(),
                {"no reason beside " + code, "a reason",
                 "add reason: why it is all right here; until then nothing is ignored"});
  } else {
    return true;
  }
  return false;
}

}  // namespace

Diagnostics ApplyIgnores(const LintInput& input, Diagnostics diagnostics) {
  const Value* list = input.block.FindPath("lint.ignore");
  if (list == nullptr) return diagnostics;
  Diagnostics about_list;
  LintReport report(input, about_list);
  std::vector<std::string> ignored;
  for (const Value& item : list->items()) {
    if (Accept(report, item)) ignored.push_back(TextOf(item, "code"));
  }
  std::erase_if(diagnostics, [&](const Diagnostic& diagnostic) {
    return std::find(ignored.begin(), ignored.end(), diagnostic.code) != ignored.end();
  });
  Append(diagnostics, std::move(about_list));
  return diagnostics;
}

}  // namespace dagitops::workspace
