#pragma once

#include "dagitops/doctor/check.h"
#include "dagitops/doctor/facts.h"

namespace dagitops::doctor {

// The oldest Kubernetes whose API is known to be enough, and the helm that is. helm 3.17 has --take-ownership, which
// the take-over of an install needs (https://github.com/helm/helm/releases/tag/v3.17.0); all else that is used
// (--labels of 3.13,
// --skip-schema-validation of 3.16) is older. Proven by the tests: Kubernetes 1.34, helm 3.19 and 4.3.
inline constexpr char kOldestKubernetes[] = "1.25";
inline constexpr char kOldestHelm[] = "3.17.0";
inline constexpr char kFirstUnprovenHelm[] = "5.0.0";

// What the facts mean. Each is a pure function; the checks come in the order they are to be read in. Every code and
// what to do about it: docs/doctor.md.
Section ExamineMachine(const MachineFacts& facts);
Section ExamineKubernetes(const KubernetesFacts& facts);
Section ExamineLocal(const LocalFacts& facts);

// A report of nothing but that the settings could not be read.
Report SettingsUnreadable(const Error& error);

}  // namespace dagitops::doctor
