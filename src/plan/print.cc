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

// As in status.json and in the state.
std::string_view Word(DecisionKind decision) {
  switch (decision) {
    case DecisionKind::kFollow:
      return "follow";
    case DecisionKind::kHold:
      return "hold";
    case DecisionKind::kPinned:
      return "pinned";
    case DecisionKind::kRemovalWaiting:
      return "removal-waiting";
    case DecisionKind::kPaused:
      return "paused";
  }
  return "follow";
}

// By these names a program knows the layers; Describe is for people.
std::string_view Word(Layer layer) {
  switch (layer) {
    case Layer::kBuiltin:
      return "built-in";
    case Layer::kDefaults:
      return "defaults";
    case Layer::kEnvironmentDefaults:
      return "environment-defaults";
    case Layer::kFragment:
      return "fragment";
    case Layer::kOverlay:
      return "overlay";
  }
  return "built-in";
}

std::string ChangeText(const FieldChange& change) {
  if (change.before.empty()) return change.path + ": " + change.after;
  if (change.after.empty()) return change.path + ": " + change.before + " -> (gone)";
  return change.path + ": " + change.before + " -> " + change.after;
}

std::string ExplainedText(const ExplainedLocation& location) {
  std::string text = location.location + ":\n";
  for (const Explained& value : location.values) {
    text += "  " + value.path + ": " + value.text + "  (" + std::string(Describe(value.layer));
    if (!value.file.empty()) text += ", " + value.file;
    if (!value.file.empty() && value.line > 0) text += ":" + std::to_string(value.line);
    text += ")\n";
  }
  return text;
}

std::string_view Word(ObjectChange::Kind kind) {
  switch (kind) {
    case ObjectChange::Kind::kNew:
      return "new";
    case ObjectChange::Kind::kChanged:
      return "changed";
    case ObjectChange::Kind::kGone:
      return "gone";
    case ObjectChange::Kind::kRefused:
      return "refused";
  }
  return "changed";
}

char Sign(ObjectChange::Kind kind) {
  switch (kind) {
    case ObjectChange::Kind::kNew:
      return '+';
    case ObjectChange::Kind::kChanged:
      return '~';
    case ObjectChange::Kind::kGone:
      return '-';
    case ObjectChange::Kind::kRefused:
      return '!';
  }
  return '~';
}

std::string ObjectsText(const std::vector<ObjectChange>& objects) {
  std::string text = objects.empty() ? "objects of the cluster: none changes\n" : "objects of the cluster:\n";
  for (const ObjectChange& change : objects) {
    text += std::string("  ") + Sign(change.kind) + " ";
    text += change.object.empty() ? "release " + change.release : change.object + " (release " + change.release + ")";
    if (!change.message.empty()) text += ": refused: " + change.message;
    text += "\n";
    for (const FieldChange& field : change.changes) text += "      " + ChangeText(field) + "\n";
  }
  return text;
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

json::array ChangesJson(const std::vector<FieldChange>& fields) {
  json::array changes;
  for (const FieldChange& change : fields) {
    changes.push_back({{"path", change.path}, {"before", OrNull(change.before)}, {"after", OrNull(change.after)}});
  }
  return changes;
}

json::value ObjectsJson(const Plan& plan) {
  if (!plan.objects) return nullptr;
  json::array objects;
  for (const ObjectChange& change : *plan.objects) {
    objects.push_back({{"change", Word(change.kind)},
                       {"release", change.release},
                       {"object", OrNull(change.object)},
                       {"message", OrNull(change.message)},
                       {"changes", ChangesJson(change.changes)}});
  }
  return objects;
}

json::object ItemJson(const PlanItem& item) {
  return {{"action", Word(item.action)},
          {"object", item.object},
          {"location", OrNull(item.location)},
          {"reason", item.reason},
          {"changes", ChangesJson(item.changes)}};
}

json::array RemovalsJson(const Plan& plan) {
  json::array removals;
  for (const PlannedRemoval& removal : plan.removals) {
    removals.push_back({{"location", removal.location}, {"reason", removal.reason}});
  }
  return removals;
}

json::array DecisionsJson(const Plan& plan) {
  json::array decisions;
  for (const PlannedDecision& decided : plan.decisions) {
    decisions.push_back({{"name", decided.location}, {"decision", Word(decided.decision)}, {"reason", decided.reason}});
  }
  return decisions;
}

json::object ValueJson(const Explained& value) {
  const bool placed = !value.file.empty() && value.line > 0;
  return {{"path", value.path},
          {"text", value.text},
          {"layer", Word(value.layer)},
          {"file", OrNull(value.file)},
          {"line", placed ? json::value(value.line) : json::value(nullptr)}};
}

json::value ExplainedJson(const Plan& plan) {
  if (!plan.explained) return nullptr;
  json::array locations;
  for (const ExplainedLocation& location : *plan.explained) {
    json::array values;
    for (const Explained& value : location.values) values.push_back(ValueJson(value));
    locations.push_back({{"location", location.location}, {"values", std::move(values)}});
  }
  return locations;
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
  for (const PlannedDecision& decided : plan.decisions)
    text += "  ! " + decided.location + ": " + decided.reason + "\n";
  if (plan.objects) text += ObjectsText(*plan.objects);
  if (!plan.explained) return text;
  for (const ExplainedLocation& location : *plan.explained) text += ExplainedText(location);
  return text;
}

std::string ToJson(const Plan& plan) {
  json::array items;
  for (const PlanItem& item : plan.items) items.push_back(ItemJson(item));
  const json::object root{{"schemaVersion", 1},
                          {"environment", plan.environment},
                          {"revision", OrNull(plan.revision)},
                          {"empty", plan.empty()},
                          {"items", std::move(items)},
                          {"removals", RemovalsJson(plan)},
                          {"locations", DecisionsJson(plan)},
                          {"objects", ObjectsJson(plan)},
                          {"explained", ExplainedJson(plan)}};
  return json::serialize(root) + "\n";
}

}  // namespace dagitops::plan
