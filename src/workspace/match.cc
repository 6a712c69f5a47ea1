#include "workspace/match.h"

#include <string_view>
#include <unordered_map>
#include <utility>

namespace dagitops::workspace {
namespace {

using Slot = EntryFileCache::Slot;

class Matcher {
 public:
  explicit Matcher(const MatchInput& input) : input_(input) {}

  Matched Match() {
    for (const Slot& slot : input_.overlays) AddOverlay(slot);
    matched_.units.reserve(input_.fragments.size() + overlays_.size());
    for (const Slot& slot : input_.fragments) AddFragment(slot);
    for (const EntryFilePtr* file : broken_) GuessBroken(file);
    for (const Overlay& overlay : overlays_) {
      if (!overlay.used) matched_.units.push_back({nullptr, overlay.file, overlay.name, overlay.rival});
    }
    return std::move(matched_);
  }

 private:
  struct Overlay {
    const EntryFilePtr* file;
    const std::string* name;  // nullptr: its own
    const EntryFilePtr* rival = nullptr;
    bool used = false;
  };

  // Sorts out what is no entry.
  bool IsEntry(const Slot& slot) {
    if (slot.plain || slot.file->role() == EntryFile::Role::kEntry) return true;
    if (!slot.file->diagnostics().empty()) matched_.others.push_back(slot.file.get());
    return false;
  }

  // The name a file had when it could be read, or nullptr.
  const std::string* FormerName(const EntryFile& file) const {
    const auto known = input_.path_names.find(file.path());
    return known == input_.path_names.end() ? nullptr : &known->second;
  }

  void AddOverlay(const Slot& slot) {
    if (!IsEntry(slot)) return;
    const std::string* former = slot.plain ? nullptr : FormerName(*slot.file);
    if (!slot.plain && former == nullptr) {
      broken_.push_back(&slot.file);
      return;
    }
    const auto [same, added] = by_name_.emplace(slot.plain ? slot.file->name() : *former, overlays_.size());
    if (added) {
      overlays_.push_back({&slot.file, former});
    } else {
      overlays_[same->second].rival = &slot.file;
    }
  }

  void AddFragment(const Slot& slot) {
    if (!IsEntry(slot)) return;
    UnitRef unit{&slot.file, nullptr, slot.plain ? nullptr : FormerName(*slot.file), nullptr};
    if (!slot.plain && unit.name == nullptr) {
      matched_.nameless.push_back(slot.file.get());
      return;
    }
    if (!by_name_.empty()) TakeOverlay(unit);
    matched_.units.push_back(unit);
  }

  void TakeOverlay(UnitRef& unit) {
    const auto found = by_name_.find(unit.Name());
    if (found == by_name_.end()) return;
    unit.overlay = overlays_[found->second].file;
    unit.rival = overlays_[found->second].rival;
    overlays_[found->second].used = true;
  }

  void GuessBroken(const EntryFilePtr* file) {
    bool found = false;
    for (UnitRef& unit : matched_.units) {
      if (unit.overlay != nullptr || unit.Name() != Stem((*file)->path())) continue;
      unit.overlay = file;
      found = true;
    }
    if (!found) matched_.nameless.push_back(file->get());
  }

  const MatchInput& input_;
  Matched matched_;
  std::vector<Overlay> overlays_;
  std::unordered_map<std::string_view, std::size_t> by_name_;
  std::vector<const EntryFilePtr*> broken_;
};

}  // namespace

Matched Match(const MatchInput& input) { return Matcher(input).Match(); }

}  // namespace dagitops::workspace
