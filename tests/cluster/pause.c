// What the sandbox of a pod runs: nothing, until it is told to end.
#include <signal.h>
#include <unistd.h>

static void Stop(int signal_number) {
  (void)signal_number;
  _exit(0);
}

int main(void) {
  signal(SIGTERM, Stop);
  signal(SIGINT, Stop);
  for (;;) pause();
}
