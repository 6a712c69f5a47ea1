#pragma once

#include <map>
#include <memory>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <boost/json/object.hpp>

#include "dagitops/schema/violation.h"

namespace dagitops::schema {

// A bit for each JSON Schema type; 0 for a word that is none.
unsigned TypeBit(std::string_view type);

// What a schema asks for at one place, read once into a form that is quick to walk.
struct Shape {
  std::vector<std::string> types;  // as in `type`; empty: any
  unsigned kinds = ~0U;            // the same as bits of TypeBit
  std::vector<std::string> words;  // of `enum` and `const`, as JSON text
  std::string hint;                // `patternErrorMessage`, which editors show too
  std::string minimum;             // of a number; empty: none
  std::string maximum;
  bool not_empty = false;  // a text of at least one character
  std::optional<std::regex> pattern;
  std::vector<std::string> required;
  std::unordered_map<std::string, const Shape*> properties;
  const Shape* additional = nullptr;  // for keys not in `properties`
  const Shape* items = nullptr;
  bool lists_all_keys = false;  // `properties` without a word about `additionalProperties`
  bool closed = false;          // `additionalProperties: false`
  bool more = false;            // the schema asks for more here than this struct tells

  std::vector<std::string> Keys() const;  // of `properties`, sorted
};

// Owns the shapes of one schema; `$ref` makes them a graph, perhaps with cycles.
class ShapeGraph {
 public:
  explicit ShapeGraph(const boost::json::value& schema);

  const Shape& root() const { return *root_; }
  bool circular() const { return circular_; }  // a `$ref` leads to nothing but itself
  // The shape at the end of `path`, or nullptr where the schema allows anything.
  const Shape* Find(const Path& path) const;

 private:
  // A node of a schema and the file it stands in; no node: a reference that leads nowhere.
  struct Place {
    const boost::json::value* document = nullptr;
    const boost::json::value* node = nullptr;
  };

  const Shape* Read(const boost::json::value& document, const boost::json::value& node);
  const Shape* Make(const Place& place, const boost::json::object& object);
  Place Follow(const boost::json::value& document, std::string_view reference);
  const boost::json::value* Document(std::string_view file);
  void Fill(Shape& shape, const boost::json::value& document, const boost::json::object& node);
  void FillKeys(Shape& shape, const boost::json::value& document, const boost::json::object& node);

  std::map<const boost::json::value*, std::unique_ptr<Shape>> shapes_;  // by schema node
  std::vector<std::unique_ptr<boost::json::value>> documents_;          // other files of ours, referred to
  std::map<std::string, const boost::json::value*> by_file_;
  bool circular_ = false;  // before root_, whose making sets it
  const Shape* root_ = nullptr;
};

}  // namespace dagitops::schema
