// One account's keys at the server, with real keys from a seeded source.
#include "mocks/gatekeeper/published_keys.h"

#include <gtest/gtest.h>

#include "harness/crypto/hash.h"
#include "harness/wire/signal/identity.h"

namespace parley::mocks::gatekeeper {
namespace {

class PublishedKeysTest : public testing::Test {
 protected:
  PrekeyUpload upload(signal::PreKeyId first, std::size_t count) {
    PrekeyUpload made;
    made.registration_id = identity_.registration_id;
    made.identity = identity_.public_key();
    made.signed_prekey = signed_.public_view();
    for (const signal::OneTimePreKey& key :
         signal::generate_one_time_prekeys(first, count, random_)) {
      made.one_time.push_back(key.public_view());
    }
    return made;
  }

  SeededRandom random_{1, "keys"};
  signal::Identity identity_ = signal::Identity::generate(random_);
  signal::SignedPreKey signed_ = signal::SignedPreKey::generate(1, identity_.key, random_);
  PublishedKeys keys_;
};

TEST_F(PublishedKeysTest, HandsOutEachOneTimePrekeyOnce) {
  ASSERT_TRUE(keys_.upload(upload(7, 3)).ok());
  EXPECT_EQ(keys_.hand_out()->id, 7u);
  EXPECT_EQ(keys_.hand_out()->id, 8u);
  EXPECT_EQ(keys_.hand_out()->id, 9u);
  EXPECT_FALSE(keys_.hand_out().has_value());
}

TEST_F(PublishedKeysTest, DoesNotTakeBackWhatWasHandedOut) {
  const PrekeyUpload first = upload(1, 2);
  ASSERT_TRUE(keys_.upload(first).ok());
  ASSERT_TRUE(keys_.hand_out().has_value());
  const Status again = keys_.upload(first);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::kReplay);
  EXPECT_EQ(keys_.one_time().size(), 1u);
}

TEST_F(PublishedKeysTest, ARepeatedUploadAddsNothing) {
  const PrekeyUpload first = upload(1, 4);
  ASSERT_TRUE(keys_.upload(first).ok());
  EXPECT_TRUE(keys_.upload(first).ok());
  EXPECT_EQ(keys_.one_time().size(), 4u);
}

TEST_F(PublishedKeysTest, RefusesTwoKeysUnderOneId) {
  ASSERT_TRUE(keys_.upload(upload(1, 2)).ok());
  const Status conflict = keys_.upload(upload(2, 2));
  ASSERT_FALSE(conflict.ok());
  EXPECT_EQ(conflict.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(keys_.one_time().size(), 2u);
}

TEST_F(PublishedKeysTest, RefusesASignedPrekeyOfAnotherIdentity) {
  PrekeyUpload forged = upload(1, 1);
  forged.signed_prekey.signature[3] ^= 1;
  const Status status = keys_.upload(forged);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kAuth);
  EXPECT_FALSE(keys_.published());
}

TEST_F(PublishedKeysTest, HoldsABoundedNumber) {
  ASSERT_TRUE(keys_.upload(upload(1, kMaxPrekeys)).ok());
  const Status more = keys_.upload(upload(kMaxPrekeys + 1, 1));
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.error().code, ErrorCode::kLimit);
}

TEST_F(PublishedKeysTest, RotatesTheSignedPrekeyOnly) {
  ASSERT_FALSE(keys_.rotate(signed_.public_view()).ok()) << "nothing to rotate yet";
  ASSERT_TRUE(keys_.upload(upload(1, 2)).ok());
  const auto next = signal::SignedPreKey::generate(2, identity_.key, random_);
  ASSERT_TRUE(keys_.rotate(next.public_view()).ok());
  EXPECT_EQ(keys_.signed_prekey().id, 2u);
  EXPECT_EQ(keys_.one_time().size(), 2u);
  const auto stranger = signal::Identity::generate(random_);
  const auto foreign = signal::SignedPreKey::generate(3, stranger.key, random_);
  EXPECT_FALSE(keys_.rotate(foreign.public_view()).ok());
  EXPECT_EQ(keys_.signed_prekey().id, 2u);
}

TEST_F(PublishedKeysTest, DigestCoversAllKeysInOrder) {
  const PrekeyUpload made = upload(1, 2);
  ASSERT_TRUE(keys_.upload(made).ok());
  const Bytes all = concat({made.identity, made.signed_prekey.key, made.signed_prekey.signature,
                            made.one_time[0].key, made.one_time[1].key});
  EXPECT_EQ(keys_.digest(), crypto::sha1(all));
  ASSERT_TRUE(keys_.hand_out().has_value());
  EXPECT_NE(keys_.digest(), crypto::sha1(all));
}

TEST_F(PublishedKeysTest, AFreshInstallationForgetsTheOldOne) {
  ASSERT_TRUE(keys_.upload(upload(1, 2)).ok());
  const auto other = signal::Identity::generate(random_);
  const auto prekey = signal::SignedPreKey::generate(1, other.key, random_);
  keys_.replace(other.registration_id, other.public_key(), prekey.public_view());
  EXPECT_EQ(keys_.identity(), other.public_key());
  EXPECT_TRUE(keys_.one_time().empty());
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
