#include "dagitops/kube/lease.h"

#include <algorithm>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "dagitops/base/log.h"

#include "kube/json_read.h"

namespace dagitops::kube {
namespace {

constexpr Duration kCall = std::chrono::seconds(5);
constexpr Duration kSoon = std::chrono::milliseconds(100);

// MicroTime, as the API wants it. "2026-11-22T13:20:05Z" -> "2026-11-22T13:20:05.123000Z"
std::string MicroTime(WallTime time) {
  std::string text = FormatTime(time);
  text.pop_back();
  const std::string milliseconds = std::to_string(1000 + time.time_since_epoch().count() % 1000).substr(1);
  return text + "." + milliseconds + "000Z";
}

}  // namespace

LeaseMove DecideLease(const LeaseSight& sight, const std::string& identity) {
  if (!sight.exists) return LeaseMove::kCreate;
  if (sight.holder == identity) return LeaseMove::kRenew;
  if (sight.holder.empty() || sight.unchanged >= sight.duration) return LeaseMove::kTake;
  return LeaseMove::kWait;
}

Lease::~Lease() { Stop(); }

void Lease::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Lease::Run() {
  for (;;) {
    const Duration pause = Step();
    auto stopping = stopping_.lock();
    if (stop_.wait_for(stopping.native(), pause, [&] { return *stopping; })) return;
  }
}

void Lease::Stop() {
  *stopping_.lock() = true;
  stop_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (!Ours()) return;
  state_.lock()->renewed.reset();
  if (auto given = Put(""); !given)
    Log(LogLevel::kWarning, "lease not given away", {{"lease", options_.name}, {"error", given.error().Text()}});
}

Duration Lease::Step() {
  Tell();  // it may have lapsed since
  const Status held = TryToHold();
  if (!held) {
    fresh_ = false;
    auto state = state_.lock();
    state->trouble = held.error().Text();
  }
  Tell();
  const bool again = !held && held.error().code == "kube-conflict";  // somebody was faster: see who
  if (again) return kSoon;
  return Ours() ? std::min(options_.times.retry, std::max(ActLeft(), kSoon)) : options_.times.retry;
}

Status Lease::TryToHold() {
  if (!fresh_) DAGITOPS_TRY(Look());
  const LeaseSight sight =
      seen_ ? LeaseSight{true, seen_->holder, seen_->duration, parts_.clock.Steady() - seen_->since} : LeaseSight{};
  if (DecideLease(sight, options_.identity) != LeaseMove::kWait) return Put(options_.identity);
  auto state = state_.lock();
  state->renewed.reset();
  state->trouble = "the lease " + options_.name + " is held by " + seen_->holder;
  return Ok();
}

Status Lease::Look() {
  const auto text = parts_.api.Get(Path() + "/" + options_.name, CallTime());
  if (!text) {
    if (text.error().code != "kube-not-found") return text.error();
    seen_.reset();
    return Ok();
  }
  const std::optional<Seen> now = Read(*text);
  if (!now) return Error{ErrorKind::kRetry, "kube-bad-answer", options_.name, "no lease", ""};
  const bool same = seen_ && seen_->holder == now->holder && seen_->renewed == now->renewed;
  const SteadyTime since = same ? seen_->since : parts_.clock.Steady();
  seen_ = now;
  seen_->since = since;
  return Ok();
}

// Counts from when it was sent: whoever else sees it does so later.
Status Lease::Put(const std::string& holder) {
  const SteadyTime sent = parts_.clock.Steady();
  ApiWrite write;
  write.kind = seen_ ? ApiWrite::Kind::kReplace : ApiWrite::Kind::kCreate;
  write.path = seen_ ? Path() + "/" + options_.name : Path();
  write.body = Body(holder);
  const auto written = parts_.api.Write(write, CallTime());
  if (!written) {
    Error error = written.error();
    if (error.code == "kube-exists") error.code = "kube-conflict";
    return error;
  }
  seen_ = Read(*written);
  fresh_ = seen_.has_value();
  if (seen_) seen_->since = parts_.clock.Steady();
  if (!holder.empty()) state_.lock()->renewed = sent;
  return Ok();
}

std::string Lease::Body(const std::string& holder) const {
  const std::string now = MicroTime(parts_.clock.Now());
  const bool goes_on = seen_ && seen_->holder == holder;
  boost::json::object metadata{{"name", options_.name}, {"namespace", options_.name_space}};
  if (seen_) metadata["resourceVersion"] = seen_->version;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.times.duration).count();
  boost::json::object spec{{"holderIdentity", holder},
                           {"leaseDurationSeconds", holder.empty() ? 1 : seconds},
                           {"acquireTime", goes_on ? seen_->acquired : now},
                           {"renewTime", now},
                           {"leaseTransitions", seen_ ? seen_->transitions + (goes_on || holder.empty() ? 0 : 1) : 0}};
  return boost::json::serialize(boost::json::object{{"apiVersion", "coordination.k8s.io/v1"},
                                                    {"kind", "Lease"},
                                                    {"metadata", std::move(metadata)},
                                                    {"spec", std::move(spec)}});
}

std::optional<Lease::Seen> Lease::Read(const std::string& json) const {
  const auto root = ParseObject(json);
  if (!root) return std::nullopt;
  const boost::json::value* spec = Member(&*root, "spec");
  Seen seen;
  seen.version = Text(Member(&*root, "metadata"), "resourceVersion");
  seen.holder = Text(spec, "holderIdentity");
  seen.duration = std::chrono::seconds(Number(spec, "leaseDurationSeconds"));
  seen.renewed = Text(spec, "renewTime");
  seen.acquired = Text(spec, "acquireTime");
  seen.transitions = Number(spec, "leaseTransitions");
  return seen;
}

std::string Lease::Path() const { return "/apis/coordination.k8s.io/v1/namespaces/" + options_.name_space + "/leases"; }

bool Lease::Ours() const { return ActLeft() > Duration(0); }

Duration Lease::ActLeft() const {
  const auto renewed = state_.lock()->renewed;
  return renewed ? Since(*renewed, options_.times.act) : Duration(0);
}

Duration Lease::Since(SteadyTime renewed, Duration time) const {
  return std::chrono::duration_cast<Duration>(renewed + time - parts_.clock.Steady());
}

// A call that hangs must not keep us from seeing that our time is up.
Duration Lease::CallTime() const { return Ours() ? std::clamp(ActLeft(), kSoon, kCall) : kCall; }

Duration Lease::Left() const {
  const auto renewed = state_.lock()->renewed;
  if (!renewed) return Duration(0);
  return std::max(Duration(0), Since(*renewed, options_.times.duration));
}

std::string Lease::Why() const {
  auto state = state_.lock();
  return state->trouble.empty() ? "the lease " + options_.name + " was not looked at yet" : state->trouble;
}

void Lease::Tell() {
  const bool ours = Ours();
  bool news = false;
  std::string why;
  {
    auto state = state_.lock();
    news = std::exchange(state->told, ours) != ours;
    why = state->trouble;
    if (ours) state->trouble = "the lease " + options_.name + " was not renewed in time";
  }
  if (news && ours)
    Log(LogLevel::kInfo, "the lease is ours", {{"lease", options_.name}, {"identity", options_.identity}});
  if (news && !ours) Log(LogLevel::kWarning, "the lease is lost", {{"lease", options_.name}, {"reason", why}});
  if (news || !ours) parts_.changed(ours);
}

}  // namespace dagitops::kube
