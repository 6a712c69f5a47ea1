#include "workspace/policy.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "dagitops/base/text.h"
#include "dagitops/schema/key_steps.h"

namespace dagitops::workspace {
namespace {

bool IsDomain(std::string_view first) {
  return first.find_first_of(".:") != std::string_view::npos || first == "localhost";
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

// Without "@sha256:..." and without the ":tag" behind the last slash.
std::string_view WithoutVersion(std::string_view image) {
  image = image.substr(0, image.find('@'));
  const std::size_t slash = image.rfind('/');
  const std::size_t colon = image.find(':', slash == std::string_view::npos ? 0 : slash);
  return image.substr(0, colon);
}

// "dagster/x" -> "docker.io/dagster/x", "busybox" -> "docker.io/library/busybox", with the domain in lower case.
std::string FullImage(std::string_view image) {
  image = WithoutVersion(Trim(image));
  const std::size_t slash = image.find('/');
  if (slash == std::string_view::npos) return "docker.io/library/" + std::string(image);
  std::string domain = Lower(image.substr(0, slash));
  if (!IsDomain(domain)) return "docker.io/" + std::string(image);
  if (domain == "index.docker.io" || domain == "registry-1.docker.io") domain = "docker.io";
  const std::string path(image.substr(slash + 1));
  const bool official = domain == "docker.io" && path.find('/') == std::string::npos;
  return domain + (official ? "/library/" : "/") + path;
}

// A rule may name a registry as a whole; its first part is a domain then.
std::string FullRule(std::string_view rule) {
  rule = Trim(rule);
  while (rule.ends_with('/')) rule.remove_suffix(1);
  const std::size_t slash = rule.find('/');
  std::string domain = Lower(rule.substr(0, slash));
  if (!IsDomain(domain)) return "docker.io/" + std::string(rule);
  if (domain == "index.docker.io" || domain == "registry-1.docker.io") domain = "docker.io";
  return slash == std::string_view::npos ? domain : domain + std::string(rule.substr(slash));
}

bool MatchesStep(std::string_view text, std::string_view pattern) {
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {  // each round moves t on, or star_text
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++t;
      ++p;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(p), pattern.end(), [](char c) { return c == '*'; });
}

using Steps = std::vector<schema::KeyStep>;

void Collect(const Value& value, const Steps& steps, std::size_t step, std::vector<const Value*>& found) {
  if (step == steps.size()) {
    if (!value.is_null() && std::find(found.begin(), found.end(), &value) == found.end()) found.push_back(&value);
    return;
  }
  for (const Value& item : value.items()) {
    const Value* name = item.Find("name");
    // A name may be that of a key as well: `{name: secret, secret: {...}}`.
    if (name != nullptr && name->text() == steps[step].text) Collect(item, steps, step + 1, found);
    Collect(item, steps, step, found);
  }
  if (const Value* below = value.Find(steps[step].text)) Collect(*below, steps, step + 1, found);
}

// By parts, put together as the chart does it: what the parts say must hold for the whole.
std::string Reference(const Value& image, const std::string& repository) {
  std::string reference = repository;
  for (const auto& [key, separator] : {std::pair("tag", ':'), std::pair("digest", '@')}) {
    const Value* part = image.Find(key);
    if (part != nullptr && !part->text().empty()) reference += separator + part->text();
  }
  return reference;
}

// A container's image: a text, or by parts.
void AddImage(const Value* image, std::vector<FoundImage>& images) {
  if (image == nullptr) return;
  if (image->is_scalar()) images.push_back({image->text(), image->mark()});
  const Value* repository = image->Find("repository");
  if (repository != nullptr && repository->is_scalar())
    images.push_back({Reference(*image, repository->text()), repository->mark()});
}

constexpr const char* kContainerLists[] = {"initContainers", "sidecarContainers"};

std::vector<FoundImage> Images(const Value& entry) {
  std::vector<FoundImage> images;
  AddImage(entry.Find("image"), images);
  for (const char* list : kContainerLists) {
    const Value* containers = entry.Find(list);
    if (containers == nullptr) continue;
    for (const Value& container : containers->items()) AddImage(container.Find("image"), images);
  }
  return images;
}

void CheckRegistries(LintReport& report, const Policy& policy) {
  if (policy.registries.empty()) return;
  for (const FoundImage& image : Images(report.input().entry)) {
    if (!IsAllowed(image.text, policy)) report.Tell("policy-registry", image.mark, RegistryWords(image.text, policy));
  }
}

void CollectImages(const Value& value, std::vector<FoundImage>& images) {
  for (const Value::Member& member : value.members()) {
    if (member.key == "image") AddImage(&member.value, images);
    CollectImages(member.value, images);
  }
  for (const Value& item : value.items()) CollectImages(item, images);
}

constexpr std::string_view kBlock = "dagitops.";

std::vector<const Value*> FindInLocation(const LintInput& input, const std::string& dotted) {
  if (dotted.starts_with(kBlock)) return FindAll(input.block, std::string_view(dotted).substr(kBlock.size()));
  return FindAll(input.entry, dotted);
}

bool IsEmptyText(const Value* value) { return value->is_scalar() && value->text().empty(); }

// The chart runs nothing for a server elsewhere, so that keys of the chart say nothing there.
bool IsRequiredOf(const LintInput& input, const std::string& key) {
  return input.block.Find("external") == nullptr || key.starts_with(kBlock);
}

void CheckRequired(LintReport& report, const Policy& policy) {
  for (const std::string& key : policy.require) {
    if (!IsRequiredOf(report.input(), key)) continue;
    const std::vector<const Value*> found = FindInLocation(report.input(), key);
    if (!std::all_of(found.begin(), found.end(), IsEmptyText)) continue;
    report.TellAt("policy-required", report.File(),
                  {(found.empty() ? "no `" : "an empty `") + key + "`",
                   "that key, which policy.require in dagitops.yaml asks for", "add " + key});
  }
}

void CheckForbidden(LintReport& report, const Policy& policy) {
  const Value& entry = report.input().entry;
  for (const std::string& key : policy.forbid) {
    std::vector<const Value*> found = FindInLocation(report.input(), key);
    for (const char* list : kContainerLists) {
      const Value* containers = entry.Find(list);
      if (containers == nullptr) continue;
      for (const Value& container : containers->items()) {
        for (const Value* inside : FindAll(container, key)) found.push_back(inside);
      }
    }
    for (const Value* value : found) {
      report.Tell("policy-forbidden", value->mark(), ForbiddenWords(key));
    }
  }
}

// The path as policy knows it: an environment's own folder counts like the one above all of them.
std::string PolicyPath(const std::string& path) {
  const std::vector<std::string> parts = Split(path, '/');
  if (parts.size() < 3 || parts[0] != "environments") return path;
  return path.substr(parts[0].size() + parts[1].size() + 2);
}

void CheckOwner(LintReport& report, const Policy& policy) {
  const std::string path = PolicyPath(report.File().file);
  const std::pair<const std::string, std::string>* rule = nullptr;
  for (const auto& candidate : policy.owners) {
    const bool longer = rule == nullptr || candidate.first.size() > rule->first.size();
    if (longer && MatchesGlob(path, candidate.first)) rule = &candidate;
  }
  if (rule == nullptr) return;
  const Value* owner = report.input().block.Find("owner");
  if (owner != nullptr && owner->text() == rule->second) return;
  const Position place = owner == nullptr ? report.File() : report.Place(owner->mark());
  report.TellAt("policy-owner", place,
                {owner == nullptr ? "no `dagitops.owner`" : "the owner " + Quoted(Shorten(owner->text(), 80)),
                 rule->second + ", whom policy.owners gives " + rule->first,
                 "write `owner: " + rule->second + "` below `dagitops`, or move the file"});
}

}  // namespace

bool IsFromRegistry(std::string_view image, std::string_view allowed) {
  const std::string full = FullImage(image);
  const std::string rule = FullRule(allowed);
  return full == rule || (full.starts_with(rule) && full[rule.size()] == '/');
}

bool IsAllowed(std::string_view image, const Policy& policy) {
  return std::any_of(policy.registries.begin(), policy.registries.end(),
                     [&](const std::string& rule) { return IsFromRegistry(image, rule); });
}

std::vector<FoundImage> ImagesBelow(const Value& root) {
  std::vector<FoundImage> images;
  CollectImages(root, images);
  return images;
}

Words RegistryWords(std::string_view image, const Policy& policy) {
  return {"the image " + Quoted(Shorten(image, 120)), "one below " + Join(policy.registries, ", "),
          "push it there, or have policy.registries in dagitops.yaml changed"};
}

Words ForbiddenWords(const std::string& key) {
  return {"the key `" + key + "`", "no such key, which policy.forbid in dagitops.yaml says", "remove it"};
}

bool MatchesGlob(std::string_view path, std::string_view glob) {
  const std::vector<std::string> names = Split(path, '/');
  const std::vector<std::string> steps = Split(glob, '/');
  // reached[n]: the steps so far match the first n names.
  std::vector<bool> reached(names.size() + 1, false);
  reached[0] = true;
  for (const std::string& step : steps) {
    std::vector<bool> next(names.size() + 1, false);
    for (std::size_t n = 0; n <= names.size(); ++n) {
      if (step == "**") {
        next[n] = reached[n] || (n > 0 && next[n - 1]);
      } else if (n > 0) {
        next[n] = reached[n - 1] && MatchesStep(names[n - 1], step);
      }
    }
    reached = std::move(next);
  }
  return reached[names.size()];
}

std::vector<const Value*> FindAll(const Value& root, std::string_view dotted) {
  std::vector<const Value*> found;
  Collect(root, schema::SplitKey(dotted), 0, found);
  return found;
}

void CheckPolicy(LintReport& report, const Policy& policy) {
  CheckRegistries(report, policy);
  CheckRequired(report, policy);
  CheckForbidden(report, policy);
  CheckOwner(report, policy);
}

}  // namespace dagitops::workspace
