#pragma once

#include <string>

#include "target/kubernetes/names.h"
#include "target/kubernetes/order.h"
#include "target/kubernetes/shared_change.h"

namespace dagitops::kubernetes {

// The part of the values that is one location's, as it is rendered.
inline std::string EntryOf(const std::string& name, const std::string& tag) {
  return "deployments:\n  - name: \"" + name + "\"\n    tag: \"" + tag + "\"\n";
}

// Of the release that all locations are in. The content of a location's is its tag.
inline Order SharedOrder(const std::string& location, const std::string& tag) {
  Order order;
  order.shared = true;
  order.release = kSharedRelease;
  order.location = order.location_name = location;
  order.content = tag;
  order.port = 3030;
  order.values = EntryOf(location, tag);
  return order;
}

inline Order SharedRemoval(const std::string& location) {
  Order order = SharedOrder(location, "");
  order.kind = Order::Kind::kRemove;
  return order;
}

inline Order BaseOrder(const std::string& values, const std::string& content) {
  Order order = SharedOrder("", content);
  order.values = values;
  return order;
}

// "hr" and "sales" at tag 1, as Helm made it as version 3.
inline SharedRecord TwoLocations() {
  SharedRecord none;
  TakeValues("", none);
  SharedRecord record =
      Applied(Compose(none, {BaseOrder("deployments: []\n", "b1"), SharedOrder("hr", "1"), SharedOrder("sales", "1")}),
              3, {{"hr", 5}, {"sales", 5}});
  record.exists = record.known = record.intact = true;
  record.resource_version = "7";
  return record;
}

// "hr=1 sales=2", with a mark behind what Helm has not made.
inline std::string TextOf(const SharedRecord& record) {
  std::string text = record.base.content + (record.base.applied ? ":" : "*:");
  for (const auto& [name, location] : record.locations)
    text += " " + name + "=" + location.content + (location.applied ? "" : "*");
  return text;
}

}  // namespace dagitops::kubernetes
