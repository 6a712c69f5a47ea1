#include "kube/watch_events.h"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "dagitops/base/text.h"

#include "kube/json_read.h"

namespace dagitops::kube {

bool WatchEvents::Take(std::string_view part) {
  while (!part.empty()) {
    const std::size_t end = part.find('\n');
    const std::string_view piece = part.substr(0, end);
    if (piece.size() > kMaxLine - begun_.size()) return Fail(BadAnswer(call_, "an event is longer than 16 MiB"));
    begun_ += piece;
    if (end == std::string_view::npos) return true;
    part.remove_prefix(end + 1);
    const std::string line = std::exchange(begun_, {});
    if (!Trim(line).empty() && !Line(line)) return false;
  }
  return true;
}

bool WatchEvents::Line(std::string_view line) {
  const auto event = ParseObject(line);
  if (!event) return Fail(BadAnswer(call_, "an event is no JSON object"));
  if (Text(&*event, "type") != "ERROR") return on_event_(line);
  const boost::json::value* status = Member(&*event, "object");
  const std::string body = status == nullptr ? "" : boost::json::serialize(*status);
  return Fail(AnswerError(call_, Number(status, "code"), body));
}

bool WatchEvents::Fail(Error error) {
  error_ = std::move(error);
  return false;
}

}  // namespace dagitops::kube
