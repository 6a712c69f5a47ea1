#include "dagitops/kube/has_any.h"

#include "kube/api_path.h"
#include "kube/list_page.h"

namespace dagitops::kube {

Result<bool> HasAny(ApiClient& api, const std::string& collection, const std::string& labels, Duration deadline) {
  const std::string path = WithQuery(WithQuery(collection, "labelSelector", labels), "limit", "1");
  DAGITOPS_ASSIGN(const std::string text, api.Get(path, deadline));
  Objects objects;
  const auto page = ReadListPage(text, objects);
  if (page) return !objects.empty();
  Error error = page.error();
  error.subject = collection;
  return error;
}

}  // namespace dagitops::kube
