#include "kube/list_page.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "kube/json_read.h"

namespace dagitops::kube {
namespace {

Error Bad(std::string message) { return {ErrorKind::kRetry, "kube-bad-answer", "", std::move(message), ""}; }

// "DeploymentList" -> "Deployment".
std::string ItemKind(std::string kind) {
  constexpr std::string_view kList = "List";
  if (kind.ends_with(kList)) kind.resize(kind.size() - kList.size());
  return kind;
}

std::string NameOf(const boost::json::value& object) { return Text(Member(&object, "metadata"), "name"); }

void SetIfAbsent(boost::json::object& object, std::string_view key, const std::string& text) {
  if (!text.empty() && !object.contains(key)) object[key] = text;
}

// As it is kept. Who set which field is of no use here, and is half of an object.
std::string Kept(boost::json::value& object) {
  if (boost::json::value* metadata = object.get_object().if_contains("metadata"); metadata && metadata->is_object())
    metadata->get_object().erase("managedFields");
  std::string text = boost::json::serialize(object);
  text.shrink_to_fit();  // it stays for as long as the object does not change
  return text;
}

}  // namespace

Result<ListPage> ReadListPage(std::string_view text, Objects& objects) {
  auto list = ParseObject(text);
  if (!list) return Bad("the list is no JSON object");
  const boost::json::value* metadata = Member(&*list, "metadata");
  ListPage page{Text(metadata, "resourceVersion"), Text(metadata, "continue")};
  boost::json::value* items = list->get_object().if_contains("items");
  if (items == nullptr || page.version.empty()) return Bad("the list has no items or no resourceVersion");
  if (items->is_null()) return page;  // as Go writes an empty slice
  if (!items->is_array()) return Bad("the list's items are no list");
  const std::string version = Text(&*list, "apiVersion");
  const std::string kind = ItemKind(Text(&*list, "kind"));
  for (boost::json::value& item : items->get_array()) {
    const std::string name = NameOf(item);
    if (name.empty()) return Bad("the list has an item without a name");
    SetIfAbsent(item.get_object(), "apiVersion", version);
    SetIfAbsent(item.get_object(), "kind", kind);
    objects[name] = std::make_shared<const std::string>(Kept(item));
  }
  return page;
}

Result<WatchEvent> ReadWatchEvent(std::string_view text) {
  auto root = ParseObject(text);
  if (!root) return Bad("an event is no JSON object");
  boost::json::value* object = root->get_object().if_contains("object");
  if (object == nullptr || !object->is_object()) return Bad("an event has no object");
  const std::string type = Text(&*root, "type");
  WatchEvent event;
  event.version = Text(Member(object, "metadata"), "resourceVersion");
  if (event.version.empty()) return Bad("an event has no resourceVersion");
  if (type == "BOOKMARK") return event;
  if (type != "ADDED" && type != "MODIFIED" && type != "DELETED") return Bad("an event has a type that is not known");
  event.kind = type == "DELETED" ? WatchEvent::Kind::kRemove : WatchEvent::Kind::kPut;
  event.name = NameOf(*object);
  if (event.name.empty()) return Bad("an event has an object without a name");
  event.object = Kept(*object);
  return event;
}

}  // namespace dagitops::kube
