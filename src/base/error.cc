#include "dagitops/base/error.h"

#include <stdexcept>

#include "dagitops/base/result.h"

namespace dagitops {

std::string Error::Text() const {
  std::string text;
  if (!subject.empty()) text += subject + ": ";
  text += message;
  if (!hint.empty()) text += " (" + hint + ")";
  return text;
}

Error While(std::string doing, Error error) {
  error.message = "while " + std::move(doing) + ": " + error.message;
  return error;
}

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  throw std::logic_error("value() of an error at " + where.to_string() + ": " + error.Text());
}

}  // namespace dagitops
