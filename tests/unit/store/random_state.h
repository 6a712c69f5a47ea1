#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "dagitops/model/decision.h"

namespace dagitops::support {

// States with every field set to anything that it may hold: texts of any bytes, or of printable ones. Equal seeds give
// equal states.
class RandomState {
 public:
  enum class Bytes { kAny, kPrintable };
  explicit RandomState(std::uint64_t seed, Bytes bytes = Bytes::kAny) : random_(seed), bytes_(bytes) {}

  EnvironmentState Next() {
    EnvironmentState state;
    state.environment = Text();
    state.applied = Maybe(AnyRevision());
    state.pinned = Maybe(AnyRevision());
    state.paused = Coin();
    for (int i = Below(4); i > 0; --i) state.locations[Text()] = AnyRecord();
    for (int i = Below(4); i > 0; --i) state.path_names[Text()] = Text();
    state.approved_removals = Texts();
    if (Coin()) state.rebuilt = AnyRebuilt();
    if (Coin()) state.chart_values = AnyValue(3);
    if (Coin()) state.system_values = AnyValue(3);
    return state;
  }

 private:
  int Below(int end) { return static_cast<int>(random_() % static_cast<std::uint64_t>(end)); }
  bool Coin() { return Below(2) == 1; }

  std::string Text() {
    std::string text;
    for (int i = Below(12); i > 0; --i) {
      text += static_cast<char>(bytes_ == Bytes::kAny ? Below(256) : ' ' + Below('~' - ' ' + 1));
    }
    return text;
  }
  std::vector<std::string> Texts() {
    std::vector<std::string> texts;
    for (int i = Below(4); i > 0; --i) texts.push_back(Text());
    return texts;
  }
  template <class T>
  std::optional<T> Maybe(T value) {
    return Coin() ? std::optional<T>(std::move(value)) : std::nullopt;
  }
  WallTime Time() { return WallTime(Duration(random_() % 4'000'000'000'000)); }

  Revision AnyRevision() {
    return {.id = Text(),
            .author_name = Text(),
            .author_email = Text(),
            .time = static_cast<std::int64_t>(random_()),
            .subject = Text()};
  }

  Value AnyValue(int depth) {
    switch (Below(depth > 0 ? 5 : 3)) {
      case 0:
        return Value::Null();
      case 1:
        return Value::String(Text());
      case 2:
        return Value::Scalar(Text(), false);
      case 3: {
        Value::Sequence items;
        for (int i = Below(4); i > 0; --i) items.push_back(AnyValue(depth - 1));
        return Value::List(std::move(items));
      }
      default: {
        std::map<std::string, Value> unique;
        for (int i = Below(4); i > 0; --i) unique[Text()] = AnyValue(depth - 1);
        Value::Mapping members;
        for (auto& [key, value] : unique) members.push_back({key, {}, value});
        return Value::Map(std::move(members));
      }
    }
  }

  LocationSettings AnySettings() {
    LocationSettings settings;
    settings.schema_version = Below(1000);
    settings.location_name = Text();
    settings.owner = Text();
    settings.enabled = Coin();
    settings.order = Below(2000) - 1000;
    settings.metadata = {{Text(), Text()}};
    settings.code_source = Maybe(CodeSource{static_cast<CodeSource::Kind>(Below(4)), Text(), Text(), Text()});
    settings.external = Maybe(ExternalServer{Text(), Below(65536), Text(), Coin()});
    settings.local = Maybe(LocalSettings{Text(), Text(), Text(), Text()});
    settings.runs = {Coin(), Duration(random_() % 1'000'000'000)};
    settings.gate = static_cast<Gate>(Below(3));
    settings.lint_ignore = {{Text(), Text()}};
    return settings;
  }

  Version AnyVersion() {
    Version version;
    version.revision = AnyRevision();
    version.changed_in = AnyRevision();
    version.location = {Text(), AnyValue(5), AnySettings(), Text(), {}, Texts()};  // the block is not kept
    version.tree_id = Text();
    return version;
  }

  LocationRecord AnyRecord() {
    LocationRecord record;
    record.decision = static_cast<DecisionKind>(Below(5));
    record.reason = Text();
    record.decided_at = Text();
    if (const auto version = Maybe(AnyVersion())) record.last_good = *version;
    record.failed = Maybe(FailedVersion{Text(), Text(), Text(), Text(), Time(), Below(100), Time()});
    if (const auto version = Maybe(AnyVersion())) record.pinned = *version;
    record.pinned_over = Text();
    record.removal_waits = Text();
    record.removing = Coin();
    return record;
  }

  Rebuilt AnyRebuilt() {
    Rebuilt rebuilt;
    rebuilt.commit = Text();
    rebuilt.source = AnyRevision();
    rebuilt.options.verify = static_cast<EnvironmentOptions::Verify>(Below(2));
    rebuilt.options.drift = static_cast<EnvironmentOptions::Drift>(Below(2));
    rebuilt.options.release = static_cast<EnvironmentOptions::Release>(Below(2));
    rebuilt.chart_values = AnyValue(3);
    rebuilt.system_values = AnyValue(3);
    for (int i = Below(4); i > 0; --i) rebuilt.locations[Text()] = AnyRecord();
    return rebuilt;
  }

  std::mt19937_64 random_;
  Bytes bytes_;
};

}  // namespace dagitops::support
