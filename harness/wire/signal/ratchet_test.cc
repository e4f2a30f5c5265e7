// Two ends of one Double Ratchet without X3DH around it, and a thief who copies one end.
#include "harness/wire/signal/ratchet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace parley::signal {
namespace {

struct Pair {
  SeededRandom random{1, "ratchet"};
  Ratchet alice;
  Ratchet bob;

  static Pair make(std::uint64_t seed) {
    SeededRandom random(seed, "ratchet");
    const auto root = random.array<32>();
    const auto alice_id = crypto::X25519KeyPair::generate(random);
    const auto bob_id = crypto::X25519KeyPair::generate(random);
    const auto prekey = crypto::X25519KeyPair::generate(random);
    auto alice = Ratchet::initiator(root, alice_id.public_key(), bob_id.public_key(),
                                    prekey.public_key(), random);
    auto bob = Ratchet::responder(root, bob_id.public_key(), alice_id.public_key(), prekey);
    return {random, std::move(alice).value(), std::move(bob)};
  }

  Bytes seal(Ratchet& from, std::string_view text) {
    return from.encrypt(as_bytes(text), random).value().bytes;
  }
  /// One message from `from` to `to`: turns the ratchet where it was the other's turn.
  void exchange(Ratchet& from, Ratchet& to) {
    const Bytes bytes = seal(from, "turn");
    const auto message = WhisperMessage::parse(bytes);
    ASSERT_TRUE(message.ok());
    const auto plain = to.decrypt(*message, bytes);
    ASSERT_TRUE(plain.ok()) << plain.error().text();
  }
};

Result<Bytes> open(Ratchet& ratchet, BytesView bytes) {
  PARLEY_ASSIGN(const WhisperMessage message, WhisperMessage::parse(bytes));
  return ratchet.decrypt(message, bytes);
}

ErrorCode refusal(Ratchet& ratchet, BytesView bytes) {
  const auto result = open(ratchet, bytes);
  EXPECT_FALSE(result.ok());
  return result.ok() ? ErrorCode::kInternal : result.error().code;
}

TEST(Ratchet, OnlyTheInitiatorSpeaksFirst) {
  Pair pair = Pair::make(1);
  EXPECT_EQ(pair.bob.encrypt({}, pair.random).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(*open(pair.bob, pair.seal(pair.alice, "hello")), to_bytes("hello"));
  EXPECT_EQ(*open(pair.alice, pair.seal(pair.bob, "yes?")), to_bytes("yes?"));
}

TEST(Ratchet, AKeyIsDrawnPerTurnNotPerMessage) {
  Pair pair = Pair::make(2);
  pair.exchange(pair.alice, pair.bob);
  const auto first = WhisperMessage::parse(pair.seal(pair.bob, "1"));
  const auto second = WhisperMessage::parse(pair.seal(pair.bob, "2"));
  EXPECT_EQ(first->ratchet_key, second->ratchet_key);
  EXPECT_EQ(first->counter, 0u);
  EXPECT_EQ(second->counter, 1u);
  pair.exchange(pair.bob, pair.alice);
  pair.exchange(pair.alice, pair.bob);
  const auto third = WhisperMessage::parse(pair.seal(pair.bob, "3"));
  EXPECT_NE(third->ratchet_key, first->ratchet_key);
  EXPECT_EQ(third->counter, 0u);
  EXPECT_EQ(third->previous_counter, 2u) << "last number of the chain before";
}

TEST(Ratchet, TwoThousandMessagesMayBeSkippedAndOneMoreMayNot) {
  Pair pair = Pair::make(3);
  pair.exchange(pair.alice, pair.bob);  // number 0
  std::vector<Bytes> sent;
  for (int i = 0; i < 2002; ++i) sent.push_back(pair.seal(pair.alice, "x"));
  const Ratchet before = pair.bob;
  EXPECT_EQ(refusal(pair.bob, sent[2001]), ErrorCode::kLimit) << "2,001 skipped";
  EXPECT_TRUE(pair.bob == before);
  EXPECT_TRUE(open(pair.bob, sent[2000]).ok()) << "2,000 skipped";
  EXPECT_EQ(pair.bob.skipped_keys(), 2000u);
  EXPECT_TRUE(open(pair.bob, sent[0]).ok());
  EXPECT_TRUE(open(pair.bob, sent[1999]).ok());
  EXPECT_EQ(pair.bob.skipped_keys(), 1998u);
  EXPECT_EQ(refusal(pair.bob, sent[1999]), ErrorCode::kReplay);
}

TEST(Ratchet, TheLimitHoldsOnANewChainToo) {
  for (const std::uint32_t skipped : {2000u, 2001u}) {
    Pair pair = Pair::make(4);
    for (std::uint32_t i = 0; i < skipped; ++i) pair.seal(pair.alice, "x");
    const Bytes bytes = pair.seal(pair.alice, "x");
    if (skipped == 2000) {
      EXPECT_TRUE(open(pair.bob, bytes).ok());
    } else {
      EXPECT_EQ(refusal(pair.bob, bytes), ErrorCode::kLimit);
    }
  }
}

TEST(Ratchet, KeptKeysAreLimitedInTotalAndTheOldestGoFirst) {
  Pair pair = Pair::make(5);
  std::vector<Bytes> early;
  for (int i = 0; i < 1500; ++i) early.push_back(pair.seal(pair.alice, "early"));
  pair.exchange(pair.alice, pair.bob);  // leaps over all of them
  pair.exchange(pair.bob, pair.alice);
  std::vector<Bytes> late;
  for (int i = 0; i < 1000; ++i) late.push_back(pair.seal(pair.alice, "late"));
  pair.exchange(pair.alice, pair.bob);
  EXPECT_EQ(pair.bob.skipped_keys(), kMaxSkipped);
  EXPECT_EQ(refusal(pair.bob, early[499]), ErrorCode::kReplay) << "dropped";
  EXPECT_EQ(*open(pair.bob, early[500]), to_bytes("early")) << "kept";
  EXPECT_EQ(*open(pair.bob, late[0]), to_bytes("late"));
}

TEST(Ratchet, LateMessagesOfEarlierTurnsDecryptForFiveChains) {
  Pair pair = Pair::make(6);
  std::vector<Bytes> late;
  for (std::size_t turn = 0; turn <= kMaxReceivingChains; ++turn) {
    late.push_back(pair.seal(pair.alice, "late"));
    pair.exchange(pair.alice, pair.bob);
    pair.exchange(pair.bob, pair.alice);
  }
  EXPECT_EQ(refusal(pair.bob, late[0]), ErrorCode::kAuth) << "its chain is gone";
  for (std::size_t turn = 1; turn < late.size(); ++turn) {
    EXPECT_EQ(*open(pair.bob, late[turn]), to_bytes("late")) << turn;
  }
  EXPECT_EQ(pair.bob.skipped_keys(), 0u);
}

TEST(Ratchet, EveryFlippedBitIsRefusedAndChangesNothing) {
  Pair pair = Pair::make(7);
  const Bytes first = pair.seal(pair.alice, "the first of a chain");
  pair.seal(pair.alice, "lost");
  const Bytes second = pair.seal(pair.alice, "one further on");
  for (int stage = 0; stage < 2; ++stage) {
    const Bytes& good = stage == 0 ? first : second;
    const Ratchet before = pair.bob;
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      Bytes bad = good;
      bad[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
      EXPECT_FALSE(open(pair.bob, bad).ok()) << "bit " << bit;
      ASSERT_TRUE(pair.bob == before) << "bit " << bit;
    }
    EXPECT_TRUE(open(pair.bob, good).ok());
  }
}

TEST(Ratchet, AMessageCutAnywhereIsRefused) {
  Pair pair = Pair::make(8);
  const Bytes good = pair.seal(pair.alice, "whole");
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(open(pair.bob, BytesView(good).first(size)).ok()) << size;
  }
  EXPECT_TRUE(open(pair.bob, good).ok());
}

TEST(Ratchet, LowOrderRatchetKeysAreRefused) {
  Pair pair = Pair::make(9);
  auto message = WhisperMessage::parse(pair.seal(pair.alice, "x"));
  for (const std::uint8_t point : {0, 1}) {
    message->ratchet_key = {};
    message->ratchet_key[0] = point;
    const Bytes bytes = message->serialize();
    EXPECT_EQ(pair.bob.decrypt(*message, bytes).error().code, ErrorCode::kInvalid);
  }
}

TEST(Ratchet, AMessageIsBoundToBothIdentities) {
  SeededRandom random(10, "ratchet");
  const auto root = random.array<32>();
  const auto prekey = crypto::X25519KeyPair::generate(random);
  const auto alice = random.array<32>();
  const auto bob = random.array<32>();
  const auto mallory = random.array<32>();
  auto sender = Ratchet::initiator(root, alice, bob, prekey.public_key(), random).value();
  const Bytes bytes = sender.encrypt(as_bytes("x"), random)->bytes;
  Ratchet other_sender = Ratchet::responder(root, bob, mallory, prekey);
  EXPECT_EQ(refusal(other_sender, bytes), ErrorCode::kAuth);
  Ratchet other_receiver = Ratchet::responder(root, mallory, alice, prekey);
  EXPECT_EQ(refusal(other_receiver, bytes), ErrorCode::kAuth);
  Ratchet right = Ratchet::responder(root, bob, alice, prekey);
  EXPECT_TRUE(open(right, bytes).ok());
}

TEST(Ratchet, AStolenStateReadsNothingOlder) {
  Pair pair = Pair::make(11);
  std::vector<Bytes> heard;
  for (int turn = 0; turn < 3; ++turn) {
    for (int i = 0; i < 4; ++i) {
      heard.push_back(pair.seal(pair.alice, "secret"));
      ASSERT_TRUE(open(pair.bob, heard.back()).ok());
    }
    pair.exchange(pair.bob, pair.alice);
  }
  Ratchet stolen = pair.bob;
  for (const Bytes& bytes : heard) EXPECT_EQ(refusal(stolen, bytes), ErrorCode::kReplay);
}

TEST(Ratchet, AStolenStateIsShutOutByTheNextTurns) {
  Pair pair = Pair::make(12);
  pair.exchange(pair.alice, pair.bob);
  pair.exchange(pair.bob, pair.alice);
  Ratchet stolen = pair.bob;
  pair.exchange(pair.alice, pair.bob);  // under the key that was stolen
  pair.exchange(pair.bob, pair.alice);  // Bob shows a key that the thief does not have
  const Bytes healed = pair.seal(pair.alice, "secret again");
  EXPECT_EQ(refusal(stolen, healed), ErrorCode::kAuth);
  EXPECT_TRUE(open(pair.bob, healed).ok());
}

}  // namespace
}  // namespace parley::signal
