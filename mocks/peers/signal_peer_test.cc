// The world: two accounts and a bad line between them. One account is ours; the other runs on
// Debian's libsignal-protocol-c or on the libsignal that Baileys brings, in a process of its own.
// The line delays, reorders, loses, repeats and damages messages, by a seed. What arrives must
// decrypt to what was sent, once; whatever was refused must leave no trace.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mocks/peers/peers.h"
#include "mocks/peers/signal_sides.h"

namespace parley::peers {
namespace {

using testing::AnyOf;
using testing::StartsWith;

enum class Peer { kLibsignalC, kLibsignalNode };
enum class Initiator { kUs, kPeer };

Result<PeerProcess> start(Peer peer) {
  return peer == Peer::kLibsignalC ? start_libsignal_c(build_folders())
                                   : start_node_peer(build_folders(), "signal.mjs");
}

/// How each implementation refuses a message that it has read before.
void expect_duplicate(const Reading& reading) {
  EXPECT_FALSE(reading.plaintext.has_value()) << "a duplicate was read again";
  // "unreadable": libsignal for node has one word for all that it cannot read.
  EXPECT_THAT(reading.refusal,
              AnyOf("replay", StartsWith("duplicate:"), StartsWith("unreadable:")));
}

/// One direction of the line.
class Line {
 public:
  struct Sent {
    Letter letter;
    Bytes plaintext;
    int age = 0;  ///< bursts since
  };
  struct Tally {
    int sent = 0;
    int delivered = 0;
    int out_of_order = 0;
    int lost = 0;
    int repeated = 0;
    int damaged = 0;
    int pkmsg = 0;
  };

  Line(Side& from, Side& to, Random& random) : from_(from), to_(to), random_(random) {}

  /// False, with a test failure, where a message could not be written.
  bool send(std::size_t index) {
    Sent sent;
    sent.plaintext = random_.bytes(random_.below(200));
    append_be(sent.plaintext, index, 4);
    auto letter = from_.write(sent.plaintext);
    if (!letter.ok()) {
      ADD_FAILURE() << letter.error().text();
      return false;
    }
    sent.letter = std::move(*letter);
    if (sent.letter.type == signal::MessageType::kPreKey) ++tally_.pkmsg;
    ++tally_.sent;
    under_way_.push_back(std::move(sent));
    return true;
  }

  /// Delivers, loses or keeps each letter under way, in random order; of what was kept three times
  /// nothing stays, because older chains than five turns are forgotten. `at_least_one` arrives.
  void move_on(bool at_least_one) {
    for (std::size_t n = under_way_.size(); n > 1; --n) {
      std::swap(under_way_[n - 1], under_way_[random_.below(n)]);
    }
    std::vector<Sent> kept;
    for (Sent& sent : under_way_) {
      const std::uint64_t fate = random_.below(100);
      if (!at_least_one && fate < 6) {
        ++tally_.lost;
      } else if (!at_least_one && fate < 36 && ++sent.age < 3) {
        kept.push_back(std::move(sent));
      } else {
        deliver(std::move(sent));
        at_least_one = false;
      }
    }
    under_way_ = std::move(kept);
  }

  /// Delivers what is to come twice.
  void repeat() {
    for (const Letter& letter : again_) expect_duplicate(to_.read(letter));
    tally_.repeated += static_cast<int>(again_.size());
    again_.clear();
  }

  const Tally& tally() const { return tally_; }

 private:
  void deliver(Sent sent) {
    if (random_.below(20) == 0) damage(sent.letter);
    const Reading reading = to_.read(sent.letter);
    ASSERT_TRUE(reading.plaintext.has_value()) << reading.refusal;
    EXPECT_EQ(*reading.plaintext, sent.plaintext);
    ++tally_.delivered;
    const std::uint64_t index = read_be(BytesView(sent.plaintext).last(4));
    if (index < newest_) ++tally_.out_of_order;
    newest_ = std::max(newest_, index);
    if (random_.below(10) == 0) again_.push_back(std::move(sent.letter));
  }

