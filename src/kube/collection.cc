#include "dagitops/kube/collection.h"

#include <thread>
#include <utility>

#include "kube/follower.h"
#include "kube/object_store.h"
#include "kube/pause.h"

namespace dagitops::kube {

struct Collection::Impl {
  Impl(const Parts& parts, Options the_options) : options(std::move(the_options)), follower(parts, options, store) {}

  void Run() {
    const std::stop_token stop = options.stop.get_token();
    while (!stop.stop_requested()) PauseUnlessStopped(follower.Step(), stop);
  }

  Options options;
  ObjectStore store;
  Follower follower;
  std::thread thread;
};

Collection::Collection(const Parts& parts, Options options)
    : impl_(std::make_unique<Impl>(parts, std::move(options))) {}

Collection::~Collection() { Stop(); }

void Collection::Start() {
  impl_->thread = std::thread([impl = impl_.get()] { impl->Run(); });
}

void Collection::Stop() {
  impl_->options.stop.request_stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

CollectionSnapshot Collection::Snapshot() const { return impl_->store.Snapshot(); }

}  // namespace dagitops::kube
