// Two accounts and a network that reorders, loses and repeats; accounts that start towards each
// other at the same moment, set up afresh, or answer what they cannot read.
#include "harness/wire/signal/store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <set>
#include <string>

namespace parley::signal {
namespace {

struct Account {
  std::string name;
  SeededRandom random;
  Store store;

  Account(std::string name_, std::uint64_t seed)
      : name(std::move(name_)), random(seed, name), store(Store::create(random)) {
    store.add_one_time_prekeys(5, random);
  }

  PreKeyBundle bundle() const {
    const auto keys = store.one_time_prekeys();
    return store.bundle(keys.empty() ? std::nullopt : std::optional(keys.front()));
  }
  void start(const Account& peer) {
    const auto started = store.start_session(peer.name, peer.bundle(), random);
    ASSERT_TRUE(started.ok()) << started.error().text();
  }
  EncryptedMessage send(const Account& peer, std::string_view text) {
    return store.encrypt(peer.name, as_bytes(text), random).value();
  }
  Result<DecryptedMessage> receive(const Account& peer, const EncryptedMessage& message) {
    return store.decrypt(peer.name, message.type, message.bytes);
  }
  std::string text(const Account& peer, const EncryptedMessage& message) {
    const auto received = receive(peer, message);
    EXPECT_TRUE(received.ok()) << received.error().text();
    return received.ok() ? std::string(as_text(received->plaintext)) : "";
  }
  ErrorCode refusal(const Account& peer, const EncryptedMessage& message) {
    const auto received = receive(peer, message);
    EXPECT_FALSE(received.ok());
    return received.ok() ? ErrorCode::kInternal : received.error().code;
  }
};

struct World {
  Account alice;
  Account bob;
  explicit World(std::uint64_t seed) : alice("alice", seed), bob("bob", seed) {}

