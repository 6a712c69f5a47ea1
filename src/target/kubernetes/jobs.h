#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "dagitops/base/result.h"
#include "dagitops/base/sync.h"

namespace dagitops::kubernetes {

// What takes longer than a pass may: a few threads that carry out one job after another. Keys tell jobs apart: one of
// each at a time.
class Jobs {
 public:
  using Work = std::function<Result<int>()>;  // a number for whoever takes what is finished
  struct Finished {
    std::string key;
    Result<int> result = 0;
  };

  // `finished` is called, on a thread of its own, after each job.
  Jobs(int threads, std::function<void()> finished);
  ~Jobs();  // waits for the jobs that run; those that wait are dropped
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  // False where a job of that key waits, runs or was not taken yet.
  bool Submit(const std::string& key, Work work);
  bool Has(const std::string& key);
  std::vector<Finished> Take();

 private:
  struct Waiting {
    std::string key;
    Work work;
  };
  struct State {
    std::deque<Waiting> waiting;
    std::set<std::string> keys;
    std::vector<Finished> finished;
    bool ending = false;
  };

  void Run();

  std::function<void()> finished_;
  Sync<State> state_;
  std::condition_variable changed_;
  std::vector<std::thread> threads_;
};

}  // namespace dagitops::kubernetes
