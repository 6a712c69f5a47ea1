#include "dagitops/target/kubernetes/diff_objects.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "target/kubernetes/chart.h"
#include "target/kubernetes/helm.h"
#include "target/kubernetes/helm_runner.h"
#include "target/kubernetes/manifest.h"
#include "target/kubernetes/names.h"
#include "target/kubernetes/object_diff.h"
#include "target/kubernetes/release_tools.h"
#include "target/kubernetes/shared_record.h"

namespace dagitops::kubernetes {
namespace {

using Kind = ObjectChange::Kind;

constexpr Duration kCall = std::chrono::seconds(15);
constexpr char kNoRelease[] = "release: not found";  // helm v3.19, pkg/storage/driver/driver.go
constexpr char kKeepPolicy[] = "helm.sh/resource-policy: keep";

// A release that would be made or changed, with these values.
struct Wanted {
  std::string release;
  std::string values;
  bool of_system = false;
};

// What the one release for all locations is made of once everything is as desired.
std::string ValuesOfAll(const Desired& desired) {
  SharedRecord record;
  TakeValues(desired.base->values, record);
  for (const DesiredLocation& location : desired.locations) {
    if (location.servers.empty() || location.servers.back().values.empty()) continue;
    record.locations[location.name].entry = location.servers.back().values;
  }
  return SharedValues(record);
}

std::vector<Wanted> WantedOf(const Options& options, const Desired& desired, const Plan& plan) {
  std::vector<Wanted> wanted;
  const bool base = desired.base && desired.base->refused.empty();
  const bool shared = base && desired.base->shared;
  if (shared) wanted.push_back({kSharedRelease, ValuesOfAll(desired)});
  if (base && !shared) wanted.push_back({ReleaseName(""), desired.base->values});
  if (desired.system && desired.system->refused.empty())
    wanted.push_back({options.system_release, desired.system->values, true});
  for (const PlanItem& item : plan.items) {
    const bool own = item.action == Action::kStart && item.server && !item.server->shared;
    if (own) wanted.push_back({ReleaseName(item.location), item.server->values});
  }
  return wanted;
}

// The releases that would be uninstalled in the end: of locations whose removal is allowed.
std::set<std::string> UninstalledOf(const Desired& desired) {
  std::set<std::string> releases;
  for (const Removal& removal : desired.removals) releases.insert(ReleaseName(removal.name));
  return releases;
}

class Differ {
 public:
  Differ(const Options& options, kube::ApiClient& api, CommandRunner& commands)
      : options_(options),
        api_(api),
        helm_(HelmOf(options)),
        helms_(commands, 1),
        chart_({options_.chart, helm_, commands}),
        system_chart_({options_.system_chart, helm_, commands}),
        tools_({api, helms_, clock_, helm_}) {}

  Result<std::vector<ObjectChange>> Run(const std::vector<Wanted>& wanted, const std::set<std::string>& uninstalled) {
    for (const Wanted& one : wanted) DAGITOPS_TRY(Release(one));
    for (const std::string& release : uninstalled) {
      DAGITOPS_ASSIGN(const Objects former, Former(release));
      Gone(release, former);
    }
    return std::move(changes_);
  }

 private:
  using Objects = std::map<std::string, ManifestObject>;  // by title

  Status Release(const Wanted& wanted) {
    HelmRelease release;
    release.name = wanted.release;
    release.values = wanted.values;
    DAGITOPS_ASSIGN(release.chart, (wanted.of_system ? system_chart_ : chart_).Path());
    const auto rendered = tools_.Render(release);
    if (!rendered) return Refused(wanted.release, "", rendered.error(), {});
    DAGITOPS_ASSIGN(Objects former, Former(wanted.release));
    for (const ManifestObject& object : *rendered) {
      const auto known = former.extract(object.Title());
      DAGITOPS_TRY(Object(wanted.release, object, known ? known.mapped().text : ""));
    }
    Gone(wanted.release, former);
    return Ok();
  }

  // What helm would delete of what it made.
  void Gone(const std::string& release, const Objects& objects) {
    for (const auto& [title, object] : objects) {
      if (object.text.find(kKeepPolicy) == std::string::npos) Add(Kind::kGone, release, title, {});
    }
  }

  // What helm made of the release last; nothing where there is none.
  Result<Objects> Former(const std::string& release) {
    Objects objects;
    const auto said = helms_.Run(GetManifestCommand(helm_, release), release);
    if (!said && said.error().message.find(kNoRelease) != std::string::npos) return objects;
    if (!said) return said.error();
    for (ManifestObject& object : SplitManifest(said->output)) {
      std::string title = object.Title();
      objects.insert_or_assign(std::move(title), std::move(object));
    }
    return objects;
  }

  Status Object(const std::string& release, const ManifestObject& object, const std::string& former) {
    const std::string path = PathOf(object, helm_.name_space);
    if (path.empty()) return Unasked(release, object, former);
    const auto live = api_.Get(path, kCall);
    const bool is_new = !live && live.error().code == "kube-not-found";
    if (!live && !is_new) return About(live.error(), release, object.Title());
    const auto taken = tools_.DryRun(release, object);
    if (!taken) return Refused(release, object.Title(), taken.error(), Rendered(object, former));
    if (is_new) return Add(Kind::kNew, release, object.Title(), {});
    auto changes = DiffObject({*live, *taken, former, object.text});
    return changes.empty() ? Ok() : Add(Kind::kChanged, release, object.Title(), std::move(changes));
  }

  // Of a kind that only helm can ask for: by what is rendered.
  Status Unasked(const std::string& release, const ManifestObject& object, const std::string& former) {
    if (former.empty()) return Add(Kind::kNew, release, object.Title(), {});
    auto changes = Rendered(object, former);
    return changes.empty() ? Ok() : Add(Kind::kChanged, release, object.Title(), std::move(changes));
  }

  // What differs from what was rendered before; nothing where nothing was.
  static std::vector<FieldChange> Rendered(const ManifestObject& object, const std::string& former) {
    if (former.empty()) return {};
    return DiffObject({former, object.text, former, object.text});
  }

  Status Add(Kind kind, const std::string& release, const std::string& object, std::vector<FieldChange> changes) {
    changes_.push_back({kind, release, object, "", std::move(changes)});
    return Ok();
  }

  // By what the release is made of; anything else keeps the whole from being told.
  Status Refused(const std::string& release, const std::string& object, const Error& error,
                 std::vector<FieldChange> changes) {
    if (error.kind != ErrorKind::kInvalid) return error;
    changes_.push_back({Kind::kRefused, release, object, error.message, std::move(changes)});
    return Ok();
  }

  const Options& options_;
  kube::ApiClient& api_;
  HelmSettings helm_;
  HelmRunner helms_;
  SystemClock clock_;
  Chart chart_;
  Chart system_chart_;
  ReleaseTools tools_;
  std::vector<ObjectChange> changes_;
};

}  // namespace

Result<std::vector<ObjectChange>> DiffObjects(const Options& options, kube::ApiClient& api, CommandRunner& commands,
                                              const Desired& desired, const Plan& plan) {
  return Differ(options, api, commands).Run(WantedOf(options, desired, plan), UninstalledOf(desired));
}

}  // namespace dagitops::kubernetes
