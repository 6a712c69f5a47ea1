#include "import/helm_values.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dagitops/base/text.h"
#include "dagitops/model/service_name.h"

#include "import/chart_servers.h"
#include "import/scalars.h"

namespace dagitops::import {
namespace {

constexpr int kDeepestChart = 3;  // charts above one another that are looked through
constexpr std::array<std::string_view, 2> kSectionKeys{"dagster-user-deployments", "userDeployments"};
constexpr std::array<std::string_view, 5> kParentKeys{"dagster-user-deployments", "userDeployments", "dagsterWebserver",
                                                      "dagit", "dagsterDaemon"};

bool IsParent(const Value& values) {
  return std::any_of(kParentKeys.begin(), kParentKeys.end(),
                     [&](std::string_view key) { return values.Find(key) != nullptr; });
}

bool IsSwitchedOff(const Value& section, std::string_view key) { return !AsBool(section.Find(key)).value_or(true); }

// "userdeployments" of "dagsterUserDeployments": letters alone, in lower case, without the chart's name.
std::string Squeeze(std::string_view key) {
  std::string letters;
  for (const char c : key) {
    if (c >= 'A' && c <= 'Z') letters += static_cast<char>(c - 'A' + 'a');
    if (c >= 'a' && c <= 'z') letters += c;
  }
  return letters.starts_with("dagster") ? letters.substr(7) : letters;
}

// Two mappings laid over each other, as Helm does it; any other kind of value replaces.
Value Overlay(const Value& under, const Value& over) {
  if (!under.is_mapping() || !over.is_mapping()) return over;
  Value merged = under;
  for (const auto& member : over.members()) {
    const Value* below = merged.Find(member.key);
    merged = merged.With(member.key, below == nullptr ? member.value : Overlay(*below, member.value));
  }
  return merged;
}

// Whether these are deployments of Dagster code, and not of some other chart that has a list of that name.
bool RunsDagster(const Value& deployments) {
  const auto has_arguments = [](const Value& entry) {
    return entry.Find("dagsterApiGrpcArgs") != nullptr || entry.Find("codeServerArgs") != nullptr;
  };
  const auto& items = deployments.items();
  const auto& members = deployments.members();
  return std::any_of(items.begin(), items.end(), has_arguments) ||
         std::any_of(members.begin(), members.end(), [&](const auto& member) { return has_arguments(member.value); });
}

class Reader {
 public:
  Reader(const std::string& file, Found& found) : file_(file), found_(found) {}

  // `above` is `global` of the charts above this one.
  bool Read(const Value& values, const Value& above, int depth) {
    if (!values.is_mapping()) return false;
    const Value* own = values.Find("global");
    const Value global = own == nullptr ? above : above.is_null() ? *own : Overlay(*own, above);
    if (IsParent(values)) {
      ReadParent(values, global);
      return true;
    }
    const Value* deployments = values.Find("deployments");
    if (deployments != nullptr && (depth == 0 || RunsDagster(*deployments))) {
      ReadSection(values, above, true);
      return true;
    }
    bool any = false;
    if (depth == kDeepestChart) return any;
    for (const auto& member : values.members()) any = Read(member.value, global, depth + 1) || any;
    return any;
  }

 private:
  void ReadParent(const Value& values, const Value& global) {
    CheckSpelling(values);
    ReadChartServers(file_, values, found_);
    for (const std::string_view key : kSectionKeys) {
      const Value* section = values.Find(key);
      if (section == nullptr || section->is_null()) continue;
      if (IsSwitchedOff(*section, "enabled")) {
        found_.notes.push_back(Place(section->mark()) + ": " + std::string(key) +
                               ".enabled is false, so nothing below it was imported.");
        continue;
      }
      if (!section->is_mapping()) {
        Refuse(found_, "import-deployments", At(file_, section->mark()),
               {Show(section), "values of the chart dagster-user-deployments", "write its keys below it"});
        continue;
      }
      const bool runs = !IsSwitchedOff(*section, "enableSubchart");
      ReadSection(section->Without("enabled").Without("enableSubchart"), global, runs);
    }
  }

