#pragma once

#include <condition_variable>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "dagitops/base/clock.h"
#include "dagitops/base/sync.h"
#include "dagitops/kube/api_client.h"
#include "dagitops/kube/fence.h"

namespace dagitops::kube {

// The defaults of client-go v0.34 (tools/leaderelection/leaderelection.go).
struct LeaseTimes {
  Duration duration = std::chrono::seconds(15);  // from a renewal on: nobody else takes it
  Duration act = std::chrono::seconds(10);   // from a renewal on: its holder begins something new; the rest is margin
  Duration retry = std::chrono::seconds(2);  // between two looks or renewals
};

// A Lease of coordination.k8s.io/v1, which says who of several processes acts. One that stands still for its duration
// is taken over; how long it does is measured by our own clock alone, so that clocks may differ.
class Lease final : public Fence {
 public:
  struct Options {
    std::string name_space;
    std::string name;
    std::string identity;  // unique among all that may want it
    LeaseTimes times;
  };
  struct Parts {
    ApiClient& api;  // both outlive this
    const Clock& clock;
    // It began or ceased to be ours; also repeated while it is not. From the thread of Start, or of Step.
    std::function<void(bool ours)> changed;
  };

  Lease(Options options, Parts parts) : options_(std::move(options)), parts_(std::move(parts)) {}
  ~Lease() override;  // Stop

  void Start();  // looks and renews on a thread of its own
  void Stop();   // ends that, and gives the lease away if it is ours. Idempotent

  // One look or renewal; how long until the next. What Start does again and again.
  Duration Step();

  // For everybody, from any thread.
  bool Ours() const override;        // something new may be begun
  Duration Left() const override;    // until somebody else may act; 0: it is not ours
  std::string Why() const override;  // not ours: "the lease dagitops-production is held by dagitops-7d9f-x2k4p"

 private:
  // The object as it was last seen.
  struct Seen {
    std::string holder;
    Duration duration{};
    std::string renewed;  // as its holder wrote it: changes with each renewal
    std::string acquired;
    int transitions = 0;
    std::string version;
    SteadyTime since{};  // when it was first seen like this
  };
  struct State {
    std::optional<SteadyTime> renewed;  // when the request was sent by which it is ours
    std::string trouble;                // why it is not
    bool told = false;                  // what `changed` was told last
  };

  std::string Path() const;
  Duration ActLeft() const;  // while it is ours
  Duration CallTime() const;
  Duration Since(SteadyTime renewed, Duration time) const;  // what is left of it
  Status Look();
  Status TryToHold();
  Status Put(const std::string& holder);
  std::string Body(const std::string& holder) const;
  std::optional<Seen> Read(const std::string& json) const;
  void Tell();
  void Run();

  Options options_;
  Parts parts_;
  std::optional<Seen> seen_;  // of the thread that steps
  bool fresh_ = false;        // seen_ is what our last write made
  mutable Sync<State> state_;
  std::condition_variable stop_;
  Sync<bool> stopping_;
  std::thread thread_;
};

// What to do about a lease, by what is seen of it.
enum class LeaseMove { kCreate, kTake, kRenew, kWait };
struct LeaseSight {
  bool exists = false;
  std::string holder;
  Duration duration{};   // that its holder asked for
  Duration unchanged{};  // how long it has been seen like this
};
LeaseMove DecideLease(const LeaseSight& sight, const std::string& identity);

}  // namespace dagitops::kube
