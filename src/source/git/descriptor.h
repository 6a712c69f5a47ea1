#pragma once

namespace dagitops::git {

// Passes a descriptor to the process at the other end of a UNIX socket. False when nobody is there any more.
bool SendDescriptor(int control, int descriptor);

// The next one that was passed, closed on exec; -1 once the other end is closed.
int ReceiveDescriptor(int control);

}  // namespace dagitops::git
