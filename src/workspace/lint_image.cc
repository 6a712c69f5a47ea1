#include <algorithm>
#include <cctype>

#include "dagitops/base/text.h"
#include "dagitops/model/scalar.h"

#include "workspace/lint_checks.h"

namespace dagitops::workspace {
namespace {

bool IsSetText(const Value* value) { return value != nullptr && value->is_scalar() && !value->text().empty(); }

bool IsAlnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

// Source: distribution/reference, grammar of a tag (Docker 24).
bool IsTag(std::string_view text) {
  constexpr std::size_t kLongest = 128;
  const auto allowed = [](char c) { return IsAlnum(c) || c == '_' || c == '.' || c == '-'; };
  return !text.empty() && text.size() <= kLongest && text.front() != '.' && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), allowed);
}

// A colon before the last slash is that of a port.
bool HasVersion(std::string_view repository) {
  const std::size_t slash = repository.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? repository : repository.substr(slash);
  return repository.find('@') != std::string_view::npos || name.find(':') != std::string_view::npos;
}

// Put together, the parts must mean what they seem to mean: a `tag: "443/x/y"` would make a port of itself.
void CheckReference(LintReport& report, const Value& image) {
  const Value* repository = image.Find("repository");
  if (IsSetText(repository) && HasVersion(repository->text())) {
    report.Tell("bad-image", repository->mark(),
                {"the repository " + Quoted(Shorten(repository->text(), 120)), "a repository without tag and digest",
                 "write them as `tag` and `digest`"});
  }
  const Value* tag = image.Find("tag");
  if (!IsSetText(tag) || IsTag(tag->text())) return;
  report.Tell("bad-image", tag->mark(),
              {"the tag " + Quoted(Shorten(tag->text(), 60)),
               "at most 128 letters, digits, `_`, `.` and `-`, not starting with `.` or `-`", "correct the tag"});
}

// How Helm reads a tag without quotes, where that is not the text that was written.
const char* TagTrouble(ScalarType type) {
  switch (type) {
    case ScalarType::kBool:
      return "the boolean ";
    case ScalarType::kOddInteger:
    case ScalarType::kFloat:
      return "the number ";
    default:
      return nullptr;
  }
}

void CheckTag(LintReport& report, const Value& tag) {
  const std::string& text = tag.text();
  const ScalarType type = tag.quoted() ? ScalarType::kString : ResolveScalar(text);
  const bool base60 = text.find(':') != std::string::npos;  // a text for Helm
  const char* trouble = TagTrouble(type);
  const std::string fix = "write " + Quoted(Shorten(text, 60));
  if (trouble != nullptr && !base60) {
    report.Tell("image-tag-number", tag.mark(), {trouble + Shorten(text, 60) + " at `image.tag`", "a string", fix});
  } else if (type == ScalarType::kInteger) {
    report.Tell("integer-tag", tag.mark(), {"the number " + text + " at `image.tag`", "a string", fix});
  } else if (text == "latest") {
    report.Tell("latest-tag", tag.mark(),
                {"the tag latest", "a tag that names one build",
                 "write the tag of a build: a new image under an old tag is not noticed and not rolled back"});
  }
}

void CheckPresence(LintReport& report, const Value& image, bool has_digest) {
  if (IsSetText(image.Find("tag")) || has_digest || !IsSetText(image.Find("repository"))) return;
  report.Tell(
      "missing-tag", image.Find("repository")->mark(),
      {"no `image.tag`", "a tag that names one build", "add image.tag: the chart falls back to its own version"});
}

}  // namespace

void CheckImage(LintReport& report, bool chart_reads_digest) {
  const Value* image = report.input().entry.Find("image");
  if (image == nullptr || !image->is_mapping()) return;
  const Value* digest = image->Find("digest");
  const bool has_digest = IsSetText(digest);
  CheckReference(report, *image);
  if (const Value* tag = image->Find("tag"); IsSetText(tag)) CheckTag(report, *tag);
  CheckPresence(report, *image, has_digest && chart_reads_digest);
  if (!has_digest || chart_reads_digest) return;
  report.Tell("image-digest-ignored", digest->mark(),
              {"`image.digest`", "a chart of version 1.12 or later, which reads it",
               "name the build by image.tag, or upgrade the chart"});
}

void CheckContainerImages(LintReport& report) {
  for (const char* list : {"initContainers", "sidecarContainers"}) {
    const Value* containers = report.input().entry.Find(list);
    if (containers == nullptr) continue;
    for (const Value& container : containers->items()) {
      if (const Value* image = container.Find("image")) CheckReference(report, *image);
    }
  }
}

void CheckCodeServer(LintReport& report) {
  const Value* arguments = report.input().entry.Find("codeServerArgs");
  if (arguments == nullptr || arguments->items().empty()) return;
  const Value* others = report.input().entry.Find("dagsterApiGrpcArgs");
  if (others != nullptr && !others->items().empty()) {
    // The chart's template asks for dagsterApiGrpcArgs first (1.10.5 and 1.12.19, deployment-user.yaml).
    report.Tell(
        "two-servers", arguments->mark(),
        {"`codeServerArgs` beside `dagsterApiGrpcArgs`", "one of the two", "remove codeServerArgs, which is not used"});
    return;
  }
  report.Tell("code-server-args", arguments->mark(),
              {"`codeServerArgs`", "`dagsterApiGrpcArgs`, or `dagitops.codeSource`",
               "use those: this server stays Ready with broken code, and imports its code anew at each reload"});
}

void CheckExternal(LintReport& report) {
  const Value* external = report.input().block.Find("external");
  const Value* local = report.input().block.Find("local");
  if (external == nullptr || local == nullptr || !external->is_mapping() || !local->is_mapping()) return;
  report.Tell("external-and-local", local->mark(),
              {"`dagitops.local` beside `dagitops.external`", "one of the two",
               "remove `local`, which is not used: the external server is published, and nothing is run here"});
}

}  // namespace dagitops::workspace
