#include "target/kubernetes/object_diff.h"

#include <gtest/gtest.h>

#include <string>

#include "support/case_name.h"

namespace dagitops::kubernetes {
namespace {

using Changes = std::vector<FieldChange>;

constexpr char kLive[] =
    R"({"kind": "Deployment", "metadata": {"name": "sales", "uid": "u", "resourceVersion": "1", "generation": 3},
        "spec": {"replicas": 1, "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}], "paused": true},
        "status": {"ready": 1}})";
// As a dry run has it: `paused` and B, which another manager set, are left.
constexpr char kDryRun[] =
    R"({"kind": "Deployment", "metadata": {"name": "sales", "uid": "u", "resourceVersion": "2", "generation": 4},
        "spec": {"replicas": 2, "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}], "paused": true},
        "status": {"ready": 0}})";
constexpr char kFormer[] =
    "kind: Deployment\nspec: {replicas: 1, env: [{name: A, value: '1'}, {name: B, value: '2'}]}\n";
constexpr char kRendered[] = "kind: Deployment\nspec: {replicas: 2, env: [{name: A, value: '1'}]}\n";

struct DiffCase {
  const char* name;
  ObjectSides sides;
  Changes expected;
};
class ObjectDiffs : public testing::TestWithParam<DiffCase> {};

TEST_P(ObjectDiffs, TellWhatWouldDiffer) { EXPECT_EQ(DiffObject(GetParam().sides), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(
    All, ObjectDiffs,
    testing::Values(
        DiffCase{"Nothing", {kLive, kLive, kRendered, kRendered}, {}},
        DiffCase{"WhatTheServerKeepsForItself", {kLive, kLive, "", kRendered}, {}},
        DiffCase{"AChangeAndWhatIsRenderedNoMore",
                 {kLive, kDryRun, kFormer, kRendered},
                 {{"spec.replicas", "1", "2"}, {"spec.env.B", "{value: 2}", ""}}},
        DiffCase{"WhatOthersSetStays", {kLive, kDryRun, kRendered, kRendered}, {{"spec.replicas", "1", "2"}}},
        DiffCase{"WhatIsGoneByHandAlready",
                 {R"({"spec": {"env": [{"name": "A", "value": "1"}]}})",
                  R"({"spec": {"env": [{"name": "A", "value": "1"}]}})", kFormer, kRendered},
                 {}},
        // The chart gives what runs need as JSON in a variable: helm chart dagster-user-deployments 1.12.
        DiffCase{
            "JsonInATextIsOpenedAndItsSecretsMasked",
            {R"({"env": [{"name": "C", "value": "{\"env\": [{\"name\": \"DB_PASSWORD\", \"value\": \"a\"}]}"}]})",
             R"({"env": [{"name": "C", "value": "{\"env\": [{\"name\": \"DB_PASSWORD\", \"value\": \"b\"},)"
             R"({\"name\": \"LEVEL\", \"value\": \"{info\"}]}"}]})",
             "", "kind: Deployment\n"},
            {{"env.C.value.env.DB_PASSWORD.value", "***", "***"}, {"env.C.value.env.LEVEL", "", "{value: {info}"}}},
        DiffCase{"DataOfASecretIsMasked",
                 {R"({"kind": "Secret", "data": {"a": "b25l", "gone": "b25l"}})",
                  R"({"kind": "Secret", "data": {"a": "dHdv", "new": "dHdv"}})", "", "kind: Secret\n"},
                 {{"data.a", "***", "***"}, {"data.new", "", "***"}, {"data.gone", "***", ""}}}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::kubernetes
