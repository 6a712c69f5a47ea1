#include "workspace/match.h"

#include <string_view>
#include <unordered_map>
#include <utility>

namespace dagitops::workspace {
namespace {

class Matcher {
 public:
  explicit Matcher(const MatchInput& input) : input_(input) {}

  Matched Match() {
    IndexOverlays();
    matched_.units.reserve(input_.fragments.size());
    for (const EntryFilePtr& fragment : input_.fragments) AddFragment(fragment);
    GuessBroken();
    for (std::size_t i = 0; i < overlays_.size(); ++i) {
      if (!overlays_[i].used) matched_.units.push_back({nullptr, overlays_[i].file, overlays_[i].name});
    }
    return std::move(matched_);
  }

 private:
  struct Overlay {
    EntryFilePtr file;
    std::string name;
    bool used = false;
  };

  // Sorts out what is no entry. The name is empty for those that have none.
  bool IsEntry(const EntryFilePtr& file) {
    if (file->role == EntryFile::Role::kEntry) return true;
    if (!file->diagnostics.empty()) matched_.others.push_back(file.get());
    return false;
  }

  std::string NameOf(const EntryFile& file) const {
    if (file.readable()) return file.name;
    const auto known = input_.path_names.find(file.path());
    return known == input_.path_names.end() ? "" : known->second;
  }

  void IndexOverlays() {
    for (const EntryFilePtr& file : input_.overlays) {
      if (!IsEntry(file)) continue;
      std::string name = NameOf(*file);
      if (name.empty()) {
        broken_.push_back(file);
      } else {
        overlays_.push_back({file, std::move(name)});
      }
    }
    // The first of two overlays of one name is taken; the second becomes a unit of the same name, hence a duplicate.
    for (std::size_t i = 0; i < overlays_.size(); ++i) by_name_.emplace(overlays_[i].name, i);
  }

  void AddFragment(const EntryFilePtr& fragment) {
    if (!IsEntry(fragment)) return;
    UnitFiles files{fragment, nullptr, NameOf(*fragment)};
    if (files.name.empty()) {
      matched_.nameless.push_back(fragment);
      return;
    }
    const auto overlay = by_name_.find(files.name);
    if (overlay != by_name_.end()) {
      files.overlay = overlays_[overlay->second].file;
      overlays_[overlay->second].used = true;
    }
    matched_.units.push_back(std::move(files));
  }

  void GuessBroken() {
    for (const EntryFilePtr& file : broken_) {
      bool found = false;
      for (UnitFiles& files : matched_.units) {
        if (files.overlay || files.name != Stem(file->path())) continue;
        files.overlay = file;
        found = true;
      }
      if (!found) matched_.nameless.push_back(file);
    }
  }

  const MatchInput& input_;
  Matched matched_;
  std::vector<Overlay> overlays_;
  std::unordered_map<std::string_view, std::size_t> by_name_;
  std::vector<EntryFilePtr> broken_;
};

}  // namespace

Matched Match(const MatchInput& input) { return Matcher(input).Match(); }

}  // namespace dagitops::workspace