  /// Both have written to each other.
  void settle() {
    alice.start(bob);
    EXPECT_EQ(bob.text(alice, alice.send(bob, "hello")), "hello");
    EXPECT_EQ(alice.text(bob, bob.send(alice, "hello yourself")), "hello yourself");
  }
};

TEST(Store, AFirstMessageSetsUpASessionAndConsumesOneKey) {
  World w(1);
  w.alice.start(w.bob);
  EXPECT_TRUE(w.alice.store.has_session("bob"));
  const EncryptedMessage first = w.alice.send(w.bob, "hello");
  EXPECT_EQ(first.type, MessageType::kPreKey);
  EXPECT_EQ(first.one_time_prekey_id, 1u);
  EXPECT_EQ(first.signed_prekey_id, 1u);
  EXPECT_EQ(first.counter, 0u);

  const auto received = w.bob.receive(w.alice, first);
  ASSERT_TRUE(received.ok()) << received.error().text();
  EXPECT_EQ(received->plaintext, to_bytes("hello"));
  EXPECT_TRUE(received->new_session);
  EXPECT_EQ(received->one_time_prekey_id, 1u);
  EXPECT_EQ(received->signed_prekey_id, 1u);
  EXPECT_EQ(received->registration_id, w.alice.store.identity().registration_id);
  EXPECT_EQ(received->identity, IdentityNews::kFirstSeen);
  EXPECT_EQ(w.bob.store.peer_identity("alice"), w.alice.store.identity().public_key());
  EXPECT_FALSE(w.bob.store.has_one_time_prekey(1));
  EXPECT_EQ(w.bob.store.one_time_prekeys().size(), 4u);
}

TEST(Store, PreKeyMessagesRepeatUntilTheFirstAnswer) {
  World w(2);
  w.alice.start(w.bob);
  const auto a = w.alice.send(w.bob, "a");
  const auto b = w.alice.send(w.bob, "b");
  EXPECT_EQ(b.type, MessageType::kPreKey);
  EXPECT_EQ(b.one_time_prekey_id, a.one_time_prekey_id);
  EXPECT_EQ(w.bob.text(w.alice, b), "b");
  const auto late = w.bob.receive(w.alice, a);
  ASSERT_TRUE(late.ok());
  EXPECT_FALSE(late->new_session);
  EXPECT_FALSE(late->one_time_prekey_id.has_value()) << "consumed once";
  const auto answer = w.bob.send(w.alice, "answer");
  EXPECT_EQ(answer.type, MessageType::kWhisper);
  EXPECT_EQ(w.alice.text(w.bob, answer), "answer");
  const auto c = w.alice.send(w.bob, "c");
  EXPECT_EQ(c.type, MessageType::kWhisper);
  EXPECT_FALSE(c.signed_prekey_id.has_value());
  EXPECT_EQ(w.bob.text(w.alice, c), "c");
}

TEST(Store, ABundleWithoutAOneTimeKeyWorks) {
  World w(3);
  ASSERT_TRUE(w.alice.store.start_session("bob", w.bob.store.bundle(), w.alice.random).ok());
  const auto first = w.alice.send(w.bob, "hello");
  EXPECT_FALSE(first.one_time_prekey_id.has_value());
  EXPECT_EQ(w.bob.text(w.alice, first), "hello");
  EXPECT_EQ(w.bob.store.one_time_prekeys().size(), 5u);
}

TEST(Store, AOneTimeKeyServesOneSetUpOnly) {
  World w(4);
  Account carol("carol", 4);
  const PreKeyBundle bundle = w.bob.bundle();
  ASSERT_TRUE(w.alice.store.start_session("bob", bundle, w.alice.random).ok());
  ASSERT_TRUE(carol.store.start_session("bob", bundle, carol.random).ok());
  EXPECT_EQ(w.bob.text(w.alice, w.alice.send(w.bob, "first")), "first");
  EXPECT_EQ(w.bob.refusal(carol, carol.send(w.bob, "second")), ErrorCode::kNotFound);
  EXPECT_FALSE(w.bob.store.has_session("carol"));
  EXPECT_FALSE(w.bob.store.peer_identity("carol").has_value());
}

TEST(Store, ASignedPreKeyThatWasReplacedStillServes) {
  World w(5);
  w.alice.start(w.bob);
  EXPECT_EQ(w.bob.store.rotate_signed_prekey(w.bob.random).id, 2u);
  EXPECT_EQ(w.bob.store.bundle().signed_prekey.id, 2u);
  EXPECT_EQ(w.bob.text(w.alice, w.alice.send(w.bob, "late")), "late");
  auto outer = PreKeyMessage::parse(w.alice.send(w.bob, "x").bytes);
  Account dave("dave", 5);
  outer->signed_prekey_id = 99;
  EXPECT_EQ(w.bob.refusal(dave, {MessageType::kPreKey, outer->serialize(), 0, {}, {}}),
            ErrorCode::kNotFound);
}

TEST(Store, ABadBundleStartsNothing) {
  World w(6);
  PreKeyBundle bundle = w.bob.bundle();
  bundle.signed_prekey.signature[0] ^= 1;
  const auto started = w.alice.store.start_session("bob", bundle, w.alice.random);
  EXPECT_EQ(started.error().code, ErrorCode::kAuth);
  EXPECT_FALSE(w.alice.store.has_session("bob"));
  EXPECT_FALSE(w.alice.store.peer_identity("bob").has_value());
  bundle = w.bob.bundle();
  bundle.one_time_prekey->key = {};
  EXPECT_EQ(w.alice.store.start_session("bob", bundle, w.alice.random).error().code,
            ErrorCode::kInvalid)
      << "all-zero agreement";
}

TEST(Store, NoSessionNoMessage) {
  World w(7);
  EXPECT_EQ(w.alice.store.encrypt("bob", as_bytes("x"), w.alice.random).error().code,
            ErrorCode::kNotFound);
  w.settle();
  const auto message = w.alice.send(w.bob, "x");
  w.bob.store.delete_session("alice");
  EXPECT_EQ(w.bob.refusal(w.alice, message), ErrorCode::kNotFound);
}

TEST(Store, ReplaysAreRefused) {
  World w(8);
  w.alice.start(w.bob);
  const auto first = w.alice.send(w.bob, "first");
  EXPECT_EQ(w.bob.text(w.alice, first), "first");
  EXPECT_EQ(w.bob.refusal(w.alice, first), ErrorCode::kReplay);
  w.alice.text(w.bob, w.bob.send(w.alice, "answer"));
  const auto later = w.alice.send(w.bob, "later");
  EXPECT_EQ(w.bob.text(w.alice, later), "later");
  EXPECT_EQ(w.bob.refusal(w.alice, later), ErrorCode::kReplay);
  EXPECT_EQ(w.bob.refusal(w.alice, first), ErrorCode::kReplay);
}

TEST(Store, BothMayStartAtTheSameMoment) {
  World w(9);
  w.alice.start(w.bob);
  w.bob.start(w.alice);
  const auto from_alice = w.alice.send(w.bob, "from alice");
  const auto from_bob = w.bob.send(w.alice, "from bob");
  EXPECT_EQ(from_alice.type, MessageType::kPreKey);
  EXPECT_EQ(from_bob.type, MessageType::kPreKey);
  EXPECT_EQ(w.bob.text(w.alice, from_alice), "from alice");
  EXPECT_EQ(w.alice.text(w.bob, from_bob), "from bob");
  EXPECT_EQ(w.alice.store.session("bob")->archived_states(), 1u);
  for (int i = 0; i < 6; ++i) {
    const auto a = w.alice.send(w.bob, "a");
    const auto b = w.bob.send(w.alice, "b");  // crosses it
    EXPECT_EQ(w.bob.text(w.alice, a), "a");
    EXPECT_EQ(w.alice.text(w.bob, b), "b");
  }
  EXPECT_EQ(w.alice.send(w.bob, "x").type, MessageType::kWhisper) << "settled";
  EXPECT_EQ(w.bob.send(w.alice, "x").type, MessageType::kWhisper);
}

TEST(Store, ARestartKeepsTheOldSessionForLateMessages) {
  World w(10);
  w.settle();
  const auto late = w.alice.send(w.bob, "late");
  w.alice.start(w.bob);
  EXPECT_EQ(w.bob.text(w.alice, w.alice.send(w.bob, "new")), "new");
  EXPECT_EQ(w.bob.text(w.alice, late), "late");
  EXPECT_EQ(w.alice.text(w.bob, w.bob.send(w.alice, "answer")), "answer");
}

TEST(Store, AtMostFortyStatesAreArchived) {
  World w(11);
  w.settle();
  const auto oldest = w.bob.send(w.alice, "oldest");
  for (std::size_t i = 0; i < kMaxArchivedStates; ++i) {
    ASSERT_TRUE(w.alice.store.start_session("bob", w.bob.store.bundle(), w.alice.random).ok());
  }
  Account copy = w.alice;
  EXPECT_EQ(copy.text(w.bob, oldest), "oldest") << "the fortieth archived state";
  ASSERT_TRUE(w.alice.store.start_session("bob", w.bob.store.bundle(), w.alice.random).ok());
  EXPECT_EQ(w.alice.store.session("bob")->archived_states(), kMaxArchivedStates);
  EXPECT_EQ(w.alice.refusal(w.bob, oldest), ErrorCode::kAuth);
}

TEST(Store, ANewInstallationIsNoticedAndShutsOutTheOldOne) {
  World w(12);
  w.settle();
  const auto from_old = w.alice.send(w.bob, "from the old one");
  Account again("alice", 999);
  again.start(w.bob);
  const auto received = w.bob.receive(again, again.send(w.bob, "new phone"));
  ASSERT_TRUE(received.ok()) << received.error().text();
  EXPECT_EQ(received->identity, IdentityNews::kChanged);
  EXPECT_EQ(w.bob.store.peer_identity("alice"), again.store.identity().public_key());
  EXPECT_EQ(w.bob.refusal(w.alice, from_old), ErrorCode::kAuth);
  const auto next = w.bob.receive(again, again.send(w.bob, "hello"));
  EXPECT_EQ(next->identity, IdentityNews::kSame);
  // The same news where it is the bundle that shows it.
  Account third("alice", 1000);
  const auto started = w.bob.store.start_session("alice", third.bundle(), w.bob.random);
  EXPECT_EQ(*started, IdentityNews::kChanged);
  EXPECT_EQ(w.bob.store.session("alice")->archived_states(), 0u);
}

/// All that decrypt() may change.
struct Snapshot {
  std::optional<Session> session;
  std::vector<PublicPreKey> one_time;
  std::optional<crypto::PublicKey> identity;
  bool operator==(const Snapshot&) const = default;

