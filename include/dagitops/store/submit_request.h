#pragma once

#include <string>

#include "dagitops/base/clock.h"
#include "dagitops/store/state_store.h"

namespace dagitops {

// The asker's side of FileRequestInbox: puts `request` into the folder, waits for the holder's answer and fetches it.
// An empty id is filled in. Looks every 20 ms, and every second whether there still is a holder.
//
// Errors: request-invalid kInvalid (the id is no file name), no-holder kRetry (nobody has the lock: the request was
// taken back, the caller may take the lock itself), request-timeout kRetry (the holder did not answer within
// `deadline`; the request was taken back unless it was being carried out), and those of file_state_store.h.
Result<RequestAnswer> SubmitRequest(const std::string& dir, Request request, Duration deadline);

}  // namespace dagitops
