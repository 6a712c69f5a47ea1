#include <algorithm>
#include <memory>
#include <optional>
#include <ostream>

#include <CLI/CLI.hpp>

#include "dagitops/base/digest.h"
#include "dagitops/base/duration.h"
#include "dagitops/base/text.h"
#include "dagitops/cli/run.h"

#include "cli/commands.h"
#include "cli/follow.h"
#include "cli/given_repository.h"
#include "cli/known_environment.h"
#include "cli/location_words.h"
#include "cli/options.h"
#include "cli/status_text.h"

namespace dagitops::cli {
namespace {

constexpr Duration kAnswerDeadline = std::chrono::seconds(30);
constexpr Duration kFollowPause = std::chrono::milliseconds(200);
constexpr Duration kRolloutDeadline = std::chrono::minutes(10);

struct RequestOptions {
  CommonOptions common;
  Request::Kind kind = Request::Kind::kApply;
  std::vector<std::string> words;  // REPOSITORY and LOCATION, or one of them
  std::vector<std::string> locations;
  std::string revision;
  bool all = false;
  bool no_wait = false;
};

struct Asked {
  std::string state_dir;
  std::string environment;
  Awaited awaited;
  RequestAnswer answer;
};

// A name that no other request has: time and process do not repeat together.
std::string RequestId(const Services& services) {
  const auto now = services.clock.Now().time_since_epoch().count();
  const auto steady = services.clock.Steady().count();
  return std::to_string(now) + "-" + ShortDigest(std::to_string(now) + "/" + std::to_string(steady));
}

// A daemon answers for its own environments only; nobody would answer for another one.
std::optional<Error> NotServed(const std::string& state_dir, const std::string& environment, const Services& services) {
  if (!services.lock_holder(state_dir)) return std::nullopt;
  const auto known = services.known_environments(state_dir);
  if (known.empty() || std::find(known.begin(), known.end(), environment) != known.end()) return std::nullopt;
  return Error{ErrorKind::kInvalid, "unknown-environment", environment, "nobody serves this environment here",
               "served here: " + Join(known, ", ")};
}

// Whoever names a location here means it alone, and would have the whole environment.
Status CheckRepository(const RequestOptions& options, const config::Settings& settings, const Services& services) {
  const auto checked = CheckGivenRepository(options.common, settings, services);
  const bool pause = options.kind == Request::Kind::kPause;
  if (checked || !(pause || options.kind == Request::Kind::kResume)) return checked;
  const std::string verb = pause ? "pause" : "resume";
  Error error = checked.error();
  error.message += ", and a location cannot be " + verb + "d alone";
  error.hint =
      "for the whole environment leave it out; one location is taken back by `dagitops rollback LOCATION`, and follows "
      "git again with `--to HEAD`";
  return error;
}

Result<Asked> Ask(const RequestOptions& options, const Services& services) {
  DAGITOPS_ASSIGN(const config::Settings settings, ResolveSettings(options.common, services));
  DAGITOPS_TRY(CheckRepository(options, settings, services));
  DAGITOPS_ASSIGN(const std::string environment, EnvironmentHere(options.common, settings, services));
  if (options.kind == Request::Kind::kApply && !services.lock_holder(settings.state_dir)) {
    return Error{ErrorKind::kStalled, "not-serving", settings.source.url, "nothing keeps this repository in line here",
                 "start `dagitops serve " + settings.source.url + "` first: its processes are what is changed"};
  }
  if (const auto error = NotServed(settings.state_dir, environment, services)) return *error;
  const Request request{RequestId(services), options.kind, environment, options.locations, options.revision};
  Asked asked{settings.state_dir,
              environment,
              {services.clock.Now(), options.kind == Request::Kind::kApply && options.revision.empty()},
              {}};
  DAGITOPS_ASSIGN(asked.answer, services.submit(settings, request, kAnswerDeadline));
  return asked;
}

// An approval would end the waiting of a removal, not what is wrong with a location: that comes first.
int ExitCodeOf(const EnvironmentStatus& status) {
  if (HasCondition(status, "Ready")) return kDone;
  const bool bad = std::any_of(status.locations.begin(), status.locations.end(), [](const LocationStatus& location) {
    return location.phase == LocationPhase::kHeld || location.phase == LocationPhase::kFailed;
  });
  if (bad) return kFailed;
  return status.waiting_removals.empty() ? kFailed : kNeedsApproval;
}

int TellFetchFailed(const EnvironmentStatus& status, const Services& services) {
  services.out << StatusText(status, services.terminal) << std::flush;
  return Fail({ErrorKind::kRetry, "fetch-failed", status.environment,
               "the branch could not be fetched, so what was pushed last may be missing: " + status.fetched->error,
               "the daemon tries again by itself; once that is mended, apply again"},
              services);
}

// What changed since `last`, which it replaces. On standard error, so that a script that reads the answer and the
// status reads nothing else.
void TellProgress(const EnvironmentStatus& status, std::vector<LocationStatus>& last, const Services& services) {
  services.err << PhaseChanges(last, status.locations) << std::flush;
  last = status.locations;
}

// Follows the passes until nothing is on its way any more.
int Follow(const Asked& asked, const Services& services) {
  const auto opened = services.open_store(asked.state_dir);
  if (!opened) return Fail(opened.error(), services);
  StateStore* const store = opened->get();
  std::vector<LocationStatus> last;
  if (const auto before = store->LoadStatus(asked.environment); before && *before) last = (*before)->locations;
  const SteadyTime end = services.clock.Steady() + kRolloutDeadline;
  while (services.clock.Steady() < end) {
    services.sleep(kFollowPause);
    const auto status = store->LoadStatus(asked.environment);
    if (!status) return Fail(status.error(), services);
    if (!*status) continue;
    TellProgress(**status, last, services);
    const Progress progress = JudgeProgress(**status, asked.awaited, services.clock.Now());
    if (progress == Progress::kWait) continue;
    if (progress == Progress::kFetchFailed) return TellFetchFailed(**status, services);
    services.out << StatusText(**status, services.terminal);
    return ExitCodeOf(**status);
  }
  return Fail({ErrorKind::kRetry, "rollout-deadline", asked.environment,
               "not settled after " + FormatDuration(kRolloutDeadline), "see `dagitops status`"},
              services);
}

bool GoesBack(Request::Kind kind) { return kind == Request::Kind::kRollback || kind == Request::Kind::kRebuild; }

int RunRequest(const RequestOptions& options, const Services& services) {
  const auto asked = Ask(options, services);
  if (!asked) return Fail(asked.error(), services);
  if (!asked->answer.accepted) {
    services.err << "dagitops: " << asked->answer.message << "\n";
    // A revision is refused when there is no such one, a rollback also for want of such a location.
    return options.revision.empty() && !GoesBack(options.kind) ? kFailed : kInvalidInput;
  }
  services.out << asked->answer.message << "\n" << std::flush;
  const bool changes = options.kind == Request::Kind::kApply || GoesBack(options.kind);
  if (!changes || options.no_wait) return kDone;
  if (services.lock_holder(asked->state_dir)) return Follow(*asked, services);
  services.err << "dagitops: no `dagitops serve` is running here; it is done when one starts\n";
  return kDone;
}

// With --all the one word is the repository, else it is the location: that one cannot be left out.
int RunRollback(RequestOptions options, const Services& services) {
  const std::size_t most = options.all ? 1 : 2;
  const auto wrong = [&](const char* what) {
    services.err << "dagitops: " << what
                 << "; usage: dagitops rollback [REPOSITORY] LOCATION [--to REV], or dagitops rollback [REPOSITORY] "
                    "--all --to REV\n";
    return kUsage;
  };
  if (options.words.size() > most) return wrong("too many words");
  if (!options.all && options.words.empty()) return wrong("no location is named");
  if (options.all && options.revision.empty()) return wrong("--all needs --to");
  if (!options.all) {
    options.locations = {options.words.back()};
    options.words.pop_back();
  }
  if (!options.words.empty()) options.common.repository = options.words.front();
  return RunRequest(options, services);
}

int RunApprove(RequestOptions options, const Services& services) {
  const auto sorted = SortWords(options.common, options.locations, services);
  return sorted ? RunRequest(options, services) : Fail(sorted.error(), services);
}

struct Verb {
  const char* name;
  Request::Kind kind;
  const char* about;
};

CLI::App* AddVerb(CLI::App& app, const Verb& verb, const std::shared_ptr<RequestOptions>& options,
                  const Services& services, Chosen& chosen) {
  CLI::App* command = app.add_subcommand(verb.name, verb.about);
  AddCommonOptions(*command, options->common);
  options->kind = verb.kind;
  command->callback(
      [options, &services, &chosen] { chosen = [options, &services] { return RunRequest(*options, services); }; });
  return command;
}

void AddGoingBack(CLI::App& app, const Services& services, Chosen& chosen) {
  const auto rollback = std::make_shared<RequestOptions>();
  rollback->kind = Request::Kind::kRollback;
  CLI::App* command =
      app.add_subcommand("rollback", "Take one location, or all of them, back to what they were at a commit");
  command->add_option("LOCATION", rollback->words,
                      "name of the location; the repository may stand before it, and with --all alone");
  AddSettingsOptions(*command, rollback->common);
  command->add_option("--to", rollback->revision,
                      "commit of the repository or of the history (default: the version before the one that runs)");
  command->add_flag("--all", rollback->all, "the whole environment, until the next plain apply; needs --to");
  command->add_flag("--no-wait", rollback->no_wait, "return once it is accepted");
  command->callback(
      [rollback, &services, &chosen] { chosen = [rollback, &services] { return RunRollback(*rollback, services); }; });

  const auto rebuild = std::make_shared<RequestOptions>();
  command = AddVerb(app,
                    {"rebuild", Request::Kind::kRebuild,
                     "Have everything as a commit of the history has it, to the byte, until the next plain apply"},
                    rebuild, services, chosen);
  command->add_option("--at", rebuild->revision, "commit of the history, or latest, latest~1, ...")->required();
  command->add_flag("--no-wait", rebuild->no_wait, "return once it is accepted");
}

}  // namespace

void AddRequests(CLI::App& app, const Services& services, Chosen& chosen) {
  const auto apply = std::make_shared<RequestOptions>();
  CLI::App* command =
      AddVerb(app, {"apply", Request::Kind::kApply, "Bring the environment in line now, and wait for it"}, apply,
              services, chosen);
  command->add_option("--at", apply->revision,
                      "pin it at this commit, until the next plain apply (also a branch, a tag or HEAD~1)");
  command->add_flag("--no-wait", apply->no_wait, "return once it is accepted");

  const auto approve = std::make_shared<RequestOptions>();
  command = AddVerb(app, {"approve", Request::Kind::kApprove, "Let removals go that wait for a person"}, approve,
                    services, chosen);
  command->add_option("LOCATIONS", approve->locations, "names (default: all that wait)");
  command->callback(
      [approve, &services, &chosen] { chosen = [approve, &services] { return RunApprove(*approve, services); }; });

  AddGoingBack(app, services, chosen);

  for (const Verb& verb : {Verb{"pause", Request::Kind::kPause, "Leave the whole environment as it is until resumed"},
                           Verb{"resume", Request::Kind::kResume, "Follow the repository again"}}) {
    AddVerb(app, verb, std::make_shared<RequestOptions>(), services, chosen);
  }
}

}  // namespace dagitops::cli
