#include "source/git/history_commits.h"

#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>

#include <chrono>

#include "source/git/library.h"
#include "source/git/revisions.h"

namespace dagitops::git {
namespace {

using SignaturePtr = std::unique_ptr<git_signature, Freer<git_signature_free>>;

constexpr char kAuthor[] = "dagitops";
constexpr char kMail[] = "dagitops@localhost";
constexpr int kMemoryFirst = 1000;  // priority: new objects go there

Error Unwritable(const std::string& repository) {
  return LibraryError(ErrorKind::kRetry, "history-unwritable", repository, "could not write a record");
}

Error Unreadable(git_repository* repository) {
  return LibraryError(ErrorKind::kRetry, "git-object-unreadable", git_repository_path(repository),
                      "could not read the history");
}

Error NoRecord(git_repository* repository, const git_oid& commit, const std::string& what) {
  return Error{ErrorKind::kInvalid, "history-unknown", git_repository_path(repository),
               "commit " + Hex(commit).substr(0, 8) + " has no " + what, "see `dagitops history`"};
}

// A handle of its own whose new objects stay in memory, so that only those that are new reach the disk, in one file.
class Draft {
 public:
  int Open(const std::string& path) {
    git_odb_backend* memory = nullptr;
    int code = Take(repository_, [&](git_repository** out) { return git_repository_open_bare(out, path.c_str()); });
    if (code == 0) code = Take(odb_, [&](git_odb** out) { return git_repository_odb(out, repository_.get()); });
    if (code == 0) code = git_mempack_new(&memory);
    return code == 0 ? git_odb_add_backend(odb_.get(), memory, kMemoryFirst) : code;
  }

  git_repository* repository() const { return repository_.get(); }

  // Everything that the commit reaches and its parent does not, as one pack.
  int Save(const git_oid& commit, const git_oid* parent) {
    RevwalkPtr walk;
    PackBuilderPtr builder;
    int code = Take(walk, [&](git_revwalk** out) { return git_revwalk_new(out, repository_.get()); });
    if (code == 0) code = git_revwalk_push(walk.get(), &commit);
    if (code == 0 && parent != nullptr) code = git_revwalk_hide(walk.get(), parent);
    if (code == 0)
      code = Take(builder, [&](git_packbuilder** out) { return git_packbuilder_new(out, repository_.get()); });
    if (code == 0) code = git_packbuilder_insert_walk(builder.get(), walk.get());
    const std::string folder = std::string(git_repository_path(repository_.get())) + "objects/pack";
    return code == 0 ? git_packbuilder_write(builder.get(), folder.c_str(), 0, nullptr, nullptr) : code;
  }

 private:
  RepositoryPtr repository_;
  OdbPtr odb_;
};

int WriteTree(git_repository* repository, const HistoryFiles& files, git_oid* tree) {
  IndexPtr index;
  int code = Take(index, [](git_index** out) { return git_index_new(out); });
  for (const auto& [path, text] : files) {
    git_index_entry entry{};
    entry.mode = GIT_FILEMODE_BLOB;
    entry.path = path.c_str();
    if (code == 0) code = git_blob_create_from_buffer(&entry.id, repository, text.data(), text.size());
    if (code == 0) code = git_index_add(index.get(), &entry);
  }
  return code == 0 ? git_index_write_tree_to(tree, index.get(), repository) : code;
}

struct CommitParts {
  const git_signature* by;
  const git_tree* tree;
  const char* message;
};

int WriteCommit(git_repository* repository, const CommitParts& parts, const git_oid* parent, git_oid* id) {
  CommitPtr before;
  if (parent != nullptr) {
    const int code = Take(before, [&](git_commit** out) { return git_commit_lookup(out, repository, parent); });
    if (code != 0) return code;
  }
  const git_commit* parents[] = {before.get()};
  return git_commit_create(id, repository, nullptr, parts.by, parts.by, "UTF-8", parts.message, parts.tree,
                           parent == nullptr ? 0 : 1, parents);
}

Result<TreePtr> TreeOf(git_repository* repository, const git_oid& id) {
  DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit({repository, git_repository_path(repository)}, id));
  TreePtr tree;
  if (Take(tree, [&](git_tree** out) { return git_commit_tree(out, commit.get()); }) != 0)
    return Unreadable(repository);
  return tree;
}

struct Collected {
  git_repository* repository;
  HistoryFiles files;
};

int Collect(const char* folder, const git_tree_entry* entry, void* payload) {
  auto& collected = *static_cast<Collected*>(payload);
  if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB) return 0;
  BlobPtr blob;
  const git_oid* id = git_tree_entry_id(entry);
  const int code = Take(blob, [&](git_blob** out) { return git_blob_lookup(out, collected.repository, id); });
  if (code != 0) return code;
  const auto* bytes = static_cast<const char*>(git_blob_rawcontent(blob.get()));
  collected.files[std::string(folder) + git_tree_entry_name(entry)] =
      std::string(bytes, static_cast<std::size_t>(git_blob_rawsize(blob.get())));
  return 0;
}

