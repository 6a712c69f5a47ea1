#pragma once

namespace dagitops::git {

// The body of the hidden command `dagitops internal-fetch`: for each socket that is passed over `control` (a UNIX
// socket) it forks a process that reads one request from that socket to its end, fetches, and writes one answer to it.
// Ends, with exit code 0, when the other end of `control` is closed. Processes of their own because libgit2 1.5 has no
// time-outs: whoever started this one kills its group at the deadline, and at no moment does that harm the mirror.
// Secrets come in over the sockets only, never as arguments or environment. Expects to be the only thread.
int RunFetchHelper(int control);

}  // namespace dagitops::git
