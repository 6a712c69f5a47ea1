#include "workspace/policy_keys.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "dagitops/base/text.h"
#include "dagitops/schema/validator.h"

#include "workspace/report.h"

namespace dagitops::workspace {
namespace {

using schema::DeadEnd;
using schema::KeyStep;
using Steps = std::vector<KeyStep>;

class Checker {
 public:
  Checker(const std::string& file, Diagnostics& diagnostics) : file_(file), diagnostics_(diagnostics) {}

  void Check(const Value* rules, bool in_containers) {
    if (rules == nullptr) return;
    for (const Value& rule : rules->items()) {
      if (!rule.is_scalar()) continue;
      const Steps steps = schema::SplitKey(rule.text());
      if (const auto dead = FindDeadEnd(steps, in_containers)) Tell(rule, steps, *dead);
    }
  }

 private:
  // Forbidden keys are looked for in containers too, where Kubernetes knows more keys than the schema lists.
  std::optional<DeadEnd> FindDeadEnd(const Steps& steps, bool in_containers) const {
    const auto dead = location_.FindDeadEnd(steps);
    const bool slip = dead && (dead->step > 0 || Meant(steps, *dead));
    if (!dead || slip || !in_containers) return dead;
    Steps inside{{"initContainers"}};
    inside.insert(inside.end(), steps.begin(), steps.end());
    auto deeper = location_.FindDeadEnd(inside);
    if (deeper) deeper->step -= std::min<std::size_t>(deeper->step, 1);
    return deeper;
  }

  static std::optional<std::string> Meant(const Steps& steps, const DeadEnd& dead) {
    return DidYouMean(steps[dead.step].text, dead.known);
  }

  void Tell(const Value& rule, const Steps& steps, const DeadEnd& dead) {
    const auto meant = Meant(steps, dead);
    std::string fix = "correct the key";
    if (dead.known.empty()) {
      fix = "put a key that holds dots in quotes, as in labels.\"example.com/name\"";
    } else if (meant) {
      fix = "write " + *meant + (dead.step > 0 ? "; where a name is meant, put it in quotes" : "");
    }
    diagnostics_.push_back(Fault("policy-key", {file_, static_cast<int>(rule.mark().line), rule.mark().column},
                                 {"the rule " + Quoted(Shorten(rule.text(), 80)) + ", whose step " +
                                      Quoted(Shorten(steps[dead.step].text, 60)) + " leads nowhere",
                                  "a key that a location can have", std::move(fix)}));
  }

  const std::string& file_;
  Diagnostics& diagnostics_;
  const schema::Validator location_{schema::Schema::kFragment};
};

}  // namespace

Diagnostics CheckPolicyKeys(const Value& root, const std::string& file) {
  const Value* require = root.FindPath("policy.require");
  const Value* forbid = root.FindPath("policy.forbid");
  Diagnostics diagnostics;
  if (require == nullptr && forbid == nullptr) return diagnostics;  // compiling the schema takes a millisecond
  Checker checker(file, diagnostics);
  checker.Check(require, false);
  checker.Check(forbid, true);
  return diagnostics;
}

}  // namespace dagitops::workspace
