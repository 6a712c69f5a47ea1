#include "store/request_json.h"

#include "store/document.h"

namespace dagitops {
namespace {

constexpr DocumentKind kRequest{.code = "request-json", .version = 1};
constexpr DocumentKind kAnswer{.code = "answer-json", .version = 1};

const Words<Request::Kind> kKindWords{{Request::Kind::kApprove, "approve"},   {Request::Kind::kPause, "pause"},
                                      {Request::Kind::kResume, "resume"},     {Request::Kind::kApply, "apply"},
                                      {Request::Kind::kRollback, "rollback"}, {Request::Kind::kRebuild, "rebuild"}};

}  // namespace

template <class A>
void Fields(A& a, Same<Request> auto& r) {
  a.Field("id", r.id);
  a.Word("kind", r.kind, kKindWords);
  a.Field("environment", r.environment);
  a.Field("locations", r.locations);
  a.OrNull("revision", r.revision);
}

template <class A>
void Fields(A& a, Same<RequestAnswer> auto& r) {
  a.Field("id", r.id);
  a.Field("accepted", r.accepted);
  a.OrNull("message", r.message);
}

std::string RequestToJson(const Request& request) { return WriteDocument(request, kRequest); }
Result<Request> RequestFromJson(std::string_view json) { return ReadDocument<Request>(json, kRequest); }
std::string AnswerToJson(const RequestAnswer& answer) { return WriteDocument(answer, kAnswer); }
Result<RequestAnswer> AnswerFromJson(std::string_view json) { return ReadDocument<RequestAnswer>(json, kAnswer); }

}  // namespace dagitops
