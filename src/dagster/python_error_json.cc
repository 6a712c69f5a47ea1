#include "dagster/python_error_json.h"

#include <string>
#include <string_view>

#include "dagster/json_read.h"

namespace dagitops {
namespace {

constexpr std::size_t kChainLimit = 20;

PythonError ReadOne(const boost::json::value& json, std::string_view class_key) {
  PythonError error{
      .class_name = json_read::Text(json, class_key), .message = json_read::Text(json, "message"), .stack = {}};
  const boost::json::value* stack = json_read::Member(json, "stack");
  if (stack == nullptr || !stack->is_array()) return error;
  for (const boost::json::value& frame : stack->get_array()) {
    if (frame.is_string()) error.stack.emplace_back(frame.get_string());
  }
  return error;
}

}  // namespace

std::vector<PythonError> ReadErrorInfo(const boost::json::value& info) {
  std::vector<PythonError> chain;
  for (const boost::json::value* at = &info; at != nullptr && at->is_object() && chain.size() < kChainLimit;
       at = json_read::Member(*at, "cause")) {
    chain.push_back(ReadOne(*at, "cls_name"));
  }
  return chain;
}

std::vector<PythonError> ReadGraphqlError(const boost::json::value& python_error) {
  std::vector<PythonError> chain{ReadOne(python_error, "className")};
  const boost::json::value* links = json_read::Member(python_error, "errorChain");
  if (links == nullptr || !links->is_array()) return chain;
  for (const boost::json::value& link : links->get_array()) {
    const boost::json::value* is_cause = json_read::Member(link, "isExplicitLink");
    const boost::json::value* error = json_read::Member(link, "error");
    // What was merely being handled when an error came is another story.
    if (is_cause == nullptr || *is_cause != true || error == nullptr || chain.size() == kChainLimit) break;
    chain.push_back(ReadOne(*error, "className"));
  }
  return chain;
}

}  // namespace dagitops
