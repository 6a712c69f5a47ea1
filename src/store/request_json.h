#pragma once

#include <string>
#include <string_view>

#include "dagitops/base/result.h"
#include "dagitops/store/state_store.h"

namespace dagitops {

// Requests and answers as files of the state folder hold them (docs/state.md). Reading: kInvalid request-json or
// answer-json, naming the field; kStalled store-newer for a newer schema version.
std::string RequestToJson(const Request& request);
Result<Request> RequestFromJson(std::string_view json);
std::string AnswerToJson(const RequestAnswer& answer);
Result<RequestAnswer> AnswerFromJson(std::string_view json);

}  // namespace dagitops
