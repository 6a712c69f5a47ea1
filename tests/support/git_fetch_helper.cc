// What the program itself does for its hidden command `internal-fetch`, for tests that run without the program.
#include "dagitops/source/git/fetch_child.h"

int main() { return dagitops::git::RunFetchChild(0, 1); }
