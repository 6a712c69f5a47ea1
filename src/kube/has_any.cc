#include "dagitops/kube/has_any.h"

#include "kube/list_page.h"

namespace dagitops::kube {
namespace {

std::string Escaped(const std::string& labels) {
  std::string escaped;
  for (const char c : labels) escaped += c == '=' ? "%3D" : c == ',' ? "%2C" : std::string(1, c);
  return escaped;
}

}  // namespace

Result<bool> HasAny(ApiClient& api, const std::string& collection, const std::string& labels, Duration deadline) {
  const std::string path = collection + "?labelSelector=" + Escaped(labels) + "&limit=1";
  DAGITOPS_ASSIGN(const std::string text, api.Get(path, deadline));
  Objects objects;
  const auto page = ReadListPage(text, objects);
  if (page) return !objects.empty();
  Error error = page.error();
  error.subject = collection;
  return error;
}

}  // namespace dagitops::kube
