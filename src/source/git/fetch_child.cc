#include "dagitops/source/git/fetch_child.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "source/git/descriptor.h"
#include "source/git/fetch_remote.h"
#include "source/git/fetch_request.h"
#include "source/git/library.h"

namespace dagitops::git {
namespace {

std::string ReadToEnd(int descriptor) {
  std::string text;
  std::array<char, 65536> buffer{};
  while (text.size() <= kLargestMessage) {
    const ssize_t got = read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

bool WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = write(descriptor, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

// This process never outlives its purpose, and its memory, which holds secrets, is never written to disk.
void LimitMyself() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  signal(SIGPIPE, SIG_IGN);
}

// Reads one request to the end, fetches, writes one answer; the exit code.
int Serve(int socket) {
  LimitMyself();
  const auto request = DecodeRequest(ReadToEnd(socket));
  if (!request) return WriteAll(socket, EncodeAnswer(request.error())) ? 0 : 1;
  alarm(static_cast<unsigned>(request->seconds));
  return WriteAll(socket, EncodeAnswer(FetchRemote(*request))) ? 0 : 1;
}

}  // namespace

// What reads from the network is a process of its own each time, which takes its memory with it; this one only holds
// what is the same for all. Where the system has no room for another process, the missing answer tells it.
int RunFetchHelper(int control) {
  LimitMyself();
  PrepareLibrary();
  for (int socket = ReceiveDescriptor(control); socket >= 0; socket = ReceiveDescriptor(control)) {
    const pid_t child = fork();
    if (child == 0) {
      close(control);
      _exit(Serve(socket));
    }
    close(socket);
    while (child > 0 && waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  return 0;
}

}  // namespace dagitops::git
