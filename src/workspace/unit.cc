#include "workspace/unit.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "dagitops/base/digest.h"
#include "dagitops/base/text.h"
#include "dagitops/model/service_name.h"
#include "dagitops/yaml/emit.h"

#include "workspace/merge.h"
#include "workspace/settings.h"

namespace dagitops::workspace {
namespace {

constexpr Mark kBuiltin{0, 0, Layer::kBuiltin};
constexpr std::size_t kDigestDigits = 16;

std::size_t Index(Layer layer) { return static_cast<std::size_t>(layer); }

class UnitMaker {
 public:
  UnitMaker(const Base& base, const UnitRef& files) : base_(base) {
    unit_->name = files.Name();
    unit_->location_name = unit_->name;
    unit_->sources = base.sources;
    layers_ = base.layers;
    if (files.fragment != nullptr) unit_->fragment = *files.fragment;
    if (files.overlay != nullptr) unit_->overlay = *files.overlay;
    Take(unit_->fragment, Layer::kFragment);
    Take(unit_->overlay, Layer::kOverlay);
    if (files.rival != nullptr) TellRival(*files.rival);
  }

  UnitPtr Make() {
    if (readable_) Compose();
    SetLocation(unit_->diagnostics, unit_->name);
    if (HasFault(unit_->diagnostics)) HintAtOverlay();
    unit_->diagnostics.shrink_to_fit();
    return unit_;
  }

 private:
  void Take(const EntryFilePtr& file, Layer layer) {
    if (!file) return;
    unit_->sources[Index(layer)] = file->path();
    layers_[Index(layer)] = file->TakeRoot();
    readable_ = readable_ && file->readable();
    Diagnostics told = file->diagnostics();
    Append(unit_->diagnostics, std::move(told));
  }

  void TellRival(const EntryFilePtr& rival) {
    unit_->rival = rival;
    Append(unit_->diagnostics, Diagnostics(rival->diagnostics()));
    unit_->diagnostics.push_back(Fault(
        "duplicate-overlay", {rival->path(), 0, 0},
        {"a second overlay of the name " + Quoted(Shorten(unit_->name, 80)) + ", beside " + unit_->overlay->path(),
         "one overlay for each location", "join the two, or correct the name of one"}));
  }

  void Compose() {
    Value merged = base_.merged;
    Merger merger(unit_->sources, unit_->diagnostics);
    for (const Layer layer : {Layer::kFragment, Layer::kOverlay}) {
      const Value& own = layers_[Index(layer)];
      if (!own.is_null()) merged = merger.Merge(merged, own);
    }
    const Value* found = merged.Find("dagitops");
    const Value block = found == nullptr ? Value() : *found;
    Diagnostics told;
    LocationSettings settings = ReadSettings({unit_->name, merged, block, unit_->sources}, told);
    unit_->enabled = settings.enabled;
    unit_->order = settings.order;
    unit_->location_name = settings.location_name;
    if (!settings.enabled) return;  // a removal; what is wrong in it no longer matters
    Append(unit_->diagnostics, std::move(told));
    CheckName();
    const Value entry = EntryOf(merged, settings);
    CheckCode(entry, block);
    Lint(entry, block);
    if (!HasFault(unit_->diagnostics)) Finish(entry, block, std::move(settings));
  }

  void CheckName() {
    if (IsServiceName(unit_->name)) return;
    const EntryFile& file = unit_->primary();
    unit_->diagnostics.push_back(
        Fault("bad-name", {file.path(), static_cast<int>(file.name_mark().line), file.name_mark().column},
              {"the name " + Quoted(Shorten(unit_->name, 80)),
               "lower-case letters, digits and dashes, starting with a letter, at most 63",
               (file.name_mark().line == 0 ? "rename the file, or add `name: " : "write `name: ") +
                   SuggestServiceName(unit_->name) + "`"}));
  }

  Value EntryOf(const Value& merged, const LocationSettings& settings) const {
    const Value* name = merged.Find("name");
    Value::Mapping members;
    members.reserve(merged.members().size() + 3);
    members.push_back({"name", name == nullptr ? Mark{0, 0, unit_->primary().layer()} : name->mark(), NameValue(name)});
    for (const Value::Member& member : merged.members()) {
      if (member.key == "name" || member.key == "dagitops") continue;
      members.push_back(member);
      if (member.key == "image" && !settings.external) FillPullPolicy(members.back().value);
    }
    if (settings.code_source && merged.Find("dagsterApiGrpcArgs") == nullptr) {
      const Mark mark = merged.FindPath("dagitops.codeSource")->mark();
      members.push_back({"dagsterApiGrpcArgs", mark, ArgumentsOf(*settings.code_source, mark)});
    }
    if (!settings.external && merged.Find("port") == nullptr) {
      members.push_back({"port", kBuiltin, Value::Integer(3030, kBuiltin)});
    }
    return Value::Map(std::move(members), RootMark());
  }

