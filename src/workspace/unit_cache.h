#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "workspace/unit.h"

namespace dagitops::workspace {

// How often a text occurs, by hash: tells at once whether any two may be equal.
class TwinCounter {
 public:
  void Add(std::size_t hash);
  void Remove(std::size_t hash);
  bool HasTwins() const { return twins_ > 0; }

 private:
  std::unordered_map<std::size_t, int> counts_;
  std::size_t twins_ = 0;  // hashes that occur more than once
};

// The units of one environment's last composition. After a commit that changes one file, one unit is made, one place in
// the order is found, and the rest is passed by as it is: some milliseconds for ten thousand.
class UnitCache {
 public:
  // One unit in published order, beside what is asked of every one of them.
  struct Placed {
    const Unit* unit;
    std::shared_ptr<const CodeLocation> location;  // the unit's
    bool quiet;                                    // composed, and nothing to tell about it
  };

  void Clear() { *this = {}; }

  // `files` as Match gives them; `base` must be the same as the last time, or Clear was called between.
  const std::vector<Placed>& Update(const std::vector<UnitRef>& files, const Base& base);

  // Whether two enabled units may have the same name, or the same location name. Never misses one.
  bool MayHaveTwins() const { return names_.HasTwins() || location_names_.HasTwins(); }

 private:
  // A unit in the order of its files, beside what identifies it.
  struct Known {
    const EntryFile* fragment;
    const EntryFile* overlay;
    bool named;  // by its path's former name
    UnitPtr unit;
  };

  static bool IsSame(const Known& known, const UnitRef& files);
  static bool ComesAfter(const Known& known, const UnitRef& files);
  void Count(const Unit& unit);
  void Discount(const Unit& unit);
  void Place(std::vector<const Unit*> gone, std::vector<UnitPtr> fresh);

  std::vector<Known> units_;
  std::vector<Placed> placed_;
  TwinCounter names_;
  TwinCounter location_names_;
};

// Published order: `order`, then name; twins by path, so that the outcome never depends on chance.
bool ComesBefore(const Unit& a, const Unit& b);

}  // namespace dagitops::workspace