  /// A copy with one bit flipped in the MAC of the message (inside, of a pkmsg) or before it.
  void damage(Letter letter) {
    const std::size_t from_end = 1 + random_.below(12);
    // A pkmsg ends with the fields behind the message, a msg with the MAC.
    const std::size_t place = letter.type == signal::MessageType::kPreKey
                                  ? letter.bytes.size() / 2
                                  : letter.bytes.size() - from_end;
    letter.bytes[place] ^= 1u << random_.below(8);
    const Reading reading = to_.read(letter);
    EXPECT_FALSE(reading.plaintext.has_value()) << "a damaged message was read";
    EXPECT_THAT(reading.refusal, testing::Not(StartsWith("process")));
    ++tally_.damaged;
  }

  Side& from_;
  Side& to_;
  Random& random_;
  std::vector<Sent> under_way_;
  std::vector<Letter> again_;
  std::uint64_t newest_ = 0;
  Tally tally_;
};

struct Case {
  Peer peer;
  Initiator initiator;
  bool one_time_prekey;
};

std::string name_of(const testing::TestParamInfo<Case>& info) {
  const Case& c = info.param;
  return std::string(c.peer == Peer::kLibsignalC ? "LibsignalC" : "LibsignalNode") +
         (c.initiator == Initiator::kUs ? "Responds" : "Initiates") +
         (c.one_time_prekey ? "WithOneTimePrekey" : "WithoutOneTimePrekey");
}

class SignalPeerTest : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    auto process = start(GetParam().peer);
    ASSERT_TRUE(process.ok()) << process.error().text();
    auto side = PeerSide::create(std::move(*process), kSeed, GetParam().one_time_prekey);
    ASSERT_TRUE(side.ok()) << side.error().text();
    peer_ = std::make_unique<PeerSide>(std::move(*side));
    ours_ = std::make_unique<OurSide>(kSeed, GetParam().one_time_prekey);
  }

  Side& initiator() { return GetParam().initiator == Initiator::kUs ? *ours_ : side(*peer_); }
  Side& responder() { return GetParam().initiator == Initiator::kUs ? side(*peer_) : *ours_; }
  static Side& side(PeerSide& peer) { return peer; }
  bool damages_its_session() const {
    return GetParam().peer == Peer::kLibsignalNode && GetParam().initiator == Initiator::kUs;
  }

  static constexpr std::uint64_t kSeed = 20260302;
  std::unique_ptr<PeerSide> peer_;
  std::unique_ptr<OurSide> ours_;
};

TEST_P(SignalPeerTest, AThousandMessagesOverABadLine) {
  const Status started = initiator().start(responder().bundle());
  ASSERT_TRUE(started.ok()) << started.error().text();
  SeededRandom random(kSeed, "line");
  Line there(initiator(), responder(), random);
  Line back(responder(), initiator(), random);
  int bursts = 0;
  for (std::size_t sent = 0; sent < 1000; ++bursts) {
    Line& line = bursts % 2 == 0 ? there : back;
    // The first burst is of several pkmsgs, which may arrive in any order too.
    const std::uint64_t least = bursts == 0 ? 4 : 1;
    for (std::uint64_t n = least + random.below(12); n > 0 && sent < 1000; --n) {
      ASSERT_TRUE(line.send(sent++));
    }
    // Without the first message nobody can answer.
    line.move_on(/*at_least_one=*/bursts == 0);
    (random.below(2) == 0 ? there : back).repeat();
    if (HasFatalFailure()) return;
  }
  there.repeat();
  back.repeat();

  EXPECT_GT(bursts, 100);
  for (const Line* line : {&there, &back}) {
    const Line::Tally& t = line->tally();
    std::printf(
        "  %s: %d sent (%d pkmsg), %d delivered, %d of them late, %d lost, %d repeated, "
        "%d damaged first\n",
        line == &there ? "initiator" : "responder", t.sent, t.pkmsg, t.delivered, t.out_of_order,
        t.lost, t.repeated, t.damaged);
    EXPECT_GT(t.delivered, 350);
    EXPECT_GT(t.out_of_order, 50);
    EXPECT_GT(t.lost, 10);
    EXPECT_GT(t.repeated, 15);
    EXPECT_GT(t.damaged, 8);
  }
  EXPECT_GT(there.tally().pkmsg, 3);
  EXPECT_EQ(back.tally().pkmsg, 0);
}

