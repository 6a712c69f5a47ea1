#include "dagitops/model/revision.h"

namespace dagitops {

std::string ShortRevision(std::string_view id) {
  return std::string(id.substr(0, 8)) + (id.ends_with("-dirty") ? "-dirty" : "");
}

std::string AuthorText(const Revision& revision) {
  if (revision.author_name.empty() && revision.author_email.empty()) return "";
  return revision.author_name + " <" + revision.author_email + ">";
}

}  // namespace dagitops
