#include "workspace/unit_cache.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

namespace dagitops::workspace {
namespace {

std::size_t HashOf(const std::string& text) { return std::hash<std::string>{}(text); }

}  // namespace

void TwinCounter::Add(std::size_t hash) {
  if (++counts_[hash] == 2) ++twins_;
}

void TwinCounter::Remove(std::size_t hash) {
  const auto found = counts_.find(hash);
  if (--found->second == 1) --twins_;
  if (found->second == 0) counts_.erase(found);
}

bool UnitCache::IsSame(const Known& known, const UnitRef& files) {
  const auto raw = [](const EntryFilePtr* file) { return file == nullptr ? nullptr : file->get(); };
  if (known.fragment != raw(files.fragment) || known.overlay != raw(files.overlay)) return false;
  if (known.unit->rival.get() != raw(files.rival)) return false;
  if (!known.named && files.name == nullptr) return true;
  return known.unit->name == files.Name();
}

// In the order of Match: by path, first those with a fragment.
bool UnitCache::ComesAfter(const Known& known, const UnitRef& files) {
  const bool fragment = files.fragment != nullptr;
  if ((known.fragment != nullptr) != fragment) return fragment;
  return files.primary().path() < known.unit->primary().path();
}

void UnitCache::Count(const Unit& unit) {
  if (!unit.enabled) return;
  names_.Add(HashOf(unit.name));
  location_names_.Add(HashOf(unit.location_name));
}

void UnitCache::Discount(const Unit& unit) {
  if (!unit.enabled) return;
  names_.Remove(HashOf(unit.name));
  location_names_.Remove(HashOf(unit.location_name));
}

const std::vector<UnitCache::Placed>& UnitCache::Update(const std::vector<UnitRef>& files, const Base& base) {
  std::vector<Known> units;
  units.reserve(files.size());
  std::vector<UnitPtr> removed;  // kept alive until they are out of the order
  std::vector<UnitPtr> fresh;
  auto known = units_.begin();
  for (const UnitRef& ref : files) {
    while (known != units_.end() && !IsSame(*known, ref) && !ComesAfter(*known, ref)) {
      removed.push_back(std::move((known++)->unit));
    }
    if (known != units_.end() && IsSame(*known, ref)) {
      units.push_back(std::move(*known++));
      continue;
    }
    fresh.push_back(MakeUnit(base, ref));
    units.push_back({fresh.back()->fragment.get(), fresh.back()->overlay.get(), ref.name != nullptr, fresh.back()});
  }
  for (; known != units_.end(); ++known) removed.push_back(std::move(known->unit));
  units_ = std::move(units);

  std::vector<const Unit*> gone;
  for (const UnitPtr& unit : removed) {
    Discount(*unit);
    gone.push_back(unit.get());
  }
  Place(std::move(gone), std::move(fresh));
  return placed_;
}

// Sorting everything anew would cost more than all the rest of a small change.
void UnitCache::Place(std::vector<const Unit*> gone, std::vector<UnitPtr> fresh) {
  std::sort(gone.begin(), gone.end());
  if (!gone.empty()) {
    std::erase_if(placed_,
                  [&](const Placed& placed) { return std::binary_search(gone.begin(), gone.end(), placed.unit); });
  }
  if (fresh.empty()) return;
  std::sort(fresh.begin(), fresh.end(), [](const UnitPtr& a, const UnitPtr& b) { return ComesBefore(*a, *b); });
  std::vector<Placed> placed;
  placed.reserve(placed_.size() + fresh.size());
  auto from = placed_.begin();
  for (const UnitPtr& unit : fresh) {
    Count(*unit);
    const auto to = std::lower_bound(from, placed_.end(), unit, [](const Placed& other, const UnitPtr& wanted) {
      return ComesBefore(*other.unit, *wanted);
    });
    placed.insert(placed.end(), std::make_move_iterator(from), std::make_move_iterator(to));
    placed.push_back({unit.get(), unit->location, unit->location && unit->diagnostics.empty()});
    from = to;
  }
  placed.insert(placed.end(), std::make_move_iterator(from), std::make_move_iterator(placed_.end()));
  placed_ = std::move(placed);
}

bool ComesBefore(const Unit& a, const Unit& b) {
  if (a.order != b.order) return a.order < b.order;
  if (const int names = a.name.compare(b.name); names != 0) return names < 0;
  return a.primary().path() < b.primary().path();
}

}  // namespace dagitops::workspace
