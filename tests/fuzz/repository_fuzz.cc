// Any bytes are read as dagitops.yaml, and where it can be used a location is composed under it.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "dagitops/workspace/composer.h"
#include "dagitops/workspace/repository.h"

#include "support/tree_builder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dagitops;
  testing::TreeBuilder tree;
  tree.Set("dagitops.yaml", {reinterpret_cast<const char*>(data), size});
  tree.Set("locations/a.yaml", "image: {repository: r, tag: \"1\"}\ndagitops: {codeSource: {moduleName: m}}\n");
  const workspace::Repository repository = workspace::ReadRepository(tree.Build());
  if (repository.usable == HasFault(repository.diagnostics)) std::abort();
  const std::string environment = repository.environments.empty() ? "e" : repository.environments.begin()->first;
  const Composition composition = workspace::Composer().Compose(tree.Build(), environment);
  if (composition.usable && composition.locations.size() + composition.invalid.size() > 1) std::abort();
  if (composition.usable && !repository.usable) std::abort();
  return 0;
}
