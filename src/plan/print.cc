#include "dagitops/plan/print.h"

#include <map>

#include <boost/json.hpp>

#include "dagitops/base/text.h"
#include "dagitops/model/revision.h"

namespace dagitops::plan {
namespace {

namespace json = boost::json;

std::string_view Word(Action action) {
  switch (action) {
    case Action::kStart:
      return "start";
    case Action::kPublish:
      return "publish";
    case Action::kReload:
      return "reload";
    case Action::kStop:
      return "stop";
    case Action::kKeep:
      return "keep";
  }
  return "keep";
}

char Sign(Action action) {
  switch (action) {
    case Action::kStart:
      return '+';
    case Action::kStop:
      return '-';
    case Action::kKeep:
      return '=';
    default:
      return '~';
  }
}

std::string ChangeText(const FieldChange& change) {
  if (change.before.empty()) return change.path + ": " + change.after;
  if (change.after.empty()) return change.path + ": " + change.before + " -> (gone)";
  return change.path + ": " + change.before + " -> " + change.after;
}

std::string Summary(const Plan& plan) {
  std::map<Action, int> counts;
  for (const PlanItem& item : plan.items) ++counts[item.action];
  std::vector<std::string> parts;
  for (const auto& [action, count] : counts) {
    if (action != Action::kKeep) parts.push_back(std::to_string(count) + " to " + std::string(Word(action)));
  }
  if (!plan.removals.empty()) parts.push_back(std::to_string(plan.removals.size()) + " to remove");
  return parts.empty() ? "nothing to do" : Join(parts, ", ");
}

json::value OrNull(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }

json::object ItemJson(const PlanItem& item) {
  json::array changes;
  for (const FieldChange& change : item.changes) {
    changes.push_back({{"path", change.path}, {"before", OrNull(change.before)}, {"after", OrNull(change.after)}});
  }
  return {{"action", Word(item.action)},
          {"object", item.object},
          {"location", OrNull(item.location)},
          {"reason", item.reason},
          {"changes", std::move(changes)}};
}

}  // namespace

std::string Headline(const Plan& plan) {
  return plan.environment + " at " + ShortRevision(plan.revision) + ": " + Summary(plan);
}

std::string ToText(const Plan& plan) {
  std::string text = Headline(plan) + "\n";
  for (const PlanItem& item : plan.items) {
    text += std::string("  ") + Sign(item.action) + " " + std::string(Word(item.action)) + " " + item.object + ": " +
            item.reason + "\n";
    for (const FieldChange& change : item.changes) text += "      " + ChangeText(change) + "\n";
  }
  for (const PlannedRemoval& removal : plan.removals) {
    text += "  - remove " + removal.location + ": " + removal.reason + "\n";
  }
  return text;
}

std::string ToJson(const Plan& plan) {
  json::array items;
  for (const PlanItem& item : plan.items) items.push_back(ItemJson(item));
  json::array removals;
  for (const PlannedRemoval& removal : plan.removals) {
    removals.push_back({{"location", removal.location}, {"reason", removal.reason}});
  }
  const json::object root{
      {"schemaVersion", 1},    {"environment", plan.environment}, {"revision", OrNull(plan.revision)},
      {"empty", plan.empty()}, {"items", std::move(items)},       {"removals", std::move(removals)}};
  return json::serialize(root) + "\n";
}

}  // namespace dagitops::plan
