#include "dagitops/workspace/lint_codes.h"

#include <algorithm>
#include <array>

namespace dagitops::workspace {
namespace {

constexpr Severity kFault = Severity::kFault;
constexpr Severity kWarning = Severity::kWarning;

// Sorted by code.
constexpr auto kCodes = std::to_array<LintCode>({
    {"bad-duration", kFault, "a duration that cannot be read"},
    {"bad-environment-name", kFault, "the name of an environment is no DNS label"},
    {"bad-image", kFault, "a repository or tag that is no such part of an image's name"},
    {"bad-name", kFault, "the name of a location is no DNS label of at most 63 characters"},
    {"bad-path", kFault, "a path that leaves the repository"},
    {"code-server-args", kWarning, "codeServerArgs: the server stays up when its code is broken"},
    {"code-source", kFault, "codeSource does not name exactly one source"},
    {"code-source-and-args", kFault, "codeSource and arguments of the server at once"},
    {"deprecated-key", kWarning, "a key that has been replaced by another"},
    {"duplicate-item", kFault, "two items of the same name in one list"},
    {"duplicate-key", kFault, "the same key twice in one mapping"},
    {"duplicate-location", kFault, "two locations that Dagster would show under one name"},
    {"duplicate-overlay", kFault, "two overlays of one name in an environment"},
    {"duplicate-service", kFault, "two locations with the same name of Service and Deployment"},
    {"env-two-sources", kFault, "a variable with both value and valueFrom"},
    {"external-address", kFault, "an external server without exactly one of port and socket"},
    {"external-and-local", kWarning, "dagitops.local beside dagitops.external: only the latter is used"},
    {"file-too-large", kFault, "a file that is too large to be read"},
    {"fullname-override", kFault, "fullnameOverride where each location has a release of its own"},
    {"ignore-without-reason", kWarning, "an entry of lint.ignore without a reason: it has no effect"},
    {"ignored-fault", kWarning, "lint.ignore names a fault: faults cannot be ignored"},
    {"image-digest-ignored", kWarning, "image.digest, which charts of this version do not read"},
    {"image-tag-number", kFault, "an unquoted tag that Helm would read as another text"},
    {"integer-tag", kWarning, "a tag of digits alone, without quotes"},
    {"item-without-name", kFault, "an item without a name in a list that layers merge by name"},
    {"key-not-string", kFault, "a key that is no text"},
    {"latest-tag", kWarning, "an image with the tag latest"},
    {"local-path-missing", kWarning, "dagitops.local names a folder or file that the repository does not have"},
    {"merge-key", kFault, "the merge key <<"},
    {"misplaced-key", kFault, "a key that belongs into another file"},
    {"missing-tag", kWarning, "an image without tag and digest"},
    {"mixed-env", kFault, "env as a mapping on one layer and as a list on another"},
    {"newer-schema", kFault, "a schemaVersion that this dagitops does not know"},
    {"no-code-source", kWarning, "nothing says where the definitions are"},
    {"no-environment", kFault, "dagitops.yaml names no environment"},
    {"no-repository-file", kFault, "there is no dagitops.yaml"},
    {"not-a-folder", kFault, "a file where a folder of the repository is expected"},
    {"not-a-mapping", kFault, "a file that is no mapping at its top"},
    {"odd-integer", kFault, "a number in a notation that readers take for different numbers"},
    {"overlay-without-fragment", kWarning, "an overlay with faults that belongs to no fragment"},
    {"patch-without-target", kWarning, "$patch: delete of an item that no lower layer has"},
    {"policy-forbidden", kFault, "a key that policy forbids"},
    {"policy-key", kFault, "a rule of policy for a key that no location can have"},
    {"policy-owner", kFault, "another owner than policy asks for at this path"},
    {"policy-registry", kFault, "an image from a registry that policy does not list"},
    {"policy-required", kFault, "a key that policy requires is not set"},
    {"relative-env-file", kFault, "dagitops.local.envFile is no absolute path"},
    {"renamed-location", kWarning, "a location that was renamed: its schedules and sensors start anew"},
    {"schema-fault", kFault, "a value of the wrong type, a missing key, or a word that is not allowed here"},
    {"secret-in-env", kWarning, "a variable in plain text that looks like a secret"},
    {"several-documents", kFault, "more than one YAML document in a file"},
    {"submodule-file", kFault, "a submodule where a file is expected"},
    {"symlink-file", kFault, "a symbolic link where a file is expected"},
    {"two-servers", kWarning, "codeServerArgs beside dagsterApiGrpcArgs: only the latter are used"},
    {"unknown-environment", kFault, "an environment that dagitops.yaml does not name"},
    {"unknown-ignore", kWarning, "lint.ignore names a code that does not exist"},
    {"unknown-key", kWarning, "a key that nothing reads"},
    {"unknown-patch", kFault, "$patch with another word than delete, or in the wrong place"},
    {"unknown-setting", kFault, "a key in dagitops.yaml that does not exist"},
    {"unquoted-scalar", kFault, "a number, boolean or the like where only text is allowed"},
    {"unused-file", kWarning, "a file that nothing reads"},
    {"wrong-extension", kFault, "a file that ends in .yml"},
    {"yaml-limits", kFault, "a file that is nested too deep or grows too large"},
    {"yaml-syntax", kFault, "a file that is no YAML"},
    {"yaml-tag", kFault, "an explicit YAML tag"},
});

constexpr bool IsSorted() {
  return std::is_sorted(kCodes.begin(), kCodes.end(),
                        [](const LintCode& a, const LintCode& b) { return a.code < b.code; });
}
static_assert(IsSorted());

}  // namespace

std::span<const LintCode> LintCodes() { return kCodes; }

const LintCode* FindLintCode(std::string_view code) {
  const auto* const found =
      std::lower_bound(kCodes.begin(), kCodes.end(), code,
                       [](const LintCode& row, std::string_view wanted) { return row.code < wanted; });
  return found != kCodes.end() && found->code == code ? found : nullptr;
}

}  // namespace dagitops::workspace
