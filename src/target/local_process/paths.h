#pragma once

#include <string>

#include "dagitops/base/result.h"

namespace dagitops::local_process {

// Where everything of one environment is.
class Paths {
 public:
  Paths(std::string state_dir, std::string runtime_dir);

  // 12 hex digits that tell this environment's processes from those of any other.
  const std::string& state_id() const { return state_id_; }
  const std::string& runtime_dir() const { return runtime_dir_; }

  std::string Inventory() const { return state_dir_ + "/servers.json"; }
  std::string StorageMark() const { return state_dir_ + "/storage-made"; }  // there once PrepareStorage succeeded
  std::string WorkspaceFolder() const { return state_dir_ + "/workspace"; }
  std::string WebserverWorkspace() const { return WorkspaceFolder() + "/webserver.yaml"; }
  std::string DaemonWorkspace() const { return WorkspaceFolder() + "/daemon.yaml"; }
  std::string WrittenMark() const { return WorkspaceFolder() + "/written"; }  // digests of what was written to them
  std::string LogFolder() const { return state_dir_ + "/logs"; }
  std::string ServerLogName(const std::string& location, const std::string& content) const;
  std::string Log(const std::string& name) const { return LogFolder() + "/" + name; }
  // For what must not be started where a file may lie that shadows a Python module: `python -m` puts the current folder
  // first (dagster 1.13.27 fails on a gql.py there, run).
  std::string EmptyFolder() const { return state_dir_ + "/empty"; }
  std::string VenvFolder() const { return state_dir_ + "/venvs"; }
  std::string Venv(const std::string& key) const { return VenvFolder() + "/" + key; }
  // Says which environment the runtime folder belongs to.
  std::string RuntimeOwner() const { return runtime_dir_ + "/owner"; }
  std::string SocketName(const std::string& location, const std::string& content) const;
  std::string Socket(const std::string& location, const std::string& content) const;

  // kInvalid when sockets would be too long for the kernel (unix(7): 108 bytes with the NUL), or a path is not
  // absolute.
  Status Check() const;

 private:
  std::string state_dir_;
  std::string runtime_dir_;
  std::string state_id_;
};

}  // namespace dagitops::local_process
