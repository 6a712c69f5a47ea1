#pragma once

#include <string>
#include <string_view>

namespace dagitops::kubernetes {

// Whose an object is, as Helm notes it on each (helm v3.19, pkg/action/validate.go).
struct Ownership {
  std::string release;   // empty: no release's
  std::string location;  // label `deployment` of the chart; empty: of no one location
  int port = 0;          // the first of a Service
};
Ownership ReadOwnership(const std::string& name, std::string_view object);

}  // namespace dagitops::kubernetes
