#include "kube/follower.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "dagitops/base/secret.h"

#include "kube/api_path.h"
#include "kube/list_page.h"

namespace dagitops::kube {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPageDeadline = 30s;
constexpr const char* kPageSize = "500";
constexpr int kMaxPages = 1000;  // half a million objects: a server that never comes to an end is broken
constexpr Duration kShortestWatch = 5min;
constexpr Duration kFirstPause = 500ms;
constexpr Duration kLongestPause = 30s;
constexpr Duration kShort = 1s;  // a watch that ended before this did not work

Duration Part(Duration whole, double chance) {
  return Duration(static_cast<Duration::rep>(static_cast<double>(whole.count()) * chance));
}

}  // namespace

Duration Follower::Step() { return version_ ? WatchStep() : ListStep(); }

Duration Follower::Backoff() {
  const Duration pause = std::min(kLongestPause, kFirstPause * (1 << std::min(failures_, 10)));
  ++failures_;
  return pause + Part(pause / 2, parts_.random.Unit());
}

Duration Follower::AfterFailure(Error error) {
  version_.reset();
  if (options_.stop.stop_requested()) return Duration(0);
  if (error.subject.empty()) error.subject = CleanUrl(options_.path);
  store_.Failed(std::move(error), parts_.clock.Now());
  return Backoff();
}

Result<std::string> Follower::List() {
  Objects objects;
  const std::string first = WithQuery(options_.path, "limit", kPageSize);
  std::string path = first;
  for (int pages = 0; pages < kMaxPages; ++pages) {
    DAGITOPS_ASSIGN(const std::string text, parts_.api.Get(path, kPageDeadline));
    DAGITOPS_ASSIGN(ListPage page, ReadListPage(text, objects));
    if (page.continue_from.empty()) {
      if (store_.Replace(std::move(objects)) && options_.changed) options_.changed();
      return std::move(page.version);
    }
    path = WithQuery(first, "continue", page.continue_from);
  }
  return Error{ErrorKind::kRetry, "kube-bad-answer", "", "the list does not end", ""};
}

Duration Follower::ListStep() {
  auto version = List();
  if (!version) return AfterFailure(version.error());
  store_.Recovered();
  version_ = std::move(version).value();
  return Duration(0);
}

bool Follower::Apply(std::string_view text) {
  auto event = ReadWatchEvent(text);
  if (!event) {
    bad_event_ = event.error();
    return false;
  }
  ++events_;
  version_ = std::move(event->version);
  if (event->kind == WatchEvent::Kind::kPut) store_.Put(event->name, std::move(event->object));
  if (event->kind == WatchEvent::Kind::kRemove) store_.Remove(event->name);
  if (event->kind != WatchEvent::Kind::kBookmark && options_.changed) options_.changed();
  return !options_.stop.stop_requested();
}

Duration Follower::WatchStep() {
  events_ = 0;
  bad_event_.reset();
  const SteadyTime begin = parts_.clock.Steady();
  const Duration deadline = kShortestWatch + Part(kShortestWatch, parts_.random.Unit());
  const std::string from = *version_;  // version_ moves while it runs
  const Status watched =
      parts_.api.Watch(options_.path, from, deadline, [this](std::string_view event) { return Apply(event); });
  const bool lasted = parts_.clock.Steady() - begin >= kShort;
  if (events_ > 0 || lasted) failures_ = 0;
  if (bad_event_) return AfterFailure(*bad_event_);
  if (!watched && watched.error().code != "kube-gone") return AfterFailure(watched.error());
  if (!watched) version_.reset();
  return lasted ? Duration(0) : Backoff();
}

}  // namespace dagitops::kube
