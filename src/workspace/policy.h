#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dagitops/model/value.h"
#include "dagitops/workspace/repository.h"

#include "workspace/lint_report.h"

namespace dagitops::workspace {

// policy-registry, policy-required, policy-forbidden, policy-owner for one composed location.
// - registries: every image of the entry, those of init and sidecar containers too.
// - require, forbid: dotted keys of the entry, or below `dagitops`. Lists are looked through; a step also matches the
//   item of that `name` (env.REGION, whichever form env has); one that holds dots stands in quotes. An empty text
//   counts as absent where it is required, and of an external location no key of the chart is. A forbidden key is
//   looked for in init and sidecar containers as well.
// - owners: by the fragment's path, below environments/<env>/ too; of several globs that match, the longest counts.
void CheckPolicy(LintReport& report, const Policy& policy);

// True when `image` (with or without tag and digest) is `allowed` itself or below it. Short names are Docker Hub's:
// `dagster/x` is docker.io/dagster/x. Source: distribution/reference, docs of Docker 24.
bool IsFromRegistry(std::string_view image, std::string_view allowed);

// By any of the policy's rules.
bool IsAllowed(std::string_view image, const Policy& policy);

// An image as it is pulled, put together of its parts.
struct FoundImage {
  std::string text;
  Mark mark;
};

// Of every key `image` at any depth.
std::vector<FoundImage> ImagesBelow(const Value& root);

// What is told of an image that is not allowed, and of a key that is forbidden.
Words RegistryWords(std::string_view image, const Policy& policy);
Words ForbiddenWords(const std::string& key);

// `*` and `?` stay within a folder, `**` as a whole step stands for any number of folders, also none.
bool MatchesGlob(std::string_view path, std::string_view glob);

// The values at a dotted key, through lists and by the names of items.
std::vector<const Value*> FindAll(const Value& root, std::string_view dotted);

}  // namespace dagitops::workspace
