#include "dagitops/kube/credentials.h"

#include <chrono>
#include <filesystem>
#include <utility>

#include "dagitops/base/duration.h"
#include "dagitops/base/text.h"

#include "kube/exec_credential.h"

namespace dagitops::kube {
namespace {

constexpr Duration kTokenFileAge = std::chrono::minutes(1);

Error None(std::string subject, std::string message, std::string hint = "") {
  return {ErrorKind::kStalled, "kube-credentials", std::move(subject), std::move(message), std::move(hint)};
}

bool HasStatic(const ClusterAccess& access) { return !access.token.empty() || !access.client_certificate.empty(); }

// As client-go has it (v0.34, exec.go, UpdateTransportConfig): a plugin is asked only where nothing else is given.
bool AsksPlugin(const ClusterAccess& access) { return access.exec && access.token_file.empty() && !HasStatic(access); }

bool Renewable(const ClusterAccess& access) { return !access.token_file.empty() || AsksPlugin(access); }

}  // namespace

Credentials::Credentials(ClusterAccess access, Parts parts) : access_(std::move(access)), parts_(std::move(parts)) {}

bool Credentials::Good(const State& state) const {
  if (!state.current || state.refused) return false;
  return !state.good_until ||
         (AsksPlugin(access_) ? parts_.clock.Now() < *state.good_until
                              : TimeUntil(*state.good_until, parts_.clock.Now(), kTokenFileAge) > Duration(0));
}

Result<Credential> Credentials::Current(Duration deadline) {
  {
    auto state = state_.lock();
    const auto renewed = [&] { return !state->renewing; };
    if (!renewed_.wait_for(state.native(), deadline, renewed)) {
      return None(access_.server, "no credentials came within " + FormatDuration(deadline));
    }
    if (Good(*state)) return *state->current;
    state->renewing = true;
  }
  std::optional<WallTime> good_until;
  auto renewed = Renew(deadline, good_until);
  return Keep(std::move(renewed), good_until);
}

// An error leaves a token of a file as it was: it may well be good still, and the server will say so.
Result<Credential> Credentials::Keep(Result<Credential> renewed, std::optional<WallTime> good_until) {
  auto state = state_.lock();
  state->renewing = false;
  renewed_.notify_all();
  if (!renewed) {
    if (access_.token_file.empty() || !state->current) return renewed;
    state->refused = false;
    state->good_until = parts_.clock.Now() + kTokenFileAge;
    return *state->current;
  }
  const bool same = state->current && state->current->token.Reveal() == renewed->token.Reveal() &&
                    state->current->client_certificate == renewed->client_certificate;
  renewed->number = same ? state->current->number : ++state->given;
  state->current = *renewed;
  state->refused = false;
  state->good_until = good_until;
  return renewed;
}

bool Credentials::Refused(const Credential& credential) {
  auto state = state_.lock();
  if (!Renewable(access_)) return false;
  if (state->current && state->current->number == credential.number) state->refused = true;
  return true;
}

Result<Credential> Credentials::Renew(Duration deadline, std::optional<WallTime>& good_until) {
  if (!access_.token_file.empty()) return FromFile(good_until);
  if (AsksPlugin(access_)) return FromPlugin(deadline, good_until);
  return Credential{access_.token, access_.client_certificate, access_.client_key, 0};
}

Result<Credential> Credentials::FromFile(std::optional<WallTime>& good_until) const {
  const auto text = parts_.read(access_.token_file);
  if (!text) return None(access_.token_file, "it gives no token: " + text.error().message);
  std::string token(Trim(*text));
  if (token.empty()) return None(access_.token_file, "it gives no token: it is empty");
  good_until = parts_.clock.Now() + kTokenFileAge;
  return Credential{Secret(std::move(token)), access_.client_certificate, access_.client_key, 0};
}

Result<Credential> Credentials::FromPlugin(Duration deadline, std::optional<WallTime>& good_until) const {
  const ExecPlugin& plugin = *access_.exec;
  const std::string name = "credential plugin " + std::filesystem::path(plugin.command).filename().string();
  Command command;
  command.arguments = {plugin.command};
  command.arguments.insert(command.arguments.end(), plugin.arguments.begin(), plugin.arguments.end());
  command.environment = parts_.environment;
  for (const auto& [key, value] : plugin.environment) command.environment[key] = value;
  command.environment["KUBERNETES_EXEC_INFO"] = ExecInfo(access_, plugin);
  command.deadline = deadline;
  const auto ran = parts_.runner.Run(command);
  if (!ran) return None(name, "it cannot be started: " + ran.error().message, ran.error().hint);
  if (ran->timed_out) return None(name, "it gave no credentials within " + FormatDuration(deadline));
  if (ran->exit_code != 0) {
    return None(name,
                ran->exit_code < 0 ? "it was ended by signal " + std::to_string(ran->signal)
                                   : "it ended with exit code " + std::to_string(ran->exit_code),
                "run it by hand to see why: what it says may hold secrets and is not shown");
  }
  auto answer = ReadExecCredential(ran->output, plugin.api_version);
  if (!answer) return None(name, answer.error().message);
  good_until = answer->expires;
  return std::move(answer->credential);
}

}  // namespace dagitops::kube
