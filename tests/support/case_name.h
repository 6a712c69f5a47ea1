#pragma once

#include <gtest/gtest.h>

#include <string>

namespace dagitops::support {

// The last argument of INSTANTIATE_TEST_SUITE_P for tables whose rows have a `name` of letters and digits.
struct CaseName {
  template <class Row>
  std::string operator()(const testing::TestParamInfo<Row>& row) const {
    return row.param.name;
  }
};

}  // namespace dagitops::support
