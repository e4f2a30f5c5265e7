// The world: bytes that must survive text, and text that only looks like an encoding of bytes.
#include "harness/base/encoding.h"

#include <gtest/gtest.h>

#include "harness/base/random.h"

namespace parley {
namespace {

// RFC 4648, section 10.
TEST(Encoding, PublishedVectors) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(base64(as_bytes(plain)), encoded);
    EXPECT_EQ(decode_base64(encoded).value(), to_bytes(plain));
  }
  EXPECT_EQ(hex(as_bytes("foobar")), "666f6f626172");
  EXPECT_EQ(decode_hex("666F6f626172").value(), to_bytes("foobar"));
}

TEST(Encoding, RoundTripsEveryLength) {
  SeededRandom random(7, "encoding");
  for (std::size_t size = 0; size < 70; ++size) {
    const Bytes bytes = random.bytes(size);
    EXPECT_EQ(decode_base64(base64(bytes)).value(), bytes);
    EXPECT_EQ(decode_base64url(base64url(bytes)).value(), bytes);
    EXPECT_EQ(decode_hex(hex(bytes)).value(), bytes);
  }
}

TEST(Encoding, UrlAlphabetHasNoPaddingAndNoSlash) {
  EXPECT_EQ(base64url(Bytes{0xfb, 0xff}), "-_8");
  EXPECT_EQ(base64(Bytes{0xfb, 0xff}), "+/8=");
}

TEST(Encoding, RefusesWhatALenientDecoderWouldAccept) {
  for (const char* bad :
       {"Zg", "Zg=", "Zg==\n", "Z g==", "Zh==", "Zm9=", "Zg===", "=", "Zg==Zg==", "-_8="}) {
    EXPECT_FALSE(decode_base64(bad).ok()) << bad;
  }
  for (const char* bad : {"Z", "Zg==", "Zh", "+/8", "Zg ", "Zm9vY"}) {
    EXPECT_FALSE(decode_base64url(bad).ok()) << bad;
  }
  for (const char* bad : {"0", "0g", "0x00", " 00"}) EXPECT_FALSE(decode_hex(bad).ok()) << bad;
}

}  // namespace
}  // namespace parley
