// An account that publishes keys, and a server or peer that does not take them on trust.
#include "harness/wire/signal/prekeys.h"

#include <gtest/gtest.h>

#include "harness/wire/signal/identity.h"

namespace parley::signal {
namespace {

PreKeyBundle some_bundle(Random& random) {
  const Identity identity = Identity::generate(random);
  const auto signed_prekey = SignedPreKey::generate(3, identity.key, random);
  return {identity.registration_id, identity.public_key(), signed_prekey.public_view(),
          OneTimePreKey::generate(9, random).public_view()};
}

TEST(PreKeys, AGeneratedBundleVerifies) {
  SeededRandom random(1, "prekeys");
  for (int i = 0; i < 50; ++i) {
    const PreKeyBundle bundle = some_bundle(random);
    EXPECT_TRUE(bundle.verify().ok());
    EXPECT_GE(bundle.registration_id, 1u);
    EXPECT_LE(bundle.registration_id, 16380u);
  }
}

TEST(PreKeys, TheSignatureCoversTheTypedKey) {
  SeededRandom random(2, "prekeys");
  const PreKeyBundle bundle = some_bundle(random);
  const auto& [id, key, signature] = bundle.signed_prekey;
  EXPECT_TRUE(crypto::xeddsa_verify(bundle.identity, typed_key(key), signature));
  EXPECT_FALSE(crypto::xeddsa_verify(bundle.identity, key, signature)) << "not the bare key";
}

TEST(PreKeys, EveryFlippedBitOfTheSignedPartIsNoticed) {
  SeededRandom random(3, "prekeys");
  const PreKeyBundle good = some_bundle(random);
  for (std::size_t bit = 0; bit < 256; ++bit) {
    const auto mask = static_cast<std::uint8_t>(1u << (bit % 8));
    PreKeyBundle bad = good;
    bad.signed_prekey.key[bit / 8] ^= mask;
    EXPECT_EQ(bad.verify().error().code, ErrorCode::kAuth) << "key bit " << bit;
    bad = good;
    bad.signed_prekey.signature[bit / 4] ^= mask;
    EXPECT_EQ(bad.verify().error().code, ErrorCode::kAuth) << "signature byte " << bit / 4;
  }
}

TEST(PreKeys, IdsAreTwentyFourBits) {
  SeededRandom random(4, "prekeys");
  PreKeyBundle bundle = some_bundle(random);
  bundle.one_time_prekey->id = 0x1000000;
  EXPECT_EQ(bundle.verify().error().code, ErrorCode::kInvalid);
  bundle.one_time_prekey.reset();
  EXPECT_TRUE(bundle.verify().ok());
  bundle.signed_prekey.id = 0x1000000;
  EXPECT_EQ(bundle.verify().error().code, ErrorCode::kInvalid);
}

TEST(PreKeys, NumbersRunOnAndWrapToOne) {
  SeededRandom random(5, "prekeys");
  const auto keys = generate_one_time_prekeys(kMaxPreKeyId - 1, 4, random);
  ASSERT_EQ(keys.size(), 4u);
  EXPECT_EQ(keys[0].id, kMaxPreKeyId - 1);
  EXPECT_EQ(keys[1].id, kMaxPreKeyId);
  EXPECT_EQ(keys[2].id, 1u);
  EXPECT_EQ(keys[3].id, 2u);
  EXPECT_NE(keys[0].key.public_key(), keys[1].key.public_key());
}

TEST(Identity, TypedKeysReadBack) {
  SeededRandom random(6, "prekeys");
  const Identity identity = Identity::generate(random);
  const TypedKey typed = typed_key(identity.public_key());
  EXPECT_EQ(typed[0], 0x05);
  EXPECT_EQ(*parse_typed_key(typed), identity.public_key());
  EXPECT_EQ(*parse_raw_key(identity.public_key()), identity.public_key());
  EXPECT_EQ(parse_typed_key(identity.public_key()).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(parse_raw_key(typed).error().code, ErrorCode::kInvalid);
  crypto::PublicKey high = identity.public_key();
  high[31] |= 0x80;
  EXPECT_EQ(parse_raw_key(high).error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace parley::signal
