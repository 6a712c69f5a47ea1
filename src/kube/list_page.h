#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dagitops/base/result.h"
#include "dagitops/kube/collection.h"

namespace dagitops::kube {

// What the server says about a collection, read from its JSON. All pure. Error: "kube-bad-answer", its subject is left
// to the caller.
// https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks

struct ListPage {
  std::string version;        // of the collection as a whole
  std::string continue_from;  // empty: it was the last page
};

// Adds the objects of one page to `objects`. Items of a list carry no apiVersion and kind of their own: they get those
// that the list's imply.
Result<ListPage> ReadListPage(std::string_view text, Objects& objects);

struct WatchEvent {
  enum class Kind { kPut, kRemove, kBookmark };
  Kind kind = Kind::kBookmark;
  std::string name;
  std::string version;
  std::string object;  // JSON
};

Result<WatchEvent> ReadWatchEvent(std::string_view text);

}  // namespace dagitops::kube