/// A one-time prekey serves one set-up: who comes second with it is refused. Where there was none,
/// a second set-up replaces the first.
TEST_P(SignalPeerTest, AOneTimePrekeyServesOnce) {
  const signal::PreKeyBundle bundle = responder().bundle();
  for (int attempt = 0; attempt < 2; ++attempt) {
    ASSERT_TRUE(initiator().start(bundle).ok());
    const auto letter = initiator().write(as_bytes("hello"));
    ASSERT_TRUE(letter.ok()) << letter.error().text();
    const Reading reading = responder().read(*letter);
    if (attempt == 0 || !GetParam().one_time_prekey) {
      EXPECT_EQ(reading.plaintext, to_bytes("hello")) << reading.refusal;
    } else {
      EXPECT_FALSE(reading.plaintext.has_value());
      EXPECT_THAT(reading.refusal, AnyOf("not-found", StartsWith("no-prekey:")));
    }
  }
}

/// Both fetch the other's bundle and write before they read; either is read, and the two settle on
/// one session. Where the peer is libsignal for node and answers, it damages its newer session when
/// a message of the older one arrives: it tries each session in turn, and keeps what a failed
/// attempt did to the ratchet. Its messages are then lost, until somebody starts anew, as a retry
/// receipt makes it do.
TEST_P(SignalPeerTest, BothStartAtTheSameTime) {
  ASSERT_TRUE(initiator().start(responder().bundle()).ok());
  ASSERT_TRUE(responder().start(initiator().bundle()).ok());
  const auto there = initiator().write(as_bytes("one"));
  const auto back = responder().write(as_bytes("two"));
  ASSERT_TRUE(there.ok());
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(there->type, signal::MessageType::kPreKey);
  EXPECT_EQ(back->type, signal::MessageType::kPreKey);
  EXPECT_EQ(responder().read(*there).plaintext, to_bytes("one"));
  EXPECT_EQ(initiator().read(*back).plaintext, to_bytes("two"));
  for (int turn = 0; turn < 10; ++turn) {
    Side& from = turn % 2 == 0 ? initiator() : responder();
    Side& to = turn % 2 == 0 ? responder() : initiator();
    const auto letter = from.write(as_bytes("more"));
    ASSERT_TRUE(letter.ok());
    const Reading reading = to.read(*letter);
    if (&from == peer_.get() && damages_its_session()) {
      EXPECT_EQ(reading.refusal, "auth") << turn << ": the peer has been mended; take this out";
    } else {
      EXPECT_EQ(reading.plaintext, to_bytes("more")) << turn << ": " << reading.refusal;
    }
    if (turn > 2) {
      EXPECT_EQ(letter->type, signal::MessageType::kWhisper) << turn;
    }
  }
  ASSERT_TRUE(peer_->start(ours_->bundle_without_one_time_prekey()).ok());
  const auto anew = peer_->write(as_bytes("anew"));
  ASSERT_TRUE(anew.ok());
  EXPECT_EQ(ours_->read(*anew).plaintext, to_bytes("anew"));
  const auto answer = ours_->write(as_bytes("welcome back"));
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(peer_->read(*answer).plaintext, to_bytes("welcome back"));
}

