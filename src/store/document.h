#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "dagitops/base/result.h"

#include "store/json_archive.h"

namespace dagitops {

// A file of ours: a JSON record with `schemaVersion` first.
struct DocumentKind {
  std::string_view code;  // of the error for what is not one, e.g. "state-json"
  int version = 1;        // the newest we know; all of them can be read
};

// The record of `text`. kStalled store-newer for a newer version, kInvalid `kind.code` for what is no record with a
// version. Bytes that are no UTF-8 are let through: git has them in names and paths.
Result<boost::json::object> ParseDocument(std::string_view text, const DocumentKind& kind);

Error BadDocument(const DocumentKind& kind, std::string found);

template <class T>
std::string WriteDocument(const T& value, const DocumentKind& kind) {
  JsonWriter writer;
  writer.Field("schemaVersion", kind.version);
  Fields(writer, value);
  return boost::json::serialize(writer.Take());
}

template <class T>
Result<T> ReadDocument(std::string_view text, const DocumentKind& kind) {
  DAGITOPS_ASSIGN(const boost::json::object record, ParseDocument(text, kind));
  T value;
  Trail trail;
  JsonReader reader(record, trail);
  Fields(reader, value);
  if (!trail.good()) return BadDocument(kind, trail.problem());
  return value;
}

}  // namespace dagitops
