#include "store/pretty_json.h"

#include <boost/json/serialize.hpp>

namespace dagitops {
namespace {

void Write(const boost::json::value& json, const std::string& indent, std::string& out) {
  const std::string inner = indent + "  ";
  const char* separator = "\n";
  if (json.is_object() && !json.get_object().empty()) {
    out += '{';
    for (const auto& [key, value] : json.get_object()) {
      out += separator + inner + boost::json::serialize(boost::json::value(key)) + ": ";
      Write(value, inner, out);
      separator = ",\n";
    }
    out += "\n" + indent + "}";
  } else if (json.is_array() && !json.get_array().empty()) {
    out += '[';
    for (const boost::json::value& value : json.get_array()) {
      out += separator + inner;
      Write(value, inner, out);
      separator = ",\n";
    }
    out += "\n" + indent + "]";
  } else {
    out += boost::json::serialize(json);
  }
}

}  // namespace

std::string PrettyJson(const boost::json::value& json) {
  std::string out;
  Write(json, "", out);
  out += '\n';
  out.shrink_to_fit();  // some are kept
  return out;
}

}  // namespace dagitops