INSTANTIATE_TEST_SUITE_P(Peers, SignalPeerTest,
                         testing::Values(Case{Peer::kLibsignalC, Initiator::kUs, true},
                                         Case{Peer::kLibsignalC, Initiator::kUs, false},
                                         Case{Peer::kLibsignalC, Initiator::kPeer, true},
                                         Case{Peer::kLibsignalC, Initiator::kPeer, false},
                                         Case{Peer::kLibsignalNode, Initiator::kUs, true},
                                         Case{Peer::kLibsignalNode, Initiator::kUs, false},
                                         Case{Peer::kLibsignalNode, Initiator::kPeer, true},
                                         Case{Peer::kLibsignalNode, Initiator::kPeer, false}),
                         name_of);

/// What the implementations agree and disagree on at the edges. One row, one known answer each; a
/// peer that changes its mind fails the test.
class SignalEdgeTest : public testing::TestWithParam<Peer> {
 protected:
  void SetUp() override {
    auto process = start(GetParam());
    ASSERT_TRUE(process.ok()) << process.error().text();
    auto side = PeerSide::create(std::move(*process), 1, true);
    ASSERT_TRUE(side.ok()) << side.error().text();
    peer_ = std::make_unique<PeerSide>(std::move(*side));
  }

  /// Whether `to` reads a message behind `lost` others that never arrive.
  static bool reads_after_gap(Side& from, Side& to, std::uint32_t lost) {
    const auto first = from.write(as_bytes("first"));
    EXPECT_TRUE(to.read(*first).plaintext.has_value());
    for (std::uint32_t n = 0; n < lost; ++n) EXPECT_TRUE(from.write({}).ok());
    const auto letter = from.write(as_bytes("last"));
    return to.read(*letter).plaintext == to_bytes("last");
  }

  bool is_node() const { return GetParam() == Peer::kLibsignalNode; }
  OurSide ours_{1, true};
  std::unique_ptr<PeerSide> peer_;
};

TEST_P(SignalEdgeTest, AForgedPrekeySignature) {
  signal::PreKeyBundle forged = ours_.bundle();
  forged.signed_prekey.signature[10] ^= 1;
  // Baileys' libsignal does not look at the signature when it starts a session.
  EXPECT_EQ(peer_->start(forged).ok(), is_node());
  signal::PreKeyBundle theirs = peer_->bundle();
  theirs.signed_prekey.signature[10] ^= 1;
  const Status started = ours_.start(theirs);
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().code, ErrorCode::kAuth);
}

struct Gap {
  std::uint32_t lost;
  bool we_read;
  bool node_reads;
  bool c_reads;
};
// libsignal for node counts the message itself among the 2,000 that it will skip. Behind the first
// message of a chain, `lost` more are skipped.
constexpr Gap kGaps[] = {
    {1999, true, true, true}, {2000, true, false, true}, {2001, false, false, false}};

TEST_P(SignalEdgeTest, TheLargestGap) {
  for (const Gap& gap : kGaps) {
    // Each round is a session of its own, of new accounts.
    OurSide ours(gap.lost, true);
    auto process = start(GetParam());
    ASSERT_TRUE(process.ok());
    auto peer = PeerSide::create(std::move(*process), gap.lost, true);
    ASSERT_TRUE(peer.ok());
    ASSERT_TRUE(ours.start(peer->bundle()).ok());
    const auto hello = ours.write(as_bytes("hello"));
    ASSERT_TRUE(peer->read(*hello).plaintext.has_value());
    // The peer's gap first: with 2,000 keys in its session, each of its messages takes long.
    EXPECT_EQ(reads_after_gap(*peer, ours, gap.lost), gap.we_read) << "we, after " << gap.lost;
    EXPECT_EQ(reads_after_gap(ours, *peer, gap.lost), is_node() ? gap.node_reads : gap.c_reads)
        << "the peer, after " << gap.lost;
  }
}

INSTANTIATE_TEST_SUITE_P(Peers, SignalEdgeTest,
                         testing::Values(Peer::kLibsignalC, Peer::kLibsignalNode),
                         [](const testing::TestParamInfo<Peer>& info) {
                           return info.param == Peer::kLibsignalC ? "LibsignalC" : "LibsignalNode";
                         });

}  // namespace
}  // namespace parley::peers
