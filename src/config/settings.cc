#include "dagitops/config/settings.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"
#include "dagitops/yaml/parse.h"

#include "config/read_value.h"
#include "config/settings_table.h"

namespace dagitops::config {
namespace {

constexpr std::string_view kEnvironments = "environments";
constexpr std::string_view kAnyName = "NAME";

const FutureKey* FindFuture(std::string_view key) {
  const auto keys = FutureKeys();
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const FutureKey& row) { return row.key == key; });
  return found == keys.end() ? nullptr : &*found;
}

// "https://user:password@host/...": a secret in a file that is no secret.
bool HoldsPassword(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string_view authority = url.substr(scheme + 3, url.find_first_of("/?#", scheme + 3) - scheme - 3);
  const std::size_t at = authority.rfind('@');
  return at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos;
}

// What stands there instead of a path may be the secret itself.
bool NamesSecretFile(std::string_view key) { return key.ends_with(".tokenFile") || key.ends_with(".sshKeyFile"); }

bool NamesChartRepository(std::string_view key) { return key.ends_with(".chart.repository"); }

bool NamesRepository(std::string_view key) {
  return key == "source.url" || key == "environments.NAME.history.url" || NamesChartRepository(key);
}

// Where the login of the repository that `key` names belongs.
std::string PlaceOfLogin(std::string_view key) {
  if (!NamesChartRepository(key)) {
    return "put the password into a file and name it as " + std::string(key.substr(0, key.rfind('.'))) + ".tokenFile";
  }
  return "take the chart from an oci:// registry, whose login helm has in the file that the variable "
         "HELM_REGISTRY_CONFIG names, or pull it and name the archive as `path` beside this";
}