  // What is missing is to be added in the location's own file, not in what all share.
  Mark RootMark() const {
    const Layer layer = unit_->primary().layer();
    const Value& own = layers_[Index(layer)];
    return own.is_null() ? Mark{0, 0, layer} : own.mark();
  }

  // As it was written, so that its quotes can be judged.
  Value NameValue(const Value* name) const {
    if (name != nullptr && name->text() == unit_->name) return *name;
    return Value::String(unit_->name, {0, 0, unit_->primary().layer()});
  }

  static void FillPullPolicy(Value& image) {
    if (!image.is_mapping() || image.Find("pullPolicy") != nullptr) return;
    image = image.With("pullPolicy", Value::String("IfNotPresent", kBuiltin));
  }

  void CheckCode(const Value& entry, const Value& block) {
    if (block.Find("external") != nullptr || block.Find("codeSource") != nullptr) return;
    if (entry.Find("dagsterApiGrpcArgs") != nullptr || entry.Find("codeServerArgs") != nullptr) return;
    unit_->diagnostics.push_back(
        Warning("no-code-source", {unit_->primary().path(), 0, 0},
                {"nothing that says where the definitions are", "dagitops.codeSource, or dagsterApiGrpcArgs",
                 "add `dagitops: {codeSource: {moduleName: ...}}`, unless the image's environment says it"}));
  }

  void Lint(const Value& entry, const Value& block) {
    const LintInput input{unit_->name, entry, block, unit_->sources, layers_};
    const auto ours = static_cast<std::ptrdiff_t>(unit_->diagnostics.size());
    for (Diagnostic& diagnostic : base_.linter->Lint(input)) {
      const bool told =
          IsOfSchema(diagnostic) && std::any_of(unit_->diagnostics.begin(), unit_->diagnostics.begin() + ours,
                                                [&](const Diagnostic& o) { return Says(o, diagnostic); });
      if (!told) unit_->diagnostics.push_back(std::move(diagnostic));
    }
    SetLocation(unit_->diagnostics, unit_->name);
    unit_->diagnostics = ApplyIgnores(input, std::move(unit_->diagnostics));
  }

  static bool IsOfSchema(const Diagnostic& diagnostic) {
    return diagnostic.code == "schema-fault" || diagnostic.code == "unquoted-scalar";
  }

  // Of what is said twice about one place, ours is the more helpful. A file as a whole is no such place.
  static bool Says(const Diagnostic& ours, const Diagnostic& schemas) {
    return ours.severity == Severity::kFault && ours.position.line > 0 && ours.position == schemas.position;
  }

  void Finish(const Value& entry, const Value& block, LocationSettings settings) {
    auto location = std::make_shared<CodeLocation>();
    location->name = unit_->name;
    location->digest = ShortDigest(yaml::Canonical(entry) + "\n" + Fingerprint(settings), kDigestDigits);
    location->entry = entry;
    location->settings = std::move(settings);
    location->block = block;
    location->sources = std::move(unit_->sources);
    unit_->sources.clear();
    unit_->location = std::move(location);
  }

  // An overlay whose name is a slip becomes a location of its own, with faults that do not tell why.
  void HintAtOverlay() {
    if (unit_->fragment || unit_->rival) return;
    Diagnostic hint = Warning("overlay-without-fragment", {unit_->overlay->path(), 0, 0},
                              {"an overlay, but no fragment is named " + Quoted(Shorten(unit_->name, 80)),
                               "the name of a fragment, or a whole location of this environment alone",
                               "correct the file's name or its `name`"});
    hint.location = unit_->name;
    unit_->diagnostics.push_back(std::move(hint));
  }

  const Base& base_;
  std::shared_ptr<Unit> unit_ = std::make_shared<Unit>();
  std::vector<Value> layers_;
  bool readable_ = true;
};

}  // namespace

UnitPtr MakeUnit(const Base& base, const UnitRef& files) { return UnitMaker(base, files).Make(); }

}  // namespace dagitops::workspace
