// Two users and a server that cannot read what they write: what binds a message, and what does not.
#include "harness/wire/franking.h"

#include <gtest/gtest.h>

#include "harness/base/encoding.h"
#include "harness/wire/message_content.h"

namespace parley::wire {
namespace {

FrankingKey key_of(std::uint8_t byte) {
  FrankingKey key;
  key.fill(byte);
  return key;
}

TEST(Franking, TheKeyTravelsInsideAMessageAndChangesNothingOfIt) {
  const Bytes plain = encode_content(TextContent{"Hello", {}}).value();
  EXPECT_FALSE(franking_key_of(plain));
  const Bytes franked = with_franking_key(plain, key_of(7)).value();
  EXPECT_EQ(franking_key_of(franked), key_of(7));
  EXPECT_EQ(decode_content(franked).value(), decode_content(plain).value());
  EXPECT_EQ(franking_key_of(with_franking_key(franked, key_of(8)).value()), key_of(8));
}

TEST(Franking, TheKeyStaysOutOfTranscripts) {
  const Bytes plain = encode_content(TextContent{"Hello", {}}).value();
  const Bytes franked = with_franking_key(plain, key_of(7)).value();
  EXPECT_EQ(franking_key_of(blank_media_keys(franked).value()), key_of(0));
}

TEST(Franking, WhatIsNoMessageHasNoKey) {
  const Bytes garbage = {0xFF, 0xFF, 0xFF};
  EXPECT_FALSE(franking_key_of(garbage));
  EXPECT_EQ(with_franking_key(garbage, key_of(7)).error().code, ErrorCode::kInvalid);
  // message_context_info { message_secret: 3 bytes }
  EXPECT_FALSE(franking_key_of(Bytes{0x9A, 0x02, 0x05, 0x1A, 0x03, 1, 2, 3}));
}

// RFC 4231, test case 1, with its key of 20 bytes filled up with zeroes, which is the same to HMAC.
TEST(Franking, ACommitmentIsAnHmacOfTheContent) {
  FrankingKey key = key_of(0);
  for (std::size_t i = 0; i < 20; ++i) key[i] = 0x0B;
  EXPECT_EQ(hex(franking_commitment(key, "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

TEST(Franking, ACommitmentBindsContentAndKey) {
  const auto commitment = franking_commitment(key_of(1), "Hello");
  EXPECT_EQ(commitment, franking_commitment(key_of(1), "Hello"));
  EXPECT_NE(commitment, franking_commitment(key_of(1), "Hallo"));
  EXPECT_NE(commitment, franking_commitment(key_of(2), "Hello"));
}

TEST(Franking, ATagBindsAllThatTheServerKnows) {
  const Bytes server(32, 3);
  const Bytes commitment(32, 4);
  const RelayedMessage message{"1-1@interop", "336@s.whatsapp.net", "3EB0", commitment};
  const auto tag = reporting_tag(server, message);
  EXPECT_EQ(tag, reporting_tag(server, message));
  const auto differs = [&](const RelayedMessage& other) {
    return reporting_tag(server, other) != tag;
  };
  EXPECT_TRUE(differs({"1-2@interop", message.to, message.id, commitment}));
  EXPECT_TRUE(differs({message.from, "337@s.whatsapp.net", message.id, commitment}));
  EXPECT_TRUE(differs({message.from, message.to, "3EB1", commitment}));
  EXPECT_TRUE(differs({message.from, message.to, message.id, Bytes(32, 5)}));
  EXPECT_NE(tag, reporting_tag(Bytes(32, 9), message));
  // Where one part ends and the next begins counts too.
  EXPECT_TRUE(differs({"1-1@interop3", "36@s.whatsapp.net", message.id, commitment}));
}

}  // namespace
}  // namespace parley::wire