// Whether something stands there: it is right, or was told already.
bool IsGiven(const Value& environment, std::string_view path) {
  const Value* value = environment.FindPath(path);
  return value != nullptr && !value->is_null();
}

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  ParsedSettings Read(std::string_view text) {
    yaml::Parsed parsed = yaml::Parse(text, file_, Layer::kBuiltin);
    result_.diagnostics = std::move(parsed.diagnostics);
    if (!parsed.root.is_null()) ReadMapping(parsed.root, "", nullptr);
    if (const Value* environments = parsed.root.Find(kEnvironments)) CheckNamespaces(*environments);
    SortDiagnostics(result_.diagnostics);
    return std::move(result_);
  }

 private:
  // `key` is that of the table: the name of an environment reads NAME in it.
  void ReadMapping(const Value& value, const std::string& key, EnvironmentSettings* environment) {
    if (value.is_null()) return;  // `log:` with nothing below it
    if (!value.is_mapping()) {
      Tell("bad-setting", value.mark(),
           {value.is_sequence() ? "a list" : Quoted(Shorten(Redact(value.text()), 60)), "a mapping" + At(key),
            "write `key: value` lines below it"});
      return;
    }
    for (const Value::Member& member : value.members()) {
      if (key == kEnvironments) {
        ReadEnvironment(member);
      } else {
        ReadMember(member, key, environment);
      }
    }
  }

  void ReadEnvironment(const Value::Member& member) {
    EnvironmentSettings& environment = result_.settings.environments[member.key];
    ReadMapping(member.value, Below(std::string(kEnvironments), kAnyName), &environment);
    if (environment.target == "kubernetes") {
      CheckKubernetes(member, environment.kubernetes);
    } else {
      CheckWebserver(member.value, environment);
    }
  }

  void CheckKubernetes(const Value::Member& member, const KubernetesSettings& settings) {
    const auto tell = [&](const char* found, const char* expected, const char* fix) {
      Tell("bad-setting", member.mark, {found, std::string(expected) + At("environments.NAME.kubernetes"), fix});
    };
    if (!IsGiven(member.value, "kubernetes.namespace"))
      tell("no `namespace`", "one", "name the namespace that this environment's code servers run in");
    if (!IsGiven(member.value, "kubernetes.chart.path") && !IsGiven(member.value, "kubernetes.chart.repository"))
      tell("no chart", "one of them", "set chart.path to a folder or archive, or chart.repository and chart.version");
    for (const ChartSettings* chart : {&settings.chart, &settings.system.chart}) {
      if (!chart->path.empty() && !chart->repository.empty())
        tell("`chart.path` and `chart.repository`", "one of them",
             "set chart.path to a folder or archive, or chart.repository and chart.version");
      if (!chart->repository.empty() && chart->version.empty())
        tell("`chart.repository` without `chart.version`", "both", "pin the version, such as \"1.12.19\"");
    }
  }

  // Two environments in one namespace would take each other's servers for leftovers of their own.
  void CheckNamespaces(const Value& environments) {
    std::map<std::tuple<std::string, std::string, std::string>, std::string> owners;
    for (const Value::Member& member : environments.members()) {
      const EnvironmentSettings& environment = result_.settings.environments[member.key];
      const KubernetesSettings& cluster = environment.kubernetes;
      if (environment.target != "kubernetes" || cluster.name_space.empty()) continue;
      const auto [owner, fresh] =
          owners.try_emplace({cluster.kubeconfig, cluster.context, cluster.name_space}, member.key);
      if (fresh) continue;
      Tell("bad-setting", member.mark,
           {"the namespace of environment " + ShownKey(owner->second),
            "one of its own" + At("environments.NAME.kubernetes.namespace"), "name another namespace or cluster"});
    }
  }

  void ReadMember(const Value::Member& member, const std::string& prefix, EnvironmentSettings* environment) {
    const std::string key = Below(prefix, member.key);
    if (member.key.find('.') != std::string::npos)
      return TellUnknown(member, prefix);  // "log.level" is no step of ours
    if (const Setting* setting = FindSetting(key)) {
      ReadSetting(*setting, member, environment);
    } else if (const FutureKey* future = FindFuture(key)) {
      Tell("not-in-this-version", member.mark,
           {"`" + member.key + "`", "keys of this version",
            "remove it: " + std::string(future->meaning) + " is not in this version"});
    } else if (key == kEnvironments || !KeysBelow(key).empty()) {
      ReadMapping(member.value, key, environment);
    } else {
      TellUnknown(member, prefix);
    }
  }

  void ReadSetting(const Setting& setting, const Value::Member& member, EnvironmentSettings* environment) {
    const Value& value = member.value;
    if (value.is_null()) return;  // `branch:` with nothing behind it: the default
    if (NamesRepository(setting.key) && HoldsPassword(value.text())) {
      Tell("secret-in-settings", value.mark(),
           {"a URL with a password", "a URL without it", PlaceOfLogin(setting.key)});
      return;
    }
    if (setting.key == "environments.NAME.target" && value.text() == "docker_compose") {
      Tell("not-in-this-version", value.mark(),
           {"the target docker_compose", "local_process or kubernetes", "this target is not in this version"});
      return;
    }
    const std::variant<Reading, Complaint> read = ReadValue(value, setting.rule);
    if (const Reading* reading = std::get_if<Reading>(&read)) {
      setting.apply({result_.settings, environment}, *reading);
    } else {
      Complaint complaint = std::get<Complaint>(read);
      if (NamesSecretFile(setting.key) && value.is_scalar()) complaint.found = "something else";
      complaint.expected += At(std::string(setting.key));
      Tell("bad-setting", value.mark(), std::move(complaint));
    }
  }

  // `value` is the whole environment.
  void CheckWebserver(const Value& value, const EnvironmentSettings& environment) {
    const WebserverSettings& webserver = environment.dagster.webserver;
    if (!webserver.start || webserver.url.empty()) return;
    Tell("bad-setting", value.FindPath("dagster.webserver.url")->mark(),
         {"`url` beside `start: true`", "one of them", "add start: false to use that webserver, or remove url"});
  }

  void TellUnknown(const Value::Member& member, const std::string& prefix) {
    const std::vector<std::string> known = KeysBelow(prefix);
    const bool secret = (prefix == "source" || prefix == "environments.NAME.history") &&
                        (member.key == "token" || member.key == "password");
    const auto meant = DidYouMean(member.key, known);
    std::string fix = meant ? "did you mean " + *meant + "?" : "remove it";
    if (secret) fix = "put it into a file and name that as tokenFile";
    Tell("unknown-setting", member.mark,
         {"the key " + Quoted(Shorten(member.key, 60)), "one of " + Join(known, ", "), std::move(fix)});
  }

  static std::string At(const std::string& key) { return key.empty() ? "" : " at `" + key + "`"; }

  void Tell(const char* code, const Mark& mark, Complaint words) {
    Diagnostic fault;
    fault.code = code;
    fault.position = {file_, static_cast<int>(mark.line), mark.column};
    fault.found = std::move(words.found);
    fault.expected = std::move(words.expected);
    fault.fix = std::move(words.fix);
    result_.diagnostics.push_back(std::move(fault));
  }

  const std::string& file_;
  ParsedSettings result_;
};

}  // namespace

ParsedSettings ParseSettings(std::string_view text, const std::string& file) { return Reader(file).Read(text); }

}  // namespace dagitops::config
