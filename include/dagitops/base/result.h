#pragma once

#include <string>
#include <utility>

#include <boost/system/result.hpp>

#include "dagitops/base/error.h"

namespace dagitops {

// A value or an Error. GCC 12 has no std::expected; Boost 1.81's result has the same shape.
template <class T>
using Result = boost::system::result<T, Error>;
using Status = Result<void>;

inline Status Ok() { return {}; }

// The same error, told from one step further out: "while <doing>: <message>".
Error While(std::string doing, Error error);

// Called by boost::system::result when value() is asked of an error: a bug of ours, thrown as std::logic_error.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

}  // namespace dagitops

#define DAGITOPS_CONCAT_INNER(a, b) a##b
#define DAGITOPS_CONCAT(a, b) DAGITOPS_CONCAT_INNER(a, b)

// Leaves the function with the error of `expression`, if it has one.
#define DAGITOPS_TRY(expression) DAGITOPS_TRY_IMPL(DAGITOPS_CONCAT(status_, __LINE__), expression)
#define DAGITOPS_TRY_IMPL(status, expression) \
  do {                                        \
    auto status = (expression);               \
    if (!status) return status.error();       \
  } while (false)

// Declares `lhs` with the value of `expression`, or leaves the function with its error.
#define DAGITOPS_ASSIGN(lhs, expression) DAGITOPS_ASSIGN_IMPL(DAGITOPS_CONCAT(result_, __LINE__), lhs, expression)
#define DAGITOPS_ASSIGN_IMPL(result, lhs, expression) \
  auto result = (expression);                         \
  if (!result) return result.error();                 \
  lhs = std::move(result).value()
