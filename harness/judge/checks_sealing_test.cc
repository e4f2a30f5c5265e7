// Made-up message stanzas with real sealed content: signed, padded too little, asked for too often,
// sent before any keys were had.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/sealed_message_for_tests.h"
#include "harness/wire/message_content.h"

namespace parley::judge {
namespace {

using Direction = evidence::Direction;
using Tap = evidence::Tap;

void send(StagedCase& staged, const wire::Node& node) {
  staged.stanza("bob", Direction::kOut, "chat.whatsapp.net", node, "message-send");
}

// ---- messages-unsigned

Finding judge_unsigned(const std::vector<wire::Node>& nodes, std::vector<std::string> iut = {}) {
  StagedCase staged(std::move(iut));
  for (const wire::Node& node : nodes) send(staged, node);
  staged.end();
  return staged.judge("messages-unsigned", {{"at", "bob"}, {"blames", "partner-user"}});
}

TEST(MessagesUnsigned, PassesOnWhatTheProtocolKnows) {
  SealedChat chat;
  EXPECT_EQ(told(judge_unsigned({chat.stanza("1", kAliceJid, Bytes(20, 1)),
                                 chat.stanza("2", kAliceJid, Bytes(20, 1))})),
            "pass/none/as-expected");
}

TEST(MessagesUnsigned, FailsOnASignatureBesideTheSealedPart) {
  SealedChat chat;
  wire::Node node = chat.stanza("1", kAliceJid, Bytes(20, 1));
  std::get<wire::Nodes>(node.content).emplace_back("signature");
  std::get<wire::Nodes>(node.content).back().content = Bytes(64, 3);
  EXPECT_EQ(told(judge_unsigned({node}, {"bob"})), "fail/iut/foreign-part");
}

// Whoever can read the message could have made the commitment; a signature in its place is none.
TEST(MessagesUnsigned, PassesOnACommitmentAndFailsOnASignatureInItsPlace) {
  for (const std::size_t size : {32U, 64U}) {
    SealedChat chat;
    wire::Node node = chat.stanza("1", kAliceJid, Bytes(20, 1));
    std::get<wire::Nodes>(node.content)
        .emplace_back("franking", std::vector<std::pair<std::string, std::string>>{},
                      wire::Nodes{wire::Node("commitment", {}, Bytes(size, 3))});
    StagedCase staged({"bob"});
    staged.stanza("bob", Direction::kOut, "chat.whatsapp.net", node, "message-send-franked");
    staged.end();
    EXPECT_EQ(told(staged.judge("messages-unsigned", {{"at", "bob"}, {"blames", "partner-user"}})),
              size == 32 ? "pass/none/as-expected" : "fail/iut/foreign-part");
  }
}

TEST(MessagesUnsigned, FailsOnASignatureInsideTheSealedPart) {
  SealedChat chat;
  const signal::EncryptedMessage sealed = chat.seal(Bytes(20, 1));
  Bytes bytes = sealed.bytes;
  append(bytes, Bytes{0x4A, 4, 1, 2, 3, 4});  // field 9, four bytes
  EXPECT_EQ(told(judge_unsigned({SealedChat::stanza_of("1", kAliceJid, sealed.type, bytes)})),
            "fail/peer/foreign-part");
  const auto outer = signal::PreKeyMessage::parse(sealed.bytes);
  ASSERT_TRUE(outer.ok());
  Bytes inner(outer->message.begin(), outer->message.end() - signal::kMacSize);
  append(inner, Bytes{0x4A, 4, 1, 2, 3, 4});
  append(inner, Bytes(signal::kMacSize, 0));
  EXPECT_EQ(told(judge_unsigned(
                {SealedChat::stanza_of("1", kAliceJid, signal::MessageType::kWhisper, inner)})),
            "fail/peer/foreign-part");
}

TEST(MessagesUnsigned, SaysNothingWithoutAMessage) {
  EXPECT_EQ(told(judge_unsigned({})), "inconclusive/unknown/no-message");
}

// ---- padding-varies

/// `padding(i)` bytes behind the i-th content of 39 bytes.
Finding judge_padding(std::size_t messages, const std::function<std::size_t(std::size_t)>& padding,
                      std::vector<std::string> iut = {}) {
  StagedCase staged(std::move(iut));
  SealedChat chat;
  for (std::size_t i = 0; i < messages; ++i) {
    const std::string id = std::to_string(i);
    staged.add(Tap::kMessage, "bob", "message", {{"id", id}}, Direction::kOut, "alice",
               Bytes(39, 1));
    send(staged, chat.stanza(id, kAliceJid, Bytes(39 + padding(i), 1)));
  }
  staged.end();
  return staged.judge("padding-varies", {{"at", "bob"}, {"blames", "partner-user"}});
}

TEST(PaddingVaries, PassesOnPaddingOfOneToSixteen) {
  EXPECT_EQ(told(judge_padding(16, [](std::size_t i) { return i % 16 + 1; })),
            "pass/none/as-expected");
}

TEST(PaddingVaries, FailsWhereTheLengthShows) {
  EXPECT_EQ(told(judge_padding(16, [](std::size_t) { return 1; }, {"bob"})),
            "fail/iut/length-shows");
  EXPECT_EQ(told(judge_padding(16, [](std::size_t) { return 16; })), "fail/peer/length-shows");
}

// A product's client: the gatekeeper saw the sealed message, and alice how long it was inside.
TEST(PaddingVaries, OfAProductWhoOpenedItsMessagesKnows) {
  const auto judge = [](std::size_t messages,
                        const std::function<std::size_t(std::size_t)>& padding, bool opened) {
    StagedCase staged({"bob"});
    SealedChat chat;
    for (std::size_t i = 0; i < messages; ++i) {
      const std::string id = std::to_string(i);
      staged.stanza("gatekeeper", Direction::kIn, "bob",
                    chat.stanza(id, kAliceJid, Bytes(39 + padding(i), 1)), "message-send");
      if (!opened) continue;
      staged.add(Tap::kMessage, "alice", "message", {{"id", id}}, Direction::kIn, "bob",
                 Bytes(39, 1));
    }
    staged.end();
    return told(staged.judge("padding-varies", {{"at", "bob"}, {"blames", "partner-user"}}));
  };
  EXPECT_EQ(judge(16, [](std::size_t i) { return i % 16 + 1; }, true), "pass/none/as-expected");
  EXPECT_EQ(judge(16, [](std::size_t) { return 1; }, true), "fail/iut/length-shows");
  EXPECT_EQ(judge(
                16, [](std::size_t i) { return i % 16 + 1; }, false),
            "inconclusive/unknown/too-few-messages");
}

TEST(PaddingVaries, FailsOutsideTheBounds) {
  EXPECT_EQ(told(judge_padding(16, [](std::size_t i) { return i == 3 ? 200U : i % 16 + 1; })),
            "fail/peer/padding-out-of-range");
}

TEST(PaddingVaries, SaysNothingAboutAFew) {
  EXPECT_EQ(told(judge_padding(4, [](std::size_t) { return 1; })),
            "inconclusive/unknown/too-few-messages");
  EXPECT_EQ(told(judge_padding(0, [](std::size_t) { return 1; })),
            "inconclusive/unknown/too-few-messages");
}

// ---- retries-bounded

Finding judge_retries(std::size_t asked, std::vector<std::string> iut = {}) {
  StagedCase staged(std::move(iut));
  staged.step("sent", "alice", "send-text", {{"id", "M"}});
  for (std::size_t i = 0; i < asked; ++i) {
    staged.stanza("bob", Direction::kOut, "chat.whatsapp.net",
                  wire::Node("receipt", {{"id", "M"}, {"type", "retry"}}), "receipt-retry-send");
  }
  staged.stanza("bob", Direction::kOut, "chat.whatsapp.net",
                wire::Node("receipt", {{"id", "other"}, {"type", "retry"}}), "receipt-retry-send");
  staged.end();
  return staged.judge(
      "retries-bounded",
      {{"message", "sent"}, {"at", "bob"}, {"count", 5}, {"blames", "partner-user"}});
}

TEST(RetriesBounded, CountsTheReceiptsOfTheMessage) {
  EXPECT_EQ(told(judge_retries(1)), "pass/none/as-expected");
  EXPECT_EQ(told(judge_retries(5)), "pass/none/as-expected");
  EXPECT_EQ(told(judge_retries(6)), "fail/peer/too-many-retries");
  EXPECT_EQ(told(judge_retries(6, {"bob"})), "fail/iut/too-many-retries");
  EXPECT_EQ(told(judge_retries(0)), "inconclusive/unknown/nothing-asked");
}

// ---- keys-fetched-first

wire::Node keys_of(std::string_view jid) {
  return wire::Node("iq", {{"id", "1"}, {"type", "result"}},
                    wire::Nodes{wire::Node(
                        "list", {}, wire::Nodes{wire::Node("user", {{"jid", std::string(jid)}})})});
}

TEST(KeysFetchedFirst, TheAnswerComesBeforeTheFirstMessage) {
  for (const bool in_time : {true, false}) {
    StagedCase staged({"bob"});
    SealedChat chat;
    const auto fetch = [&] {
      staged.stanza("bob", Direction::kIn, "chat.whatsapp.net", keys_of(kAliceJid),
                    "prekey-fetch-answer");
    };
    if (in_time) fetch();
    send(staged, chat.stanza("1", kAliceJid, Bytes(20, 1)));
    if (!in_time) fetch();
    staged.end();
    EXPECT_EQ(told(staged.judge("keys-fetched-first", {{"at", "bob"}, {"blames", "partner-user"}})),
              in_time ? "pass/none/as-expected" : "fail/iut/keys-not-fetched");
  }
}

TEST(KeysFetchedFirst, AnotherUsersKeysDoNotCount) {
  StagedCase staged;
  SealedChat chat;
  staged.stanza("bob", Direction::kIn, "chat.whatsapp.net", keys_of("4915@s.whatsapp.net"),
                "prekey-fetch-answer");
  send(staged, chat.stanza("1", kAliceJid, Bytes(20, 1)));
  staged.end();
  EXPECT_EQ(told(staged.judge("keys-fetched-first", {{"at", "bob"}, {"blames", "partner-user"}})),
            "fail/peer/keys-not-fetched");
}

TEST(KeysFetchedFirst, SaysNothingWhereNoSessionWasStarted) {
  StagedCase staged;
  staged.end();
  EXPECT_EQ(told(staged.judge("keys-fetched-first", {{"at", "bob"}, {"blames", "partner-user"}})),
            "inconclusive/unknown/no-session-started");
}

}  // namespace
}  // namespace parley::judge