  static Snapshot of(const Store& store, std::string_view peer) {
    const Session* session = store.session(peer);
    return {session != nullptr ? std::optional(*session) : std::nullopt, store.one_time_prekeys(),
            store.peer_identity(peer)};
  }
};

TEST(Store, EveryFlippedBitOfAMessageIsRefusedAndChangesNothing) {
  World w(13);
  w.settle();
  const auto good = w.alice.send(w.bob, "good");
  const Snapshot before = Snapshot::of(w.bob.store, "alice");
  for (std::size_t bit = 0; bit < good.bytes.size() * 8; ++bit) {
    EncryptedMessage bad = good;
    bad.bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    EXPECT_FALSE(w.bob.receive(w.alice, bad).ok()) << "bit " << bit;
    ASSERT_TRUE(Snapshot::of(w.bob.store, "alice") == before) << "bit " << bit;
  }
  EXPECT_EQ(w.bob.text(w.alice, good), "good");
}

TEST(Store, OfAPreKeyMessageOnlyTheRegistrationIdIsNotProtected) {
  World w(14);
  w.alice.start(w.bob);
  const auto good = w.alice.send(w.bob, "good");
  const auto parsed = PreKeyMessage::parse(good.bytes);
  const Snapshot before = Snapshot::of(w.bob.store, "alice");
  std::set<std::uint32_t> accepted_ids;
  for (std::size_t bit = 0; bit < good.bytes.size() * 8; ++bit) {
    EncryptedMessage bad = good;
    bad.bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    Store bob = w.bob.store;
    const auto received = bob.decrypt("alice", bad.type, bad.bytes);
    if (received) {
      auto outer = PreKeyMessage::parse(bad.bytes);
      accepted_ids.insert(outer->registration_id);
      outer->registration_id = parsed->registration_id;
      EXPECT_EQ(outer->serialize(), good.bytes) << "bit " << bit << " changed something else";
    } else {
      ASSERT_TRUE(Snapshot::of(bob, "alice") == before) << "bit " << bit;
    }
  }
  EXPECT_FALSE(accepted_ids.contains(parsed->registration_id));
  EXPECT_EQ(w.bob.text(w.alice, good), "good");
}

TEST(Store, APreKeyMessageOfAKnownSetUpCannotChangeItsIdentity) {
  World w(15);
  w.alice.start(w.bob);
  EXPECT_EQ(w.bob.text(w.alice, w.alice.send(w.bob, "first")), "first");
  auto outer = PreKeyMessage::parse(w.alice.send(w.bob, "second").bytes);
  outer->identity = w.bob.store.identity().public_key();
  EXPECT_EQ(w.bob.refusal(w.alice, {MessageType::kPreKey, outer->serialize(), 0, {}, {}}),
            ErrorCode::kAuth);
}

/// A thousand messages both ways over a network that loses, repeats and reorders.
class Schedule : public testing::TestWithParam<int> {};

TEST_P(Schedule, EveryMessageArrivesOnceOrNotAtAll) {
  World w(static_cast<std::uint64_t>(100 + GetParam()));
  SeededRandom random(static_cast<std::uint64_t>(GetParam()), "schedule");
  if (GetParam() % 3 != 0) w.alice.start(w.bob);
  if (GetParam() % 3 != 1) w.bob.start(w.alice);
  struct InFlight {
    EncryptedMessage message;
    std::string text;
    bool delivered_before;
  };
  std::deque<InFlight> to_bob;
  std::deque<InFlight> to_alice;
  int sent = 0;
  int delivered = 0;
  int lost = 0;
  int repeated = 0;
  const auto send = [&](Account& from, Account& to, std::deque<InFlight>& queue) {
    if (!from.store.has_session(to.name) || sent >= 1000) return;
    std::string text = "message " + std::to_string(sent++);
    // It may overtake a few, so that the disorder stays within the chains that are kept.
    const auto overtakes = random.below(std::min<std::size_t>(queue.size(), 4) + 1);
    queue.insert(queue.end() - static_cast<std::ptrdiff_t>(overtakes),
                 {from.send(to, text), text, false});
  };
  const auto deliver = [&](Account& from, Account& to, std::deque<InFlight>& queue) {
    if (queue.empty()) return;
    const InFlight flight = queue.front();
    queue.pop_front();
    if (flight.delivered_before) {
      EXPECT_EQ(to.refusal(from, flight.message), ErrorCode::kReplay);
      ++repeated;
      return;
    }
    if (random.below(10) == 0 && to.store.has_session(from.name)) {
      ++lost;
      return;
    }
    EXPECT_EQ(to.text(from, flight.message), flight.text);
    ++delivered;
    if (random.below(10) == 0) queue.push_front({flight.message, flight.text, true});
  };
  while (sent < 1000 || !to_bob.empty() || !to_alice.empty()) {
    switch (random.below(4)) {
      case 0:
        send(w.alice, w.bob, to_bob);
        break;
      case 1:
        send(w.bob, w.alice, to_alice);
        break;
      case 2:
        deliver(w.alice, w.bob, to_bob);
        break;
      default:
        deliver(w.bob, w.alice, to_alice);
    }
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_EQ(delivered + lost, 1000);
  EXPECT_GT(delivered, 800);
  EXPECT_GT(lost, 40);
  EXPECT_GT(repeated, 40);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Schedule, testing::Range(0, 9));

}  // namespace
}  // namespace parley::signal
