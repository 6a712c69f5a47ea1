#pragma once

#include <string>

#include "dagitops/target/local_process/disk.h"

#include "target/local_process/inventory.h"

namespace dagitops::local_process {

// The inventory and its file.
class Ledger {
 public:
  Ledger(Disk& disk, std::string path) : disk_(disk), path_(std::move(path)) {}

  // Reads the file, once; after an error it is tried again. No file is an empty inventory.
  Status Load();
  // False when there was no file: whatever runs under our mark was lost track of.
  bool found() const { return found_; }

  Inventory& inventory() { return inventory_; }

  // Has the inventory on disk when it returns; costs nothing when that is so already.
  Status Save();

 private:
  Disk& disk_;
  std::string path_;
  Inventory inventory_;
  std::string saved_;
  bool loaded_ = false;
  bool found_ = false;
};

}  // namespace dagitops::local_process
