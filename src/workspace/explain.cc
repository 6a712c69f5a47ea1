#include "dagitops/workspace/explain.h"

#include <utility>

#include "dagitops/base/secret.h"
#include "dagitops/base/text.h"

#include "workspace/merge.h"
#include "workspace/report.h"

namespace dagitops::workspace {
namespace {

// Below these keys stand names of secrets, not secrets.
bool HoldsSecret(std::string_view key) {
  return LooksLikeSecretName(key) && key != "envSecrets" && key != "imagePullSecrets";
}

class Walker {
 public:
  explicit Walker(const CodeLocation& location) : location_(location) {}

  std::vector<Explained> Walk() {
    Members("", location_.entry, {});
    Members("dagitops", location_.block, {});
    return std::move(explained_);
  }

 private:
  struct State {
    bool secret = false;         // a key on the way names a secret
    std::string_view told = {};  // the member that is in the path already
  };

  void Visit(const std::string& path, std::string_view key, const Value& value, bool secret) {
    if (value.is_mapping() && !value.members().empty()) return Members(path, value, {.secret = secret});
    if (value.is_sequence() && !value.items().empty()) return Items(path, key, value, secret);
    Leaf(path, value, secret);
  }

  void Members(const std::string& path, const Value& mapping, State state) {
    const Value* name = mapping.Find("name");
    const bool named = name != nullptr && HoldsSecret(name->text());
    for (const Value::Member& member : mapping.members()) {
      if (member.key == state.told) continue;
      const bool secret = state.secret || HoldsSecret(member.key) || (named && member.key == "value");
      Visit(path.empty() ? member.key : path + "." + member.key, member.key, member.value, secret);
    }
  }

  void Items(const std::string& path, std::string_view key, const Value& list, bool secret) {
    const std::string_view identity = IdentityOf(key).empty() ? "name" : IdentityOf(key);
    std::size_t number = 0;
    for (const Value& item : list.items()) {
      const Value* id = item.Find(identity);
      const bool known = id != nullptr && id->is_scalar();
      const std::string below = path + "." + (known ? id->text() : std::to_string(number));
      if (known && item.members().size() > 1) {
        Members(below, item, {secret, identity});
      } else if (known) {
        Leaf(below, *id, secret);
      } else {
        Visit(below, {}, item, secret);
      }
      ++number;
    }
  }

  void Leaf(const std::string& path, const Value& value, bool secret) {
    const Mark mark = value.mark();
    const auto layer = static_cast<std::size_t>(mark.layer);
    Explained explained{path, Text(value), mark.layer, "", static_cast<int>(mark.line)};
    if (layer < location_.sources.size()) explained.file = location_.sources[layer];
    if (secret) explained.text = "***";
    explained_.push_back(std::move(explained));
  }

  static std::string Text(const Value& value) {
    if (value.is_scalar()) return OnOneLine(Masked(value.text()));
    return value.is_null() ? "null" : value.is_sequence() ? "[]" : "{}";
  }

  const CodeLocation& location_;
  std::vector<Explained> explained_;
};

}  // namespace

std::vector<Explained> Explain(const CodeLocation& location) { return Walker(location).Walk(); }

}  // namespace dagitops::workspace
