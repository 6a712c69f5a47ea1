#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "dagitops/base/text.h"
#include "dagitops/source/git/git_source.h"

#include "support/temp_dir.h"
#include "support/temp_git_repo.h"

namespace dagitops::support {

// A remote repository and a state folder; sources between the two fetch by the helper program.
class GitSourceTest : public ::testing::Test {
 protected:
  static constexpr Duration kDeadline{30'000};

  git::GitSettings Settings() const {
    git::GitSettings settings;
    settings.remote = remote_.path();
    settings.branch = "main";
    settings.mirror_dir = state_ / "git";
    settings.fetch_command = {DAGITOPS_FETCH_HELPER};
    return settings;
  }

  static std::unique_ptr<git::RepositorySource> Open(const git::GitSettings& settings) {
    auto source = git::OpenGitSource(settings);
    if (!source) throw std::runtime_error(source.error().Text());
    return std::move(*source);
  }
  std::unique_ptr<git::RepositorySource> Open() const { return Open(Settings()); }

  static BranchHead MustFetch(git::RepositorySource& source) {
    const auto head = source.Fetch(kDeadline);
    if (!head) throw std::runtime_error(head.error().code + ": " + head.error().Text());
    return *head;
  }

  static std::vector<std::string> Paths(git::RepositorySource& source, const Revision& revision) {
    const auto tree = source.ReadTree(revision, {});
    if (!tree) throw std::runtime_error(tree.error().code + ": " + tree.error().Text());
    std::vector<std::string> paths;
    for (const auto& file : tree->files) paths.push_back(file->path);
    return paths;
  }

  std::string mirror() const { return state_ / "git/mirror.git"; }

  // What `git fsck` finds wrong with the mirror; "" when it is sound.
  std::string Fsck() {
    std::string faults;
    for (const std::string& line :
         Split(remote_.Git({"--git-dir", mirror(), "fsck", "--strict", "--no-dangling"}), '\n')) {
      if (!line.empty() && !line.starts_with("notice:")) faults += line + "\n";
    }
    return faults;
  }

  TempGitRepo remote_;
  TempDir state_;
};

}  // namespace dagitops::support
