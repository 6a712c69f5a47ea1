#include "dagitops/doctor/examine.h"

#include "doctor/checks.h"
#include "doctor/composed.h"

namespace dagitops::doctor {
namespace {

constexpr char kNobody[] = "http-refused";  // http/curl_http_client.h: nobody listens

std::string Setting(const LocalFacts& facts, const std::string& line) {
  return "environments: {" + facts.environment + ": {" + line + "}}  # settings";
}

Check Python(const LocalFacts& facts) {
  const std::string where = "interpreter " + facts.python;
  if (!facts.preflight) {
    return Failed(facts.preflight.error(), where, "a Python with dagster and dagster-webserver, 1.10 or newer");
  }
  return Fine("python", where, "has what is needed");
}

Check Imported(const LocalFacts& facts) {
  const std::string where = "import dagster, by " + facts.python;
  if (!facts.imported) return NotLookedAt("dagster", where, "the interpreter is not right");
  if (*facts.imported) return Fine("dagster", where, **facts.imported);
  Check check = Failed(facts.imported->error(), where, "a dagster that can be imported",
                       {facts.python + " -m pip install --force-reinstall dagster dagster-webserver"});
  check.code = "dagster-not-importable";
  return check;
}

Check Folder(const LocalFacts& facts, const Fact<bool>& folder, const std::string& where, const std::string& setting) {
  if (!folder) return NotLookedAt("folder", where, "not looked at");
  if (*folder) return Fine("folder", where, **folder ? "may be written" : "will be made");
  return Failed(folder->error(), where, "a folder that this user may write to", {Setting(facts, setting)});
}

// While nobody serves here, whoever answers at our port is in the way; while somebody does, it is our own.
Check Port(const LocalFacts& facts) {
  const Result<DagsterInstance>& answer = *facts.webserver;
  const std::string where = "webserver " + facts.webserver_url;
  const bool somebody = answer || answer.error().code != kNobody;
  if (facts.starts_webserver && !facts.serving) {
    if (!somebody) return Fine("webserver", where, "the port is free");
    return {Level::kError, "port-taken",
            where,         "something answers there, and no dagitops serves from this state folder",
            "a free port", {Setting(facts, "dagster: {webserver: {port: 3001}}")}};
  }
  if (answer) return Fine("webserver", where, "GraphQL of Dagster " + answer->version);
  return Failed(answer.error(), where, "an answer by GraphQL",
                {facts.starts_webserver ? "dagitops status  # what became of it, and where its log is"
                                        : Setting(facts, "dagster: {webserver: {url: http://127.0.0.1:3000}}")});
}

}  // namespace

Section ExamineLocal(const LocalFacts& facts) {
  Section section{facts.environment, "local_process", {}, {}};
  section.checks = {
      ComposedCheck(facts.environment, facts.composed), Python(facts), Imported(facts),
      Folder(facts, facts.home_folder, "DAGSTER_HOME " + facts.dagster_home, "dagster: {home: /var/lib/dagster}"),
      Folder(facts, facts.runtime_folder, "runtime folder " + facts.runtime_dir,
             "local_process: {runtimeDir: /run/user/1000/dagitops}")};
  if (facts.webserver) section.checks.push_back(Port(facts));
  return section;
}

}  // namespace dagitops::doctor
