#include "schema/shape.h"

#include <algorithm>
#include <array>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "dagitops/schema/schemas.h"

namespace dagitops::schema {
namespace {

// Where a schema says something that is not read here: `false`, or a reference that leads nowhere.
const Shape* Unread() {
  static const Shape shape = [] {
    Shape unread;
    unread.more = true;
    return unread;
  }();
  return &shape;
}

// The texts of a keyword that may be one value or a list of them.
std::vector<std::string> Texts(const boost::json::value& value) {
  if (value.is_string()) return {std::string(value.get_string())};
  std::vector<std::string> texts;
  if (const auto* list = value.if_array()) {
    for (const auto& item : *list) texts.push_back(item.is_string() ? std::string(item.get_string()) : "");
  }
  return texts;
}

std::vector<std::string> Words(const boost::json::object& node) {
  std::vector<std::string> words;
  if (const auto* only = node.if_contains("const")) words.push_back(boost::json::serialize(*only));
  const auto* list = node.if_contains("enum");
  if (list == nullptr || !list->is_array()) return words;
  for (const auto& item : list->get_array()) {
    if (!item.is_null()) words.push_back(boost::json::serialize(item));
  }
  return words;
}

// Keywords that Shape tells in full, or that ask for nothing.
constexpr std::array<std::string_view, 19> kTold{"$id",
                                                 "$schema",
                                                 "$defs",
                                                 "$comment",
                                                 "title",
                                                 "description",
                                                 "default",
                                                 "examples",
                                                 "definitions",
                                                 "type",
                                                 "enum",
                                                 "const",
                                                 "minimum",
                                                 "maximum",
                                                 "minLength",
                                                 "pattern",
                                                 "required",
                                                 "properties",
                                                 "additionalProperties"};

bool IsTold(std::string_view keyword, const boost::json::value& value) {
  if (keyword == "items") return value.is_object();
  if (keyword == "minLength") return value == 1;
  if (keyword == "additionalProperties") return value.is_object() || value.is_bool();
  return keyword == "patternErrorMessage" || std::find(kTold.begin(), kTold.end(), keyword) != kTold.end();
}

}  // namespace

unsigned TypeBit(std::string_view type) {
  constexpr std::array<std::string_view, 7> kTypes{"string", "integer", "number", "boolean", "object", "array", "null"};
  const auto* const found = std::find(kTypes.begin(), kTypes.end(), type);
  return found == kTypes.end() ? 0U : 1U << static_cast<unsigned>(found - kTypes.begin());
}

std::vector<std::string> Shape::Keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, unused] : properties) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  return keys;
}

ShapeGraph::ShapeGraph(const boost::json::value& schema) : root_(Read(schema, schema)) {
  if (root_ == nullptr) root_ = Unread();
}

const Shape* ShapeGraph::Read(const boost::json::value& document, const boost::json::value& node) {
  constexpr int kLongestChain = 100;  // references that lead to references; a circle of them never ends
  Place place{&document, &node};
  for (int step = 0; step < kLongestChain && place.node != nullptr; ++step) {
    const auto* object = place.node->if_object();
    if (object == nullptr) return *place.node == true ? nullptr : Unread();
    const auto* reference = object->if_contains("$ref");
    if (reference == nullptr || !reference->is_string()) return Make(place, *object);
    place = Follow(*place.document, reference->get_string());
  }
  if (place.node != nullptr) circular_ = true;
  return Unread();
}

const Shape* ShapeGraph::Make(const Place& place, const boost::json::object& object) {
  std::unique_ptr<Shape>& shape = shapes_[place.node];
  if (shape != nullptr) return shape.get();  // read before, or being read further up
  shape = std::make_unique<Shape>();
  Shape& filled = *shape;
  Fill(filled, *place.document, object);
  return &filled;
}

ShapeGraph::Place ShapeGraph::Follow(const boost::json::value& document, std::string_view reference) {
  const std::size_t hash = std::min(reference.find('#'), reference.size());
  const boost::json::value* target = hash == 0 ? &document : Document(reference.substr(0, hash));
  if (target == nullptr) return {};
  boost::json::error_code error;
  const std::string_view pointer = hash < reference.size() ? reference.substr(hash + 1) : std::string_view();
  return {target, target->find_pointer(pointer, error)};
}

const boost::json::value* ShapeGraph::Document(std::string_view file) {
  const auto known = by_file_.find(std::string(file));
  if (known != by_file_.end()) return known->second;
  const std::optional<Schema> schema = FindSchema(file);
  if (!schema) return nullptr;
  documents_.push_back(std::make_unique<boost::json::value>(boost::json::parse(SchemaText(*schema))));
  by_file_.emplace(file, documents_.back().get());
  return documents_.back().get();
}

void ShapeGraph::Fill(Shape& shape, const boost::json::value& document, const boost::json::object& node) {
  if (const auto* types = node.if_contains("type")) {
    shape.types = Texts(*types);
    shape.kinds = 0;
    for (const std::string& type : shape.types) shape.kinds |= TypeBit(type);
  }
  if (const auto* hint = node.if_contains("patternErrorMessage"); hint != nullptr && hint->is_string()) {
    shape.hint = hint->get_string();
  }
  shape.words = Words(node);
  if (const auto* minimum = node.if_contains("minimum")) shape.minimum = boost::json::serialize(*minimum);
  if (const auto* maximum = node.if_contains("maximum")) shape.maximum = boost::json::serialize(*maximum);
  shape.not_empty = node.contains("minLength");
  if (const auto* pattern = node.if_contains("pattern")) shape.pattern.emplace(std::string(pattern->as_string()));
  if (const auto* required = node.if_contains("required")) shape.required = Texts(*required);
  const bool told =
      std::all_of(node.begin(), node.end(), [](const auto& rule) { return IsTold(rule.key(), rule.value()); });
  const bool only_null = shape.words.empty() && (node.contains("enum") || node.contains("const"));
  shape.more = !told || only_null;
  if (const auto* items = node.if_contains("items")) shape.items = Read(document, *items);
  FillKeys(shape, document, node);
}

void ShapeGraph::FillKeys(Shape& shape, const boost::json::value& document, const boost::json::object& node) {
  const auto* additional = node.if_contains("additionalProperties");
  shape.closed = additional != nullptr && *additional == false;
  if (additional != nullptr && !shape.closed) shape.additional = Read(document, *additional);
  const auto* properties = node.if_contains("properties");
  if (properties == nullptr || !properties->is_object()) return;
  for (const auto& [key, value] : properties->get_object()) shape.properties[key] = Read(document, value);
  shape.lists_all_keys = additional == nullptr;
}

const Shape* ShapeGraph::Find(const Path& path) const {
  const Shape* shape = root_;
  for (const PathStep& step : path) {
    if (shape == nullptr) return nullptr;
    const auto property = shape->properties.find(step.key);
    if (step.index >= 0) {
      shape = shape->items;
    } else {
      shape = property != shape->properties.end() ? property->second : shape->additional;
    }
  }
  return shape;
}

}  // namespace dagitops::schema