Status ReadOne(git_repository* repository, const git_tree* tree, const std::string& path, HistoryFiles& files) {
  TreeEntryPtr entry;
  BlobPtr blob;
  if (Take(entry, [&](git_tree_entry** out) { return git_tree_entry_bypath(out, tree, path.c_str()); }) != 0)
    return Ok();
  const git_oid* id = git_tree_entry_id(entry.get());
  if (Take(blob, [&](git_blob** out) { return git_blob_lookup(out, repository, id); }) != 0) {
    return Unreadable(repository);
  }
  files[path] = std::string(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                            static_cast<std::size_t>(git_blob_rawsize(blob.get())));
  return Ok();
}

// Whether a commit would only say again what `base` says.
bool SaysTheSame(git_repository* repository, const git_oid& commit, const git_oid& base) {
  const auto a = ReadEntry(repository, commit);
  const auto b = ReadEntry(repository, base);
  return a && b && !a->key.empty() && a->key == b->key;
}

}  // namespace

Result<git_oid> WriteRecord(const std::string& repository, const HistoryRecord& record, const git_oid* parent,
                            WallTime now) {
  Draft draft;
  git_oid tree_id;
  git_oid id;
  TreePtr tree;
  SignaturePtr by;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  const std::string message = HistoryMessage(record);
  int code = draft.Open(repository);
  if (code == 0) code = WriteTree(draft.repository(), record.files, &tree_id);
  if (code == 0) code = Take(tree, [&](git_tree** out) { return git_tree_lookup(out, draft.repository(), &tree_id); });
  if (code == 0)
    code = Take(by, [&](git_signature** out) { return git_signature_new(out, kAuthor, kMail, seconds, 0); });
  if (code == 0) code = WriteCommit(draft.repository(), {by.get(), tree.get(), message.c_str()}, parent, &id);
  if (code == 0) code = draft.Save(id, parent);
  if (code != 0) return Unwritable(repository);
  return id;
}

Result<HistoryEntry> ReadEntry(git_repository* repository, const git_oid& id) {
  DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit({repository, git_repository_path(repository)}, id));
  const char* message = git_commit_message(commit.get());
  HistoryEntry entry = ReadHistoryMessage(message == nullptr ? "" : message);
  entry.subject = Printable(entry.subject);
  entry.commit = Hex(id);
  entry.time = git_commit_time(commit.get());
  return entry;
}

Result<HistoryRecord> ReadRecord(git_repository* repository, const git_oid& id, const std::string& only) {
  DAGITOPS_ASSIGN(const HistoryEntry entry, ReadEntry(repository, id));
  DAGITOPS_ASSIGN(const TreePtr tree, TreeOf(repository, id));
  HistoryRecord record{entry.environment, entry.source, entry.key, entry.subject, {}, entry.commit};
  const std::string wanted = only.empty() ? std::string(kHistoryDecisions) : only;
  if (only.empty()) {
    Collected collected{repository, {}};
    if (git_tree_walk(tree.get(), GIT_TREEWALK_PRE, Collect, &collected) != 0) return Unreadable(repository);
    record.files = std::move(collected.files);
  } else {
    DAGITOPS_TRY(ReadOne(repository, tree.get(), only, record.files));
  }
  if (!record.files.contains(wanted)) return NoRecord(repository, id, wanted);
  return record;
}

Result<std::vector<git_oid>> Line(git_repository* repository, const git_oid& tip, const git_oid* end,
                                  std::size_t limit) {
  std::vector<git_oid> line;
  git_oid at = tip;
  while (line.size() < limit && (end == nullptr || git_oid_equal(&at, end) == 0)) {
    DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit({repository, git_repository_path(repository)}, at));
    line.push_back(at);
    if (git_commit_parentcount(commit.get()) == 0) break;
    at = *git_commit_parent_id(commit.get(), 0);
  }
  return line;
}

Result<git_oid> PutBehind(git_repository* repository, const std::vector<git_oid>& line, const git_oid& base) {
  git_oid tip = base;
  for (auto at = line.rbegin(); at != line.rend(); ++at) {
    if (SaysTheSame(repository, *at, tip)) continue;
    DAGITOPS_ASSIGN(const CommitPtr commit, LoadCommit({repository, git_repository_path(repository)}, *at));
    DAGITOPS_ASSIGN(const TreePtr tree, TreeOf(repository, *at));
    const CommitParts parts{git_commit_committer(commit.get()), tree.get(), git_commit_message(commit.get())};
    git_oid id;
    if (WriteCommit(repository, parts, &tip, &id) != 0) return Unwritable(git_repository_path(repository));
    tip = id;
  }
  return tip;
}

}  // namespace dagitops::git
