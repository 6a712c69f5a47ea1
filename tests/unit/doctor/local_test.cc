#include <gmock/gmock.h>

#include "support/case_name.h"
#include "unit/doctor/examined.h"

namespace dagitops::doctor {
namespace {

using Case = Broken<LocalFacts>;

class Local : public testing::TestWithParam<Case> {};

TEST_P(Local, IsTold) {
  LocalFacts facts = GoodMachine();
  GetParam().breaks(facts);
  EXPECT_THAT(Findings(ExamineLocal(facts)), testing::ElementsAreArray(GetParam().findings));
}

constexpr char kTaken[] =
    "error port-taken | webserver http://127.0.0.1:3000 | something answers there, and no dagitops serves from this "
    "state folder "
    "| a free port | environments: {production: {dagster: {webserver: {port: 3001}}}}  # settings";

INSTANTIATE_TEST_SUITE_P(
    Broken, Local,
    testing::Values(
        Case{"Good", [](LocalFacts&) {}, {}},
        Case{"Python",
             [](LocalFacts& facts) {
               facts.preflight = Failure("dagster-missing", "python3 -m pip install dagster");
               facts.imported.reset();
             },
             {"error dagster-missing | interpreter python3 | it failed | a Python with dagster and "
              "dagster-webserver, 1.10 or "
              "newer | python3 -m pip install dagster",
              "skipped dagster | import dagster, by python3 | the interpreter is not right"}},
        Case{"NotImportable",
             [](LocalFacts& facts) { facts.imported = Failure("python-failed"); },
             {"error dagster-not-importable | import dagster, by python3 | it failed | a dagster that can "
              "be imported | python3 -m "
              "pip install --force-reinstall dagster dagster-webserver"}},
        Case{"Home",
             [](LocalFacts& facts) { facts.home_folder = Failure("folder-unwritable"); },
             {"error folder-unwritable | DAGSTER_HOME /srv/dagster | it failed | a folder that this "
              "user may write to | "
              "environments: {production: {dagster: {home: /var/lib/dagster}}}  # settings"}},
        Case{"RuntimeFolder",
             [](LocalFacts& facts) { facts.runtime_folder = Failure("folder-unwritable"); },
             {"error folder-unwritable | runtime folder /run/dagitops | it failed | a folder that this user may write "
              "to | "
              "environments: {production: {local_process: {runtimeDir: /run/user/1000/dagitops}}}  # settings"}},
        Case{"ADagsterAtOurPort",
             [](LocalFacts& facts) {
               facts.webserver = DagsterInstance{"1.13.27", "", {}};
             },
             {kTaken}},
        Case{"SomethingAtOurPort",
             [](LocalFacts& facts) { facts.webserver = Failure("webserver-wrong-url"); },
             {kTaken}},
        Case{"SomethingSilentAtOurPort",
             [](LocalFacts& facts) {
               facts.webserver = Error{ErrorKind::kRetry, "http-timeout", "", "no answer", ""};
             },
             {kTaken}},
        Case{"Serving",
             [](LocalFacts& facts) {
               facts.serving = true;
               facts.webserver = DagsterInstance{"1.13.27", "", {}};
             },
             {}},
        Case{"ServingWithoutAWebserver",
             [](LocalFacts& facts) { facts.serving = true; },
             {"error http-refused | webserver http://127.0.0.1:3000 | could not connect | an answer by "
              "GraphQL | dagitops status  # "
              "what became of it, and where its log is"}},
        Case{"SomebodyElsesIsDown",
             [](LocalFacts& facts) { facts.starts_webserver = false; },
             {"error http-refused | webserver http://127.0.0.1:3000 | could not connect | an answer by "
              "GraphQL | environments: "
              "{production: {dagster: {webserver: {url: http://127.0.0.1:3000}}}}  # settings"}},
        Case{"NoneIsAsked", [](LocalFacts& facts) { facts.webserver.reset(); }, {}}),
    support::CaseName{});

}  // namespace
}  // namespace dagitops::doctor
