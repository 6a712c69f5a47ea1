#include "dagitops/doctor/examine.h"

#include "doctor/cluster.h"
#include "doctor/composed.h"

namespace dagitops::doctor {

Section ExamineKubernetes(const KubernetesFacts& facts) {
  Section section{facts.environment, "kubernetes", {}, {}};
  Checks& checks = section.checks;
  checks.push_back(ComposedCheck(facts.environment, facts.composed));
  AddPolicy(facts, checks);
  AddCluster(facts, checks);
  AddHelm(facts, checks);
  AddPods(facts, checks);
  AddVersions(facts, checks);
  if (facts.rights && *facts.rights) section.rights = **facts.rights;
  return section;
}

}  // namespace dagitops::doctor
