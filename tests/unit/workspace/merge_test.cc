#include "workspace/merge.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "dagitops/yaml/emit.h"
#include "dagitops/yaml/parse.h"

#include "support/case_name.h"
#include "support/diagnostic_lines.h"

namespace dagitops::workspace {
namespace {

const Sources kSources{"", "dagitops.yaml", "environments/e/defaults.yaml", "locations/a.yaml", "overlay.yaml"};

Value Read(const std::string& text, Layer layer) {
  const yaml::Parsed parsed = yaml::Parse(text, kSources[static_cast<std::size_t>(layer)], layer);
  EXPECT_TRUE(parsed.diagnostics.empty()) << text;
  return parsed.root;
}

struct MergeCase {
  const char* name;
  const char* base;
  const char* over;
  const char* merged;
  std::vector<std::string> told = {};
};
void PrintTo(const MergeCase& c, std::ostream* out) { *out << c.name; }

class MergeTwo : public ::testing::TestWithParam<MergeCase> {};

TEST_P(MergeTwo, GivesTheMergedLayers) {
  Diagnostics told;
  Merger merger(kSources, told);
  const Value base = merger.Merge({}, Read(GetParam().base, Layer::kDefaults));
  const Value merged = merger.Merge(base, Read(GetParam().over, Layer::kFragment));
  EXPECT_EQ(yaml::Emit(merged), yaml::Emit(Read(GetParam().merged, Layer::kFragment)));
  EXPECT_EQ(testing::Lines(told), GetParam().told);
}

const MergeCase kScalarsAndMappings[] = {
    {"ScalarReplaces", "port: 1", "port: 2", "port: 2"},
    {"QuotesComeWithTheValue", "tag: \"1\"", "tag: 1", "tag: 1"},
    {"NewKeyComesLast", "b: 1", "a: 2", "{b: 1, a: 2}"},
    {"OrderIsTheLowerLayers", "{b: 1, a: 1}", "{a: 2, b: 2}", "{b: 2, a: 2}"},
    {"MappingsMergeDeeply", "r: {limits: {cpu: 1, memory: 2}}", "r: {limits: {cpu: 3}}",
     "r: {limits: {cpu: 3, memory: 2}}"},
    {"EmptyMappingChangesNothing", "r: {a: 1}", "r: {}", "r: {a: 1}"},
    {"NullDeletes", "{a: 1, b: 2}", "a: null", "b: 2"},
    {"NullDeletesDeeply", "r: {a: 1, b: 2}", "r: {b: ~}", "r: {a: 1}"},
    {"NullOfAnAbsentKeyIsNothing", "a: 1", "b: null", "a: 1"},
    {"NullInTheLowestLayerIsNothing", "{a: null, b: {c: null, d: 1}}", "{}", "b: {d: 1}"},
    {"NullInANewMappingIsNothing", "{}", "r: {a: null, b: 1}", "r: {b: 1}"},
    {"DeletedAndSetAgainAreDifferentKeys", "r: {a: 1}", "r: {a: null, b: 1}", "r: {b: 1}"},
    {"ScalarOverMapping", "a: {b: 1}", "a: x", "a: x"},
    {"MappingOverScalar", "a: x", "a: {b: 1}", "a: {b: 1}"},
    {"ListOverMapping", "env: {A: 1}", "env: [{name: B}]", "env: [{name: B}]"},
    {"EmptyLayer", "a: 1", "", "null"},
};
INSTANTIATE_TEST_SUITE_P(ScalarsAndMappings, MergeTwo, ::testing::ValuesIn(kScalarsAndMappings), support::CaseName());

const MergeCase kLists[] = {
    {"OtherListsReplace", "args: [a, b]", "args: [c]", "args: [c]"},
    {"EmptyListReplacesOtherLists", "args: [a]", "args: []", "args: []"},
    {"TolerationsReplaceThoughTheyAreMappings", "tolerations: [{key: a}]", "tolerations: [{key: b}]",
     "tolerations: [{key: b}]"},
    {"NamedListsMergeByName", "env: [{name: A, value: x}, {name: B, value: x}]",
     "env: [{name: B, value: y}, {name: C, value: z}]",
     "env: [{name: A, value: x}, {name: B, value: y}, {name: C, value: z}]"},
    {"EmptyNamedListChangesNothing", "env: [{name: A, value: x}]", "env: []", "env: [{name: A, value: x}]"},
    {"ItemsMergeDeeply", "sidecarContainers: [{name: A, resources: {cpu: 1}, args: [x]}]",
     "sidecarContainers: [{name: A, resources: {memory: 2}, args: [y]}]",
     "sidecarContainers: [{name: A, resources: {cpu: 1, memory: 2}, args: [y]}]"},
    {"ListsInItemsMergeByName", "initContainers: [{name: A, env: [{name: X, value: x}]}]",
     "initContainers: [{name: A, env: [{name: Y, value: y}]}]",
     "initContainers: [{name: A, env: [{name: X, value: x}, {name: Y, value: y}]}]"},
    {"NullInAnItemDeletes", "env: [{name: A, value: x}]",
     "env: [{name: A, value: null, valueFrom: {secretKeyRef: {name: s}}}]",
     "env: [{name: A, valueFrom: {secretKeyRef: {name: s}}}]"},
    {"MountsMergeByPath", "volumeMounts: [{name: v, mountPath: /a}, {name: v, mountPath: /b}]",
     "volumeMounts: [{name: w, mountPath: /b}]", "volumeMounts: [{name: v, mountPath: /a}, {name: w, mountPath: /b}]"},
    {"SecretsConfigMapsAndVolumes",
     "{envSecrets: [{name: a}], envConfigMaps: [{name: a}], volumes: [{name: a, emptyDir: {}}]}",
     "{envSecrets: [{name: b}], envConfigMaps: [{name: b}], volumes: [{name: b}]}",
     "{envSecrets: [{name: a}, {name: b}], envConfigMaps: [{name: a}, {name: b}], "
     "volumes: [{name: a, emptyDir: {}}, {name: b}]}"},
    {"DeleteByName", "env: [{name: A, value: x}, {name: B, value: y}]", "env: [{name: A, $patch: delete}]",
     "env: [{name: B, value: y}]"},
    {"DeleteByMountPath", "volumeMounts: [{name: v, mountPath: /a}]", "volumeMounts: [{mountPath: /a, $patch: delete}]",
     "volumeMounts: []"},
    {"DeleteAndAddReplaces", "volumes: [{name: v, emptyDir: {}}]",
     "volumes: [{name: v, $patch: delete}, {name: v, hostPath: {path: /x}}]",
     "volumes: [{name: v, hostPath: {path: /x}}]"},
    {"NumbersAreNamesToo", "env: [{name: 1, value: x}]", "env: [{name: 1, value: y}]", "env: [{name: 1, value: y}]"},
    {"NullItemsStay", "args: [a]", "args: [~, b]", "args: [~, b]"},
    {"NullKeysInItemsGo", "args: [a]", "args: [{a: ~, b: 1}]", "args: [{b: 1}]"},
};
INSTANTIATE_TEST_SUITE_P(Lists, MergeTwo, ::testing::ValuesIn(kLists), support::CaseName());

const MergeCase kTold[] = {
    {"DeleteOfAnAbsentName",
     "env: [{name: A}]",
     "env: [{name: B, $patch: delete}]",
     "env: [{name: A}]",
     {"warning patch-without-target locations/a.yaml:1:7"}},
    {"DeleteWithNothingBelow",
     "{}",
     "env: [{name: B, $patch: delete}]",
     "env: []",
     {"warning patch-without-target locations/a.yaml:1:7"}},
    {"DeleteInTheLowestLayer",
     "env: [{name: B, $patch: delete}]",
     "{}",
     "env: []",
     {"warning patch-without-target dagitops.yaml:1:7"}},
    {"UnknownPatch",
     "env: [{name: A}]",
     "env: [{name: A, $patch: replace}]",
     "env: [{name: A}]",
     {"fault unknown-patch locations/a.yaml:1:25"}},
    {"ItemThatIsNoMapping",
     "env: [{name: A}]",
     "env: [B=1]",
     "env: [B=1]",
     {"fault item-without-name locations/a.yaml:1:7"}},
    {"ItemWithoutName",
     "volumes: [{name: a}]",
     "volumes: [{name: b}, {emptyDir: {}}]",
     "volumes: [{name: b}, {emptyDir: {}}]",
     {"fault item-without-name locations/a.yaml:1:22"}},
    {"LowerItemWithoutName",
     "env: [A=1]",
     "env: [{name: B}]",
     "env: [{name: B}]",
     {"fault item-without-name dagitops.yaml:1:7"}},
    {"PatchThatIsAMapping",
     "env: [{name: A}]",
     "env: [{name: A, $patch: {}}]",
     "env: [{name: A}]",
     {"fault unknown-patch locations/a.yaml:1:25"}},
    {"PatchInAMapping", "r: {a: 1}", "r: {$patch: delete}", "r: {a: 1}", {"fault unknown-patch locations/a.yaml:1:5"}},
    {"PatchInANewMapping", "{}", "r: {$patch: delete}", "r: {}", {"fault unknown-patch locations/a.yaml:1:5"}},
    {"PatchInAnotherList",
     "{}",
     "tolerations: [{key: a, $patch: delete}]",
     "tolerations: [{key: a}]",
     {"fault unknown-patch locations/a.yaml:1:24"}},
    {"NameTwiceInOneLayer",
     "{}",
     "env: [{name: A, value: x}, {name: A, value: y}]",
     "env: [{name: A, value: x}]",
     {"fault duplicate-item locations/a.yaml:1:28"}},
    {"NameTwiceOverAnother",
     "env: [{name: A, value: x}]",
     "env: [{name: A, value: y}, {name: A, value: z}]",
     "env: [{name: A, value: y}]",
     {"fault duplicate-item locations/a.yaml:1:28"}},
    {"PathTwice",
     "{}",
     "volumeMounts: [{name: v, mountPath: /a}, {name: w, mountPath: /a}]",
     "volumeMounts: [{name: v, mountPath: /a}]",
     {"fault duplicate-item locations/a.yaml:1:42"}},
    {"ValueOverValueFrom",
     "env: [{name: A, valueFrom: {x: y}}]",
     "env: [{name: A, value: z}]",
     "env: [{name: A, valueFrom: {x: y}, value: z}]",
     {"fault env-two-sources locations/a.yaml:1:7"}},
    {"ValueFromOverValue",
     "env: [{name: A, value: z}]",
     "env: [{name: A, valueFrom: {x: y}}]",
     "env: [{name: A, value: z, valueFrom: {x: y}}]",
     {"fault env-two-sources locations/a.yaml:1:7"}},
};
INSTANTIATE_TEST_SUITE_P(Told, MergeTwo, ::testing::ValuesIn(kTold), support::CaseName());

TEST(Merge, MarksStayThoseOfTheirLayer) {
  Diagnostics told;
  Merger merger(kSources, told);
  const Value base = merger.Merge({}, Read("image: {repository: r, tag: \"1\"}", Layer::kDefaults));
  const Value merged = merger.Merge(base, Read("image:\n  tag: \"2\"", Layer::kOverlay));
  EXPECT_EQ(merged.FindPath("image.repository")->mark(), (Mark{1, 21, Layer::kDefaults}));
  EXPECT_EQ(merged.FindPath("image.tag")->mark(), (Mark{2, 8, Layer::kOverlay}));
}

TEST(Merge, SharesWhatNoLayerChanges) {
  Diagnostics told;
  Merger merger(kSources, told);
  const Value over = Read("resources: {limits: {cpu: 1}}", Layer::kFragment);
  const Value merged = merger.Merge(merger.Merge({}, Read("labels: {a: b}", Layer::kDefaults)), over);
  EXPECT_EQ(&merged.Find("resources")->members(), &over.Find("resources")->members());
}

TEST(Merge, OverNothingIsTheLayerItself) {
  Diagnostics told;
  const Value over = Read("env: [{name: A}]\nimage: {tag: \"1\"}", Layer::kFragment);
  EXPECT_EQ(&Merger(kSources, told).Merge({}, over).members(), &over.members());
}

}  // namespace
}  // namespace dagitops::workspace
