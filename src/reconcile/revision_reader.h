#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/decide/decide.h"
#include "dagitops/model/composition.h"
#include "dagitops/model/decision.h"
#include "dagitops/source/source.h"
#include "dagitops/workspace/composer.h"

namespace dagitops::reconcile {

// What git says at one revision: the composition, and what belongs to each location beside its fragment.
struct GitView {
  Composition composition;
  CommitRange range;
  std::map<std::string, decide::CodeFacts> code;
};

struct ReaderOptions {
  std::string environment;
  std::string chart_version;
  TreeLimits limits;
};

// Reads revisions for the reconciler and keeps the last one, since most passes see the same commit again.
class RevisionReader {
 public:
  RevisionReader(Source& source, SourceHistory& history, ReaderOptions options);

  // The view of `revision`, as seen from what `state` says was applied.
  Result<const GitView*> Read(const Revision& revision, const EnvironmentState& state);

  // Authors are found a few hundred a time, so that no pass waits for them: whether some are still to be found.
  bool unfinished() const { return !unknown_.empty(); }

 private:
  Status Compose(const Revision& revision, const EnvironmentState& state);
  Status ReadCode(const EnvironmentState& state);
  void TellRenames(Composition& composition, const EnvironmentState& state) const;
  void TellSharedFaults() const;
  Status ReadRange(const EnvironmentState& state);
  void ListUnknown(const EnvironmentState& state);
  void FindAuthors();

  Source& source_;
  SourceHistory& history_;
  ReaderOptions options_;
  workspace::Composer composer_;
  std::optional<GitView> view_;
  std::string range_key_;  // applied..head that view_->range is of
  // Locations whose author is not known yet, with every path whose change makes somebody that.
  std::map<std::string, std::vector<std::string>> unknown_;
};

}  // namespace dagitops::reconcile
