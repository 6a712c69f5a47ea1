#include "source/git/force_ref.h"

#include <unistd.h>

#include "source/git/handles.h"

namespace dagitops::git {

int ForceRef(git_repository* repository, const std::string& ref, const git_oid& id) {
  ReferencePtr made;
  const auto make = [&](git_reference** out) {
    return git_reference_create(out, repository, ref.c_str(), &id, 1, nullptr);
  };
  const int code = Take(made, make);
  if (code != GIT_ELOCKED) return code;
  unlink((std::string(git_repository_path(repository)) + ref + ".lock").c_str());
  return Take(made, make);
}

}  // namespace dagitops::git
