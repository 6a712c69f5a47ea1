// What the program itself does for its hidden command `internal-fetch`, for tests that run without the program.
#include <unistd.h>

#include "dagitops/source/git/fetch_child.h"

// Ends without tidying up: libgit2 1.5 leaks what its regular expressions matched, which is not ours to report.
int main() { _exit(dagitops::git::RunFetchHelper(0)); }
