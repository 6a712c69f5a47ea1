#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace dagitops::kubernetes {

// A place in an object of the API, which may not be there: whatever is absent or of another kind reads as nothing. The
// value that it looks into must outlive it.
class JsonView {
 public:
  JsonView() = default;
  explicit JsonView(const boost::json::value* value) : value_(value) {}

  JsonView operator[](std::string_view key) const {
    const boost::json::object* object = value_ == nullptr ? nullptr : value_->if_object();
    return JsonView(object == nullptr ? nullptr : object->if_contains(key));
  }

  bool exists() const { return value_ != nullptr && !value_->is_null(); }
  bool is_true() const { return value_ != nullptr && value_->is_bool() && value_->get_bool(); }
  std::string text() const {
    return value_ != nullptr && value_->is_string() ? std::string(value_->get_string()) : std::string();
  }
  long long number(long long otherwise = 0) const {
    return value_ != nullptr && value_->is_int64() ? value_->get_int64() : otherwise;
  }
  const boost::json::array& items() const {
    static const boost::json::array kNone;
    return value_ != nullptr && value_->is_array() ? value_->get_array() : kNone;
  }
  const boost::json::object& members() const {
    static const boost::json::object kNone;
    return value_ != nullptr && value_->is_object() ? value_->get_object() : kNone;
  }

 private:
  const boost::json::value* value_ = nullptr;
};

// Null where `text` is no JSON.
inline boost::json::value ParseJson(std::string_view text) {
  boost::json::error_code failed;
  boost::json::value value = boost::json::parse(text, failed);
  return failed ? boost::json::value() : value;
}

}  // namespace dagitops::kubernetes
