#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dagitops {

// The first 8 digits of a revision's id, with "-dirty" behind them where it ends so.
std::string ShortRevision(std::string_view id);

// A commit of the workspace repository. `id` is 40 hex digits, or "<40 hex>-dirty" for a checkout with changes that no
// commit holds: such a revision can be shown, never applied.
struct Revision {
  std::string id;
  std::string author_name;
  std::string author_email;
  std::int64_t time = 0;  // the author's, seconds since 1970 UTC
  std::string subject;    // first line of the message

  bool dirty() const { return id.ends_with("-dirty"); }
  std::string Short() const { return ShortRevision(id); }

  friend bool operator==(const Revision&, const Revision&) = default;
};

// "Name <mail>"; empty when neither is known.
std::string AuthorText(const Revision& revision);

// How a head stands to the revision that was applied last.
enum class Ancestry {
  kFirst,     // nothing was applied yet
  kSame,      // the same commit
  kDescends,  // the applied revision is an ancestor of the head: an ordinary push
  kDiverged,  // force-pushed, rewound or unrelated: removals seen in such a head wait for a person
};

// The commits between what was applied and the head.
struct CommitRange {
  Ancestry ancestry = Ancestry::kFirst;
  int allowed_removals = 0;  // largest `Dagitops-Allow-Removals: N` trailer in applied..head; 0 when there is none
};

}  // namespace dagitops
