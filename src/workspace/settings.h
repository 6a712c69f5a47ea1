#pragma once

#include <string>

#include "dagitops/base/diagnostic.h"
#include "dagitops/model/location_settings.h"
#include "dagitops/model/value.h"

#include "workspace/report.h"

namespace dagitops::workspace {

inline constexpr int kSchemaVersion = 1;  // newest one known, of fragments and of dagitops.yaml

// A composed entry and its composed `dagitops:` block. References: they live as long as the call.
struct BlockInput {
  const std::string& name;
  const Value& entry;
  const Value& block;  // null when there is none
  const Sources& sources;
};

// Reads the block. Types, enumerations and unknown keys are the schema's to judge; a value of the wrong type is skipped
// here. Told here is what no schema sees: code-source, code-source-and-args, external-address, bad-duration, bad-path,
// newer-schema.
LocationSettings ReadSettings(const BlockInput& input, Diagnostics& diagnostics);

// `codeSource` as arguments of `dagster api grpc`. Source: `dagster api grpc --help`, dagster 1.13.27.
Value ArgumentsOf(const CodeSource& source, const Mark& mark);

// Everything that makes a difference between two locations, as one text; the reasons of ignored warnings do not.
std::string Fingerprint(const LocationSettings& settings);

}  // namespace dagitops::workspace
