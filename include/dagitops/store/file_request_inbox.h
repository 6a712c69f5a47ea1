#pragma once

#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/store/state_store.h"

namespace dagitops {

// RequestInbox as files: <dir>/requests/<id>.json in, <dir>/answers/<id>.json out (docs/state.md). A request stays
// until it is answered, so Take gives it again after a crash. What cannot be read, asks for something unknown or is
// over 64 KiB is answered with the reason; names that are no ids are removed. Answers that nobody fetched go after ten
// minutes. For the holder of the folder's lock, on one thread. Errors as in file_state_store.h.
class FileRequestInbox final : public RequestInbox {
 public:
  FileRequestInbox(std::string dir, const Clock& clock) : dir_(std::move(dir)), clock_(clock) {}

  Result<std::vector<Request>> Take() override;
  Status Answer(const RequestAnswer& answer) override;

 private:
  std::optional<Request> Read(const std::string& name);
  void Refuse(const std::string& id, const std::string& why);
  void RemoveOld(const std::string& folder) const;

  const std::string dir_;
  const Clock& clock_;
};

}  // namespace dagitops
