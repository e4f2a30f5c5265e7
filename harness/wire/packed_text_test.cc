// Digit strings at the edges of the two alphabets and of the length byte.
#include "harness/wire/packed_text.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::wire {
namespace {

TEST(PackedText, ChoosesNibbleBeforeHex) {
  EXPECT_EQ(packing_of("0123456789-."), Packing::kNibble);
  EXPECT_EQ(packing_of("3EB0"), Packing::kHex);
  EXPECT_EQ(packing_of("3eb0"), Packing::kNone) << "lower case would not come back";
  EXPECT_EQ(packing_of("3EB-"), Packing::kNone) << "one character of each alphabet";
  EXPECT_EQ(packing_of(""), Packing::kNone);
  EXPECT_EQ(packing_of(std::string(127, '7')), Packing::kNibble);
  EXPECT_EQ(packing_of(std::string(128, '7')), Packing::kNone);
}

TEST(PackedText, LengthByteMarksAnOddEnd) {
  Bytes even, odd;
  append_packed(even, Packing::kNibble, "1-2.");
  append_packed(odd, Packing::kHex, "ABC");
  EXPECT_EQ(even, (Bytes{0x02, 0x1a, 0x2b}));
  EXPECT_EQ(odd, (Bytes{0x82, 0xab, 0xcf}));
}

TEST(PackedText, ComesBack) {
  for (std::size_t size = 1; size <= kMaxPackedText; ++size) {
    for (Packing packing : {Packing::kNibble, Packing::kHex}) {
      std::string text(size, packing == Packing::kNibble ? '9' : 'F');
      Bytes packed;
      append_packed(packed, packing, text);
      Result<std::string> back =
          unpack(packing, BytesView(packed).subspan(1), (packed.front() & 0x80) != 0);
      ASSERT_TRUE(back.ok());
      EXPECT_EQ(*back, text);
    }
  }
}

TEST(PackedText, RefusesWhatIsInNoAlphabet) {
  EXPECT_FALSE(unpack(Packing::kNibble, Bytes{0x1c}, false).ok());
  EXPECT_FALSE(unpack(Packing::kNibble, Bytes{0xf1}, false).ok());
  EXPECT_FALSE(unpack(Packing::kNibble, Bytes{0x1f}, false).ok()) << "padding needs the odd flag";
  EXPECT_EQ(unpack(Packing::kNibble, Bytes{0x1f}, true).value(), "1");
  EXPECT_FALSE(unpack(Packing::kHex, {}, true).ok());
}

}  // namespace
}  // namespace parley::wire
