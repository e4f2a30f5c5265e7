// Dates as servers write them, and as they should not.
#include "harness/net/http_date.h"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

TEST(HttpDate, ReadsTheFormOfRfc9110) {
  EXPECT_EQ(utc_text(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").value()),
            "1994-11-06T08:49:37Z");
  EXPECT_EQ(utc_text(parse_http_date("Thu, 29 Feb 2024 23:59:59 GMT").value()),
            "2024-02-29T23:59:59Z");
}

TEST(HttpDate, RefusesEverythingElse) {
  for (const char* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
                           "Sun, 06 Nov 1994 08:49:37 UTC", "Mon, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
                           "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nuv 1994 08:49:37 GMT",
                           "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
                           "Sun, 0x Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT"}) {
    EXPECT_FALSE(parse_http_date(text).ok()) << text;
  }
}

}  // namespace
}  // namespace parley::net
