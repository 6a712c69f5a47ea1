#pragma once

#include <git2.h>

#include <memory>

namespace dagitops::git {

// Owners of libgit2's handles: one alias for each kind that this layer uses.
template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* handle) const {
    Free(handle);
  }
};

using RepositoryPtr = std::unique_ptr<git_repository, Freer<git_repository_free>>;
using OdbPtr = std::unique_ptr<git_odb, Freer<git_odb_free>>;
using OdbObjectPtr = std::unique_ptr<git_odb_object, Freer<git_odb_object_free>>;
using BlobPtr = std::unique_ptr<git_blob, Freer<git_blob_free>>;
using ObjectPtr = std::unique_ptr<git_object, Freer<git_object_free>>;
using CommitPtr = std::unique_ptr<git_commit, Freer<git_commit_free>>;
using TreePtr = std::unique_ptr<git_tree, Freer<git_tree_free>>;
using TreeEntryPtr = std::unique_ptr<git_tree_entry, Freer<git_tree_entry_free>>;
using IndexPtr = std::unique_ptr<git_index, Freer<git_index_free>>;
using ConfigPtr = std::unique_ptr<git_config, Freer<git_config_free>>;
using StatusListPtr = std::unique_ptr<git_status_list, Freer<git_status_list_free>>;
using FilterListPtr = std::unique_ptr<git_filter_list, Freer<git_filter_list_free>>;
using RemotePtr = std::unique_ptr<git_remote, Freer<git_remote_free>>;
using RevwalkPtr = std::unique_ptr<git_revwalk, Freer<git_revwalk_free>>;
using PackBuilderPtr = std::unique_ptr<git_packbuilder, Freer<git_packbuilder_free>>;
using ReferencePtr = std::unique_ptr<git_reference, Freer<git_reference_free>>;

// Calls `make(&raw)` and hands what it made to `owner`; gives back make's code, 0 for success.
template <class Owner, class Make>
int Take(Owner& owner, Make make) {
  typename Owner::pointer raw = nullptr;
  const int code = make(&raw);
  owner.reset(raw);
  return code;
}

}  // namespace dagitops::git
