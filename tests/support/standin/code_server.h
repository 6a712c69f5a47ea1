#pragma once

#include <string>

#include "support/standin/options.h"

namespace dagitops::standin {

enum class ServerKind {
  kApiGrpc,     // `dagster api grpc`
  kCodeServer,  // `dagster code-server start`: another server id after each ReloadCode, unless it was told a fixed one
};

// Answers as `dagster api grpc` 1.13.27 does, without reading any code: bytes compared with the real one in
// tests/e2e/test_standin.py. Returns the process's exit code. `executable` is what is told as the interpreter.
int RunCodeServer(ServerKind kind, const Arguments& arguments, const std::string& executable);

}  // namespace dagitops::standin
