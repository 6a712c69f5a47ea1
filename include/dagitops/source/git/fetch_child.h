#pragma once

namespace dagitops::git {

// The body of the hidden command `dagitops internal-fetch`: reads one request to the end of `in`, fetches, writes one
// answer to `out` and gives back the exit code, 0 whenever an answer was written. A process of its own because libgit2
// 1.5 has no time-outs: whoever started it kills it at the deadline, and at no moment does that harm the mirror.
// Secrets come in over `in` only, never as arguments or environment. Expects to be the only thread.
int RunFetchChild(int in, int out);

}  // namespace dagitops::git
