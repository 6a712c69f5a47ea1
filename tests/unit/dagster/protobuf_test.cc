#include "dagster/protobuf.h"

#include <gtest/gtest.h>

#include <string>

#include "support/case_name.h"

namespace dagitops::protobuf {
namespace {

using namespace std::string_literals;

TEST(Protobuf, WritesAFieldAsTagLengthAndBytes) {
  EXPECT_EQ(BytesField(1, "DagsterApi"), "\x0a\x0a"s + "DagsterApi");
  EXPECT_EQ(BytesField(2, ""), "\x12\x00"s);
  const std::string big(300, 'x');
  EXPECT_EQ(BytesField(1, big), "\x0a\xac\x02" + big);
}

struct BytesCase {
  std::string name;
  std::string message;
  std::string field_1;
};
class ProtobufBytes : public ::testing::TestWithParam<BytesCase> {};

TEST_P(ProtobufBytes, AreFound) { EXPECT_EQ(FindBytes(GetParam().message, 1), GetParam().field_1); }

INSTANTIATE_TEST_SUITE_P(
    Messages, ProtobufBytes,
    ::testing::Values(BytesCase{"EmptyMessage", "", ""}, BytesCase{"OneField", "\x0a\x03"s + "abc", "abc"},
                      BytesCase{"ZeroBytesInside", "\x0a\x03"s + "a\0b"s, "a\0b"s},
                      BytesCase{"TheLastOfTwo", "\x0a\x01"s + "a" + "\x0a\x01" + "b", "b"},
                      BytesCase{"BehindAnUnknownText", "\x12\x02"s + "xx" + "\x0a\x01" + "b", "b"},
                      BytesCase{"BehindAVarint", "\x10\xac\x02\x0a\x01"s + "b", "b"},
                      BytesCase{"BehindFixed64", "\x11\x01\x02\x03\x04\x05\x06\x07\x08\x0a\x01"s + "b", "b"},
                      BytesCase{"BehindFixed32", "\x15\x01\x02\x03\x04\x0a\x01"s + "b", "b"},
                      BytesCase{"OnlyOtherFields", "\x10\x01"s, ""},
                      BytesCase{"BehindALargeFieldNumber", "\xfa\xff\xff\xff\x0f\x00\x0a\x01"s + "b", "b"}),
    support::CaseName());

struct NumberCase {
  std::string name;
  std::string message;
  std::uint64_t field_1;
};
class ProtobufNumber : public ::testing::TestWithParam<NumberCase> {};

TEST_P(ProtobufNumber, IsFound) { EXPECT_EQ(FindNumber(GetParam().message, 1), GetParam().field_1); }

INSTANTIATE_TEST_SUITE_P(
    Messages, ProtobufNumber,
    ::testing::Values(NumberCase{"Absent", "", 0}, NumberCase{"OneByte", "\x08\x01", 1},
                      NumberCase{"TwoBytes", "\x08\xac\x02", 300},
                      NumberCase{"TenBytes", "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", ~0ull},
                      NumberCase{"PaddedZero", "\x08\x80\x00"s, 0}, NumberCase{"TheLastOfTwo", "\x08\x01\x08\x02", 2}),
    support::CaseName());

struct BadCase {
  std::string name;
  std::string message;
};
class ProtobufMalformed : public ::testing::TestWithParam<BadCase> {};

TEST_P(ProtobufMalformed, IsRefusedByBoth) {
  EXPECT_EQ(FindBytes(GetParam().message, 1), std::nullopt);
  EXPECT_EQ(FindNumber(GetParam().message, 1), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(
    Messages, ProtobufMalformed,
    ::testing::Values(BadCase{"OnlyATag", "\x0a"}, BadCase{"TextCutOff", "\x0a\x05"s + "abc"},
                      BadCase{"LengthCutOff", "\x0a\xff"},
                      BadCase{"LengthOfAllBits", "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"},
                      BadCase{"VarintCutOff", "\x08\xff"},
                      BadCase{"VarintOfElevenBytes", "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"},
                      BadCase{"Fixed64CutOff", "\x11\x01\x02"}, BadCase{"FieldNumberZero", "\x02\x00"s},
                      BadCase{"Group", "\x0b\x0c"}, BadCase{"FieldNumberTooLarge", "\xfa\xff\xff\xff\xff\x0f\x00"s},
                      BadCase{"Html", "<!DOCTYPE html>"}, BadCase{"ThisFieldAsFixed32", "\x0d\x01\x02\x03\x04"}),
    support::CaseName());

TEST(Protobuf, RefusesTheFieldWithAnotherWireType) {
  EXPECT_EQ(FindBytes("\x08\x01", 1), std::nullopt);
  EXPECT_EQ(FindNumber("\x0a\x01"s + "a", 1), std::nullopt);
}

TEST(Protobuf, FindsWhatItWrote) {
  for (const std::size_t size : {0u, 1u, 127u, 128u, 16383u, 16384u, 100000u}) {
    const std::string text(size, 'y');
    EXPECT_EQ(FindBytes(BytesField(1, "before") + BytesField(3, text) + BytesField(2, "after"), 3), text);
  }
}

}  // namespace
}  // namespace dagitops::protobuf
