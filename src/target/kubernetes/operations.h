#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dagitops/base/clock.h"
#include "dagitops/base/result.h"

#include "target/kubernetes/jobs.h"
#include "target/kubernetes/order.h"

namespace dagitops::kubernetes {

// What is being done about one release.
struct Operation {
  std::optional<Order> running;  // a job has it, or it waits to be gathered
  bool gathered = false;         // of the release for all: waits for the next change of that
  bool checking = false;         // and a job loads its code meanwhile
  bool checked = false;          // which one did
  std::optional<Order> next;     // comes after that
  std::optional<Order> done;     // went well, and is not seen yet
  int done_version = 0;          // of the release that was made
  WallTime done_at{};
  // The last one, where it failed: kInvalid until nobody wants it any more or `retry_at`, all others until `retry_at`.
  std::optional<Order> failed;
  std::optional<Error> error;
  WallTime retry_at{};
  int failures = 0;  // in a row
};

// Which releases are being worked on and how that went. One thread; the work itself is done on those of `jobs`.
class Operations {
 public:
  // The version of the release that it made. Called on the threads of the jobs.
  using Execute = std::function<Result<int>(const Order&)>;
  // Called before each job, on the thread of this: what it shall take for granted may be noted.
  using Prepare = std::function<void(const Order&)>;
  // Of the release for all: what was gathered, as one change of it.
  using ExecuteShared = std::function<std::map<std::string, Result<int>>(const std::vector<Order>&)>;
  struct Threads {
    Jobs& jobs;
    Jobs& checked;  // for orders that are checked first, which take as long as their code does to load
  };
  // Of an order of the release for all, `execute` only loads the code.
  Operations(Threads threads, Prepare prepare, Execute execute, ExecuteShared execute_shared = {})
      : threads_(threads),
        prepare_(std::move(prepare)),
        execute_(std::move(execute)),
        execute_shared_(std::move(execute_shared)) {}

  // Orders of the release for all are only gathered. Takes the place of one that waits. One that runs with the same
  // content is left alone; of one that has failed with it, its error is given back until it may be tried again.
  Status Submit(Order order);

  // Begins one change of the release for all with what was gathered, unless there is one that has not ended or is not
  // seen yet. Called when a pass has ordered all that it wants.
  void StartShared();

  // Notes what has come of a job of ours; false where the key is not ours.
  bool Finish(const Jobs::Finished& finished, WallTime now);

  // What went well is seen from outside once the release of that location has that version, or is not there any more;
  // until then it counts as running, for at most half a minute. Then what waits for it begins.
  void Confirm(const std::map<std::string, int>& versions, WallTime now);

  // Ends the memory of failures whose time has come, or whose version nobody wants (`wanted`: content by location).
  void Forget(const std::map<std::string, std::string>& wanted, WallTime now);

  const std::map<std::string, Operation>& all() const { return operations_; }  // by location, "" the base release
  const Operation* Find(const std::string& location) const;
  std::optional<Duration> LookAgain(WallTime now) const;  // when the next failure may be tried again

 private:
  void Start(const std::string& location, Operation& operation, Order order);
  bool AwaitsCheck(const std::string& location, Operation& operation);
  void FinishCheck(const std::string& location, Operation& operation);
  void FinishOne(const std::string& location, const Result<int>& result, WallTime now);

  Threads threads_;
  Prepare prepare_;
  Execute execute_;
  ExecuteShared execute_shared_;
  std::shared_ptr<std::map<std::string, Result<int>>> outcomes_;  // of the change that is made; nullptr: none is
  std::map<std::string, Operation> operations_;
};

}  // namespace dagitops::kubernetes
