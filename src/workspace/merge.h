#pragma once

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/value.h"

#include "workspace/report.h"

namespace dagitops::workspace {

// Lays one layer over what the layers below it gave. Mappings merge deeply and keep the lower one's key order; `null`
// deletes a key; lists of things with a name merge by that name, and `{name: X, $patch: delete}` removes one; every
// other list, and every scalar, replaces. The result holds no null-valued key and no `$patch`, and shares with its
// inputs whatever it did not have to change. Marks stay those of the layer a value came from.
//
// Faults: unknown-patch, duplicate-item, item-without-name, env-two-sources; warning: patch-without-target.
class Merger {
 public:
  // `sources` and `diagnostics` must outlive the Merger; diagnostics are appended.
  Merger(const Sources& sources, Diagnostics& diagnostics) : sources_(sources), diagnostics_(diagnostics) {}

  // `base` must be a result of Merge, or null.
  Value Merge(const Value& base, const Value& over);

 private:
  Value MergeAt(const Value& base, const Value& over, std::string_view key);
  Value MergeMappings(const Value& base, const Value& over);
  Value MergeNamed(const Value& base, const Value& over, std::string_view key);
  Value Clean(const Value& value, std::string_view key);
  Value CleanList(const Value& value);
  void Patch(Value::Sequence& items, const Value& item, std::string_view key);
  void StrayPatch(const Value::Member& member);
  void NamelessItem(const Value& list, std::string_view key);
  void DuplicateItem(const Value& item, std::string_view key);
  void TwoSources(const Value& merged, const Value& item);

  const Sources& sources_;
  Diagnostics& diagnostics_;
};

// The key by which items of the list under `key` are told apart; empty for lists that replace.
std::string_view IdentityOf(std::string_view key);

}  // namespace dagitops::workspace
