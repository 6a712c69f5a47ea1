#include "target/local_process/paths.h"

#include <utility>

#include "dagitops/base/digest.h"

namespace dagitops::local_process {
namespace {

constexpr std::size_t kShort = 8;
constexpr std::size_t kMaxSocket = 107;

}  // namespace

Paths::Paths(std::string state_dir, std::string runtime_dir)
    : state_dir_(std::move(state_dir)), runtime_dir_(std::move(runtime_dir)), state_id_(ShortDigest(state_dir_, 12)) {}

std::string Paths::ServerLogName(const std::string& location, const std::string& content) const {
  return location + "-" + content.substr(0, kShort) + ".log";
}

std::string Paths::SocketName(const std::string& location, const std::string& content) const {
  return ShortDigest(location, kShort) + "-" + content.substr(0, kShort) + ".sock";
}

std::string Paths::Socket(const std::string& location, const std::string& content) const {
  return runtime_dir_ + "/" + SocketName(location, content);
}

Status Paths::Check() const {
  for (const std::string& folder : {state_dir_, runtime_dir_}) {
    if (folder.starts_with('/')) continue;
    return Error{ErrorKind::kInvalid, "path-not-absolute", folder, "the folder's path must begin with /", ""};
  }
  const std::string socket = Socket("", std::string(kShort, '0'));
  if (socket.size() <= kMaxSocket) return Ok();
  return Error{ErrorKind::kInvalid, "runtime-dir-too-long", runtime_dir_,
               "the path of a socket in it would have " + std::to_string(socket.size()) + " bytes, the system allows " +
                   std::to_string(kMaxSocket),
               "set runtimeDir to a folder of at most " +
                   std::to_string(kMaxSocket - (socket.size() - runtime_dir_.size())) +
                   " bytes, such as /run/dagitops"};
}

}  // namespace dagitops::local_process
