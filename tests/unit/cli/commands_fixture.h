#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <sstream>

#include "dagitops/cli/run.h"

#include "support/fake_history.h"
#include "support/fake_source.h"
#include "support/fake_store.h"

namespace dagitops::cli {

inline constexpr char kRepository[] =
    "schemaVersion: 1\ndefaultEnvironment: production\nenvironments: {production: {}}\n";
inline constexpr char kFragment[] =
    "dagitops:\n  owner: team-a\n  codeSource: {moduleName: defs}\n  local: {path: code/a}\n";

// The FakeStore of the test, lent to a command.
class LentStore final : public StateStore {
 public:
  explicit LentStore(support::FakeStore& store) : store_(store) {}
  Result<std::optional<EnvironmentState>> LoadState(const std::string& name) override { return store_.LoadState(name); }
  Status SaveState(const EnvironmentState& state) override { return store_.SaveState(state); }
  Result<std::optional<EnvironmentStatus>> LoadStatus(const std::string& n) override { return store_.LoadStatus(n); }
  Status SaveStatus(const EnvironmentStatus& status) override { return store_.SaveStatus(status); }

 private:
  support::FakeStore& store_;
};

// The FakeHistory of the test, lent to a command.
class LentHistory final : public HistoryWriter {
 public:
  explicit LentHistory(support::FakeHistory& history) : history_(history) {}
  Result<std::vector<HistoryEntry>> List(std::size_t limit) override { return history_.List(limit); }
  Result<HistoryRecord> Read(std::string_view name, std::string_view only) override {
    return history_.Read(name, only);
  }
  Result<std::string> Append(const HistoryRecord& record) override { return history_.Append(record); }
  Status Fetch(Duration deadline) override { return history_.Fetch(deadline); }
  Status Push(Duration deadline) override { return history_.Push(deadline); }

 private:
  support::FakeHistory& history_;
};

class Commands : public testing::Test {
 protected:
  Commands() {
    source->Commit({{"dagitops.yaml", kRepository}, {"locations/a.yaml", kFragment}, {"code/a/defs.py", "x"}});
  }

  int Run(const std::vector<std::string>& arguments) {
    out.str("");
    err.str("");
    return cli::Run(arguments, MakeServices());
  }

  Services MakeServices() {
    return {[this](const config::SourceSettings& settings, const std::string&) -> Result<OpenedRepository> {
              opened = settings;
              ++openings;
              if (unreachable) return *unreachable;
              return OpenedRepository{source, source.get()};
            },
            [this](const std::string&) -> Result<std::unique_ptr<StateStore>> {
              return std::unique_ptr<StateStore>(std::make_unique<LentStore>(store));
            },
            [this](const config::Settings&, const std::string&) -> Result<std::unique_ptr<HistoryWriter>> {
              return std::unique_ptr<HistoryWriter>(std::make_unique<LentHistory>(history));
            },
            [this](const config::Settings& settings, const std::string& environment) {
              served = settings;
              served_environment = environment;
              return 0;
            },
            [this](const config::Settings& settings, const std::string& environment) {
              served = settings;
              served_environment = environment;
              return examined;
            },
            [this](const config::Settings& settings, const std::string& environment) -> Result<ExistingInstall> {
              served = settings;
              served_environment = environment;
              if (!installed.releases.empty()) return installed;
              return Error{ErrorKind::kInvalid, "nothing-to-adopt", "namespace dagster", "it has no code server", ""};
            },
            [this](const config::Settings& settings, const std::string& environment, const Desired&,
                   const Plan&) -> Result<std::vector<ObjectChange>> {
              served = settings;
              served_environment = environment;
              if (objects) return *objects;
              return Error{ErrorKind::kInvalid, "no-cluster", "environment " + environment, "there is no cluster", ""};
            },
            [this](const std::string&) { return known; },
            [this](const std::string&) { return holder; },
            [this](const config::Settings&, const Request& request, Duration) -> Result<RequestAnswer> {
              requests.push_back(request);
              return RequestAnswer{request.id, accept, accept ? "accepted" : "refused"};
            },
            [this](const std::string& path) -> Result<std::string> {
              const auto file = files.find(path);
              if (file != files.end()) return file->second;
              return Error{ErrorKind::kInvalid, "file-unreadable", path, "cannot be read", ""};
            },
            [this](const std::string& path, const std::string& text) -> Status {
              files[path] = text;
              return Ok();
            },
            [this](const std::string& path) { return files.contains(path); },
            [this](const std::string& path) {
              const auto place = places.find(path);
              return place == places.end() ? RepositoryPlace{path} : place->second;
            },
            [this](Duration time) {
              clock.now += time;
              if (on_sleep) on_sleep();
            },
            clock,
            {{"HOME", "/home/ada"}},
            "/srv/space",
            out,
            err,
            false};
  }

  std::shared_ptr<support::FakeSource> source = std::make_shared<support::FakeSource>();
  support::FakeStore store;
  support::FakeHistory history;
  support::FakeClock clock;
  std::map<std::string, std::string> files;
  std::map<std::string, RepositoryPlace> places;  // of folders that are no repository themselves
  std::vector<std::string> known;                 // environments of the state folder
  std::optional<Error> unreachable;               // what opening the repository gives while set
  int openings = 0;
  std::function<void()> on_sleep;  // what the daemon does while a command waits
  std::optional<LockHolder> holder;
  std::vector<Request> requests;
  bool accept = true;
  config::SourceSettings opened;
  config::Settings served;
  std::string served_environment;
  doctor::Report examined;
  ExistingInstall installed;
  std::optional<std::vector<ObjectChange>> objects;  // nullopt: there is no cluster
  std::ostringstream out;
  std::ostringstream err;
};

}  // namespace dagitops::cli
