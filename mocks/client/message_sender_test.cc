// No world: two Signal stores; a message whose MAC was damaged on purpose.
#include "mocks/client/message_sender.h"

#include <gtest/gtest.h>

#include "harness/wire/signal/store.h"

namespace parley::mocks::client {
namespace {

TEST(DamagedMac, IsWellFormedAndRefused) {
  SeededRandom random(7, "damaged mac");
  signal::Store alice = signal::Store::create(random);
  signal::Store bob = signal::Store::create(random);
  const auto fresh = bob.add_one_time_prekeys(1, random);
  ASSERT_TRUE(alice.start_session("bob", bob.bundle(fresh.front()), random).ok());

  const auto first = alice.encrypt("bob", as_bytes("first"), random);
  ASSERT_TRUE(first.ok());
  ASSERT_EQ(first->type, signal::MessageType::kPreKey);
  const auto damaged = with_damaged_mac(first->type, first->bytes);
  ASSERT_TRUE(damaged.ok());
  EXPECT_NE(*damaged, first->bytes);
  EXPECT_TRUE(signal::PreKeyMessage::parse(*damaged).ok());
  const auto refused = bob.decrypt("alice", first->type, *damaged);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kAuth);
  // Nothing was used up: the undamaged message still decrypts.
  EXPECT_TRUE(bob.decrypt("alice", first->type, first->bytes).ok());

  const auto answer = bob.encrypt("alice", as_bytes("answer"), random);
  ASSERT_TRUE(answer.ok());
  ASSERT_EQ(answer->type, signal::MessageType::kWhisper);
  const auto damaged_answer = with_damaged_mac(answer->type, answer->bytes);
  ASSERT_TRUE(damaged_answer.ok());
  const auto refused_answer = alice.decrypt("bob", answer->type, *damaged_answer);
  ASSERT_FALSE(refused_answer.ok());
  EXPECT_EQ(refused_answer.error().code, ErrorCode::kAuth);
}

TEST(DamagedMac, NeedsAMessage) {
  EXPECT_FALSE(with_damaged_mac(signal::MessageType::kWhisper, {}).ok());
  EXPECT_FALSE(with_damaged_mac(signal::MessageType::kPreKey, Bytes{1, 2, 3}).ok());
}

}  // namespace
}  // namespace parley::mocks::client
