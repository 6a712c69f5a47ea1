#include "kube/object_store.h"

#include <algorithm>
#include <utility>

namespace dagitops::kube {
namespace {

bool SameObjects(const Objects& a, const Objects& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.first == y.first && *x.second == *y.second; });
}

}  // namespace

bool ObjectStore::Replace(Objects objects) {
  auto state = state_.lock();
  const bool news = !state->synced || !SameObjects(state->objects, objects);
  state->synced = true;
  state->objects = std::move(objects);
  state->shown.reset();
  return news;
}

void ObjectStore::Put(const std::string& name, std::string text) {
  auto state = state_.lock();
  state->objects[name] = std::make_shared<const std::string>(std::move(text));
  state->shown.reset();
}

void ObjectStore::Remove(const std::string& name) {
  auto state = state_.lock();
  state->objects.erase(name);
  state->shown.reset();
}

void ObjectStore::Failed(Error error, WallTime now) {
  auto state = state_.lock();
  if (!state->error) state->failing_since = now;
  state->error = std::move(error);
}

void ObjectStore::Recovered() { state_.lock()->error.reset(); }

CollectionSnapshot ObjectStore::Snapshot() {
  auto state = state_.lock();
  if (!state->shown) state->shown = std::make_shared<const Objects>(state->objects);
  return {state->shown, state->synced, state->error, state->failing_since};
}

}  // namespace dagitops::kube
