#include "target/kubernetes/ownership.h"

#include "target/kubernetes/json_view.h"
#include "target/kubernetes/names.h"

namespace dagitops::kubernetes {

Ownership ReadOwnership(const std::string& /*name*/, std::string_view object) {
  const boost::json::value parsed = ParseJson(object);
  const JsonView metadata = JsonView(&parsed)["metadata"];
  Ownership ownership{metadata["annotations"][kHelmRelease].text(), metadata["labels"]["deployment"].text()};
  const boost::json::array& ports = JsonView(&parsed)["spec"]["ports"].items();
  if (!ports.empty()) ownership.port = static_cast<int>(JsonView(&ports.front())["port"].number());
  return ownership;
}

}  // namespace dagitops::kubernetes
