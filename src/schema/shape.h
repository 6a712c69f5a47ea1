#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "dagitops/schema/violation.h"

namespace dagitops::schema {

// What a schema asks for at one place, read once into a form that is quick to walk. It is not a judge (that is
// valijson): it knows what to say about a place that was judged.
struct Shape {
  std::vector<std::string> types;  // as in `type`; empty: any
  std::vector<std::string> words;  // of `enum` and `const`, as JSON text
  std::string hint;                // `patternErrorMessage`, which editors show too
  std::string minimum;             // of a number; empty: none
  std::string maximum;
  bool not_empty = false;  // a text of at least one character
  std::map<std::string, const Shape*> properties;
  const Shape* additional = nullptr;  // for keys not in `properties`
  const Shape* items = nullptr;
  bool lists_all_keys = false;  // `properties` without a word about `additionalProperties`
};

// Owns the shapes of one schema; `$ref` makes them a graph, perhaps with cycles.
class ShapeGraph {
 public:
  explicit ShapeGraph(const boost::json::value& schema);

  const Shape& root() const { return *root_; }
  // The shape at the end of `path`, or nullptr where the schema says nothing.
  const Shape* Find(const Path& path) const;

 private:
  const Shape* Read(const boost::json::value& document, const boost::json::value& node);
  const Shape* Follow(const boost::json::value& document, std::string_view reference);
  const boost::json::value* Document(std::string_view file);
  void Fill(Shape& shape, const boost::json::value& document, const boost::json::object& node);
  void FillKeys(Shape& shape, const boost::json::value& document, const boost::json::object& node);

  std::map<const boost::json::value*, std::unique_ptr<Shape>> shapes_;  // by schema node
  std::vector<std::unique_ptr<boost::json::value>> documents_;          // other files of ours, referred to
  std::map<std::string, const boost::json::value*> by_file_;
  const Shape* root_ = nullptr;
};

}  // namespace dagitops::schema
