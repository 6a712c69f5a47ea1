#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dagitops::standin {

// One `grpc_server` of a workspace.yaml.
struct GrpcServerEntry {
  std::string location_name;
  std::string host;
  std::string port;
  std::string socket;
  std::map<std::string, std::string> metadata;
};

// Reads it by libyaml, on purpose not by the program's own reader: a second opinion on what dagitops writes. As strict
// as Dagster where that matters: nullopt for anything but a mapping with `load_from` alone, a list of grpc_server
// entries, each with a name of its own; `error` then says why.
std::optional<std::vector<GrpcServerEntry>> ReadWorkspaceFile(const std::string& path, std::string& error);

}  // namespace dagitops::standin
