#include "dagitops/model/revision.h"

namespace dagitops {

std::string AuthorText(const Revision& revision) {
  if (revision.author_name.empty() && revision.author_email.empty()) return "";
  return revision.author_name + " <" + revision.author_email + ">";
}

}  // namespace dagitops
