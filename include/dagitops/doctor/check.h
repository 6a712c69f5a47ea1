#pragma once

#include <string>
#include <vector>

namespace dagitops::doctor {

enum class Level {
  kOk,
  kWarning,      // works, but something is lost by it or will be
  kError,        // serve cannot do its work as long as this is so
  kNotLookedAt,  // something before it failed
};

// One thing that was looked at. Texts never contain secrets.
struct Check {
  Level level = Level::kOk;
  std::string code;  // of what was found, kebab-case and stable (docs/doctor.md); of kOk and kNotLookedAt: of the check
  std::string where;             // "daemon pod dagster-daemon-5f7c", "helm", a URL without credentials
  std::string found;             // kNotLookedAt: why not
  std::string expected;          // empty for kOk and kNotLookedAt
  std::vector<std::string> fix;  // lines to put in or to type; empty likewise, or where nothing sensible can be said

  friend bool operator==(const Check&, const Check&) = default;
};

// One right in a cluster: what it is for, and whether we have it.
struct Right {
  enum class Use {
    kUsed,   // dagitops, or the helm that it calls, does this
    kGiven,  // the chart gives it to Dagster's account, and only who has a right may give it
  };
  std::string group;     // of the API; empty: core
  std::string resource;  // with its subresource: "pods/log"
  std::string verb;
  std::string name;  // of the only object that is meant; empty: any
  std::string why;
  Use use = Use::kUsed;

  friend bool operator==(const Right&, const Right&) = default;
};
struct RightAnswer {
  Right right;
  bool allowed = false;

  friend bool operator==(const RightAnswer&, const RightAnswer&) = default;
};

// What belongs together: this machine, or one environment.
struct Section {
  std::string name;    // of the environment; empty: of this machine
  std::string target;  // of the environment
  std::vector<Check> checks;
  std::vector<RightAnswer> rights;  // kubernetes: each that was asked for
};

struct Report {
  std::vector<Section> sections;

  int Count(Level level) const;
};

}  // namespace dagitops::doctor
