#include "cli/init_files.h"

#include "dagitops/schema/schemas.h"

namespace dagitops::cli {
namespace {

constexpr char kRepository[] = R"(# yaml-language-server: $schema=.dagitops/schemas/repository.json
schemaVersion: 1
defaultEnvironment: production
environments:
  production: {}
)";

constexpr char kFragment[] = R"(# yaml-language-server: $schema=../.dagitops/schemas/fragment.json
# One code location. Its name is this file's name.
dagitops:
  owner: me
  codeSource: {moduleName: definitions}
  local: {path: code/hello}
# For Kubernetes, name an image that holds the code:
# image: {repository: registry.example.com/hello, tag: "1.0.0"}
)";

constexpr char kCode[] = R"(import dagster as dg


@dg.asset
def greeting() -> str:
    """Change this text, commit, and see Dagster show the new code."""
    return "hello"


defs = dg.Definitions(assets=[greeting])
)";

constexpr char kReadme[] = R"(# Workspace

Every file below `locations/` is one Dagster code location; a commit changes what runs.

- `dagitops lint .` tells what is wrong, `dagitops plan .` what would change.
- `dagitops serve .` keeps Dagster in line with the committed state of branch `main`.
- Add a location: copy `locations/hello.yaml` and `code/hello`, commit.
)";

}  // namespace

std::map<std::string, std::string> InitFiles() {
  std::map<std::string, std::string> files{{"dagitops.yaml", kRepository},
                                           {"locations/hello.yaml", kFragment},
                                           {"code/hello/definitions.py", kCode},
                                           {"README.md", kReadme}};
  files.merge(SchemaFiles());
  return files;
}

std::map<std::string, std::string> SchemaFiles() {
  using schema::Schema;
  std::map<std::string, std::string> files;
  for (const Schema schema :
       {Schema::kRepository, Schema::kFragment, Schema::kChartValues, Schema::kChartEntry110, Schema::kChartEntry112}) {
    files[".dagitops/schemas/" + std::string(schema::SchemaFile(schema))] = schema::SchemaText(schema);
  }
  return files;
}

std::string SchemaLine(const std::string& path) {
  const char* schema = "chart-values.json";
  if (path.starts_with("locations/")) schema = "fragment.json";
  if (path == "dagitops.yaml") schema = "repository.json";
  std::string up;
  for (const char c : path) up += c == '/' ? "../" : "";
  return "# yaml-language-server: $schema=" + up + ".dagitops/schemas/" + schema + "\n";
}

}  // namespace dagitops::cli
