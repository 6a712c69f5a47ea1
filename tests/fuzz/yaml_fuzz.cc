// Any bytes are read as YAML: either there is a fault, or what was read can be written, read and written again to the
// same bytes.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "dagitops/yaml/emit.h"
#include "dagitops/yaml/parse.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dagitops;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const yaml::Limits limits{.nodes = 2'000, .depth = 32};
  const yaml::Parsed parsed = yaml::Parse(text, "f.yaml", Layer::kFragment, limits);
  if (HasFault(parsed.diagnostics)) {
    Require(parsed.root.is_null());
    for (const Diagnostic& diagnostic : parsed.diagnostics) Require(!diagnostic.fix.empty());
    return 0;
  }
  const std::string written = yaml::Emit(parsed.root);
  const yaml::Parsed again = yaml::Parse(written, "g.yaml", Layer::kFragment);
  Require(!HasFault(again.diagnostics));
  Require(yaml::Emit(again.root) == written);
  Require(yaml::Canonical(again.root) == yaml::Canonical(parsed.root));
  return 0;
}
