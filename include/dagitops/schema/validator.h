#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/model/value.h"
#include "dagitops/schema/key_steps.h"
#include "dagitops/schema/schemas.h"
#include "dagitops/schema/violation.h"

namespace dagitops::schema {

// A key that a schema does not list where its list is complete.
struct UnknownKey {
  Path path;                       // ends in the key
  Mark mark;                       // of the key
  std::vector<std::string> known;  // the keys of that mapping, sorted
};

// A compiled JSON Schema (draft 7, by valijson 1.0). Scalars count as what Helm makes of them (sigs.k8s.io/yaml 1.4):
// `no` and `y` are booleans, 012 is 10, 3030.0 is an integer, 12:30 and 2024-01-31 are strings. Building one costs
// about a millisecond, checking a valid chart entry of 35 values two or three microseconds, and a faulty one some
// hundred. One thread at a time per Validator.
class Validator {
 public:
  explicit Validator(Schema schema);
  ~Validator();
  Validator(Validator&&) noexcept;
  Validator& operator=(Validator&&) noexcept;

  // For a schema that is not ours. Fails with kInvalid "bad-schema" when the text is no JSON or no schema, or refers to
  // another document.
  static Result<Validator> Make(std::string_view schema_json);

  // Where `value` does not keep to the schema, in file order of the places; empty when it does.
  std::vector<Violation> Validate(const Value& value);

  // Keys that stand where the schema lists all keys it knows: in a mapping with `properties` and no word about
  // `additionalProperties`. Such a value is valid all the same; these keys are probably slips.
  std::vector<UnknownKey> UnknownKeys(const Value& value) const;

  // Where no value that the schema knows can have this key, or one that is nearly a known key was probably meant;
  // nullopt for a key that may be there. Lists are looked through, and a step may be the name of an item.
  std::optional<DeadEnd> FindDeadEnd(const std::vector<KeyStep>& key) const;

  // The keys that the schema names at `path`, sorted.
  std::vector<std::string> KnownKeys(const Path& path) const;

 private:
  struct Compiled;
  explicit Validator(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace dagitops::schema
