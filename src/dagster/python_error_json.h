#pragma once

#include <vector>

#include <boost/json/value.hpp>

#include "dagster/python_error.h"

namespace dagitops {

// Dagster's two JSON forms of an exception, as chain of itself and its explicit causes, outermost first; at most 20.
std::vector<PythonError> ReadErrorInfo(const boost::json::value& info);             // gRPC: SerializableErrorInfo
std::vector<PythonError> ReadGraphqlError(const boost::json::value& python_error);  // GraphQL: PythonError

}  // namespace dagitops