  // A key that the chart ignores though it was surely meant for it.
  void CheckSpelling(const Value& values) {
    for (const auto& member : values.members()) {
      const bool known =
          std::find(kSectionKeys.begin(), kSectionKeys.end(), std::string_view(member.key)) != kSectionKeys.end();
      if (known || Squeeze(member.key) != "userdeployments") continue;
      Refuse(found_, "import-misspelt-key", At(file_, member.mark),
             {member.key + ", which the chart ignores", "dagster-user-deployments",
              "rename the key if these deployments shall run, or remove it"});
    }
  }

  // Values of dagster-user-deployments, alone or as a section of the chart dagster.
  void ReadSection(const Value& section, const Value& above, bool runs) {
    const Value* deployments = section.Find("deployments");
    if (deployments != nullptr) {
      ReadDeployments(*deployments, runs);
    } else {
      MissingDeployments(section, runs);
    }
    KeepChartValues(section, above);
  }

  void MissingDeployments(const Value& section, bool runs) {
    for (const auto& member : section.members()) {
      if (DidYouMean(member.key, {"deployments"})) {
        return Refuse(found_, "import-misspelt-key", At(file_, member.mark),
                      {member.key + ", which the chart ignores", "deployments", "rename the key"});
      }
    }
    if (!runs) return;
    found_.notes.push_back(Place(section.mark()) +
                           ": there is no `deployments`, so the chart runs its own example; it was not imported.");
  }

  void ReadDeployments(const Value& deployments, bool runs) {
    if (deployments.is_null()) return;
    // A list; newer charts (dagster PR 34022) also take a mapping by name.
    for (const auto& member : deployments.members()) {
      const Value entry = member.value.Find("name") != nullptr
                              ? member.value
                              : member.value.With("name", Value::String(member.key, member.mark));
      ReadDeployment(entry, member.mark, runs);
    }
    for (const Value& entry : deployments.items()) ReadDeployment(entry, entry.mark(), runs);
    if (!deployments.is_scalar()) return;
    Refuse(found_, "import-deployments", At(file_, deployments.mark()),
           {"`deployments` that is no list", "a list of deployments", "write one `- name: ...` for each"});
  }

  void ReadDeployment(const Value& entry, const Mark& mark, bool runs) {
    const Position place = At(file_, mark);
    const Value* name = entry.Find("name");
    if (name == nullptr || !name->is_scalar()) {
      return Refuse(found_, "import-deployments", place,
                    {"a deployment without a name", "`name`, the name of its Service", "give it a name"});
    }
    if (!IsServiceName(name->text())) {
      return Refuse(found_, "import-bad-name", At(file_, name->mark()),
                    {Quoted(name->text()), "a DNS label: lower-case letters, digits and '-', at most 63",
                     "name it " + SuggestServiceName(name->text())});
    }
    found_.deployments.push_back({name->text(), WithoutNulls(entry), place, found_.NextRank(), runs});
  }

  void KeepChartValues(const Value& section, const Value& above) {
    Value values = section.Without("deployments");
    if (above.is_mapping()) {
      const Value* own = values.Find("global");
      values = values.With("global", own == nullptr ? above : Overlay(*own, above));
    }
    if (!values.members().empty()) found_.chart_values.push_back({values, At(file_, section.mark())});
  }

  std::string Place(const Mark& mark) const { return At(file_, mark).Text(); }

  const std::string& file_;
  Found& found_;
};

}  // namespace

Value WithoutNulls(const Value& value) {
  if (value.is_sequence()) {
    Value::Sequence items;
    for (const Value& item : value.items()) items.push_back(WithoutNulls(item));
    return Value::List(std::move(items), value.mark());
  }
  if (!value.is_mapping()) return value;
  Value::Mapping members;
  for (const auto& member : value.members()) {
    if (!member.value.is_null()) members.push_back({member.key, member.mark, WithoutNulls(member.value)});
  }
  return Value::Map(std::move(members), value.mark());
}

bool ReadHelmValues(const std::string& file, const Value& root, Found& found) {
  return Reader(file, found).Read(root, Value(), 0);
}

}  // namespace dagitops::import
