#include "target/local_process/ledger.h"

#include <utility>

namespace dagitops::local_process {
namespace {

constexpr std::size_t kMaxBytes = 256u << 20;  // ten thousand locations need about 20 MB

}  // namespace

Status Ledger::Load() {
  if (loaded_) return Ok();
  DAGITOPS_ASSIGN(auto bytes, disk_.Read(path_, kMaxBytes));
  if (bytes) {
    DAGITOPS_ASSIGN(inventory_, ParseInventory(*bytes, path_));
    saved_ = std::move(*bytes);
    found_ = true;
  }
  loaded_ = true;
  return Ok();
}

Status Ledger::Save() {
  std::string bytes = ToJson(inventory_);
  if (bytes == saved_) return Ok();
  DAGITOPS_TRY(disk_.Write(path_, bytes));
  saved_ = std::move(bytes);
  return Ok();
}

}  // namespace dagitops::local_process
