#include "target/kubernetes/trial_pod.h"

#include <utility>

#include "dagitops/yaml/emit.h"

namespace dagitops::kubernetes {
namespace {

void Copy(const Value& entry, const char* from, const char* to, Value& into) {
  const Value* found = entry.Find(from);
  if (found != nullptr && !found->is_null()) into = into.With(to, *found);
}

std::string ImageOf(const Value& entry) {
  const auto text = [&](const char* path) {
    const Value* found = entry.FindPath(path);
    return found == nullptr ? std::string() : found->text();
  };
  const std::string tag = text("image.tag");
  return text("image.repository") + (tag.empty() ? "" : ":" + tag);
}

}  // namespace

std::string TrialPod(const CodeLocation& location) {
  const Value& entry = location.entry;
  Value container = Value::Map({{"name", {}, Value::String("server")}, {"image", {}, Value::String(ImageOf(entry))}});
  Copy(entry, "securityContext", "securityContext", container);
  Copy(entry, "resources", "resources", container);
  Copy(entry, "volumeMounts", "volumeMounts", container);
  Value spec = Value::Map({{"containers", {}, Value::List({std::move(container)})}});
  Copy(entry, "podSecurityContext", "securityContext", spec);
  Copy(entry, "volumes", "volumes", spec);
  Value metadata = Value::Map({{"name", {}, Value::String(kTrialPod)}});
  Copy(entry, "labels", "labels", metadata);
  Copy(entry, "annotations", "annotations", metadata);
  return yaml::Emit(Value::Map({{"apiVersion", {}, Value::String("v1")},
                                {"kind", {}, Value::String("Pod")},
                                {"metadata", {}, std::move(metadata)},
                                {"spec", {}, std::move(spec)}}));
}

}  // namespace dagitops::kubernetes
