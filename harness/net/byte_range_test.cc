// The world: a file of ten bytes, 0 to 9, and requests for parts of it.
#include "harness/net/byte_range.h"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

HttpResponse answer(std::string range, std::size_t size = 10) {
  HttpRequest request;
  if (!range.empty()) request.headers = {{"Range", std::move(range)}};
  HttpResponse whole;
  for (std::size_t i = 0; i < size; ++i) whole.body.push_back(static_cast<std::uint8_t>(i));
  return with_range(request, std::move(whole));
}

TEST(ByteRange, OnePartIsHandedOutAndNamed) {
  struct Row {
    std::string asked;
    Bytes body;
    std::string told;
  };
  const Row rows[] = {
      {"bytes=0-0", {0}, "bytes 0-0/10"},      {"bytes=2-4", {2, 3, 4}, "bytes 2-4/10"},
      {"bytes=7-", {7, 8, 9}, "bytes 7-9/10"}, {"bytes=8-99", {8, 9}, "bytes 8-9/10"},
      {"bytes=-3", {7, 8, 9}, "bytes 7-9/10"}, {"bytes=9-9", {9}, "bytes 9-9/10"},
  };
  for (const Row& row : rows) {
    const HttpResponse part = answer(row.asked);
    EXPECT_EQ(part.status, 206U) << row.asked;
    EXPECT_EQ(part.body, row.body) << row.asked;
    EXPECT_EQ(find_header(part.headers, "Content-Range"), row.told);
  }
  EXPECT_EQ(answer("bytes=-99").body.size(), 10U);
}

TEST(ByteRange, APartThatTheFileHasNotIsRefused) {
  for (const char* asked : {"bytes=10-", "bytes=99-100", "bytes=-0"}) {
    const HttpResponse refused = answer(asked);
    EXPECT_EQ(refused.status, 416U) << asked;
    EXPECT_EQ(find_header(refused.headers, "Content-Range"), "bytes */10");
    EXPECT_TRUE(refused.body.empty());
  }
  EXPECT_EQ(answer("bytes=0-", 0).status, 416U);
  EXPECT_EQ(answer("bytes=-1", 0).status, 416U);
}

TEST(ByteRange, WhatIsNoSingleRangeGetsTheWholeFile) {
  for (const char* asked : {"", "bytes=", "bytes=-", "bytes=4-2", "bytes=0-1,3-4", "bytes=x-1",
                            "lines=0-1", "bytes=1", "bytes=99999999999999999999-"}) {
    const HttpResponse whole = answer(asked);
    EXPECT_EQ(whole.status, 200U) << asked;
    EXPECT_EQ(whole.body.size(), 10U);
    EXPECT_EQ(find_header(whole.headers, "Accept-Ranges"), "bytes");
  }
}

TEST(ByteRange, ContentRangesAreReadStrictly) {
  EXPECT_EQ(parse_content_range("bytes 2-4/10"), (ByteRange{2, 4, 10}));
  EXPECT_EQ(range_from(7), "bytes=7-");
  for (const char* text : {"", "bytes", "bytes 4-2/10", "bytes 0-10/10", "bytes 0-1/*",
                           "bytes */10", "bytes 0-1", "items 0-1/10", "bytes a-1/10"}) {
    EXPECT_FALSE(parse_content_range(text)) << text;
  }
}

}  // namespace
}  // namespace parley::net
