// No world: the stanzas that clients send, held to the built-in wire profile, and the answers that
// they read, whole and damaged.
#include "mocks/client/stanzas.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/base/encoding.h"
#include "harness/wire/node_codec.h"
#include "harness/wire/operations.h"
#include "harness/wire/signal/store.h"

namespace parley::mocks::client {
namespace {

namespace op = wire::op;
using testing::ElementsAre;

const Profile& profile() {
  static const Profile kProfile = [] {
    std::vector<Diagnostic> diagnostics;
    const std::vector<std::filesystem::path> files = {PARLEY_SOURCE_DIR
                                                      "/schemas/wire/wa-public-1.0.3.yaml"};
    return *Profile::load(files, diagnostics);
  }();
  return kProfile;
}

const wire::Jid kAlice{"33612345678", "s.whatsapp.net"};
const wire::Jid kBob{"10853634039893", "interop", 0, 1};

/// The stanza is that operation and nothing more, also after a trip over the wire.
void expect_valid(const Result<Node>& node, std::string_view operation) {
  ASSERT_TRUE(node.ok()) << operation << ": " << node.error().text();
  const auto decoded = wire::decode_node(wire::encode_node(*node));
  ASSERT_TRUE(decoded.ok()) << operation;
  const Status valid = profile().validate(*decoded, wire::Direction::kClientToServer);
  EXPECT_TRUE(valid.ok()) << operation << ": " << valid.error().text();
  const wire::Operation* found = profile().classify(*decoded, wire::Direction::kClientToServer);
  ASSERT_NE(found, nullptr) << operation;
  EXPECT_EQ(found->name, operation);
}

struct Keys {
  Keys() : random(1, "stanzas"), store(signal::Store::create(random)) {
    store.add_one_time_prekeys(3, random);
  }
  SeededRandom random;
  signal::Store store;
};

PrekeyUpload upload_of(const signal::Store& store) {
  PrekeyUpload upload;
  upload.registration_id = store.identity().registration_id;
  upload.identity = store.identity().public_key();
  upload.signed_prekey = store.signed_prekey().public_view();
  upload.one_time = store.one_time_prekeys();
  return upload;
}

TEST(Stanzas, RequestsAreWhatTheProfileSays) {
  const Keys keys;
  expect_valid(prekey_upload(profile(), "q-1", upload_of(keys.store)), op::kPrekeyUpload);
  expect_valid(prekey_count(profile(), "q-1"), op::kPrekeyCount);
  expect_valid(prekey_fetch(profile(), "q-1", kBob, false), op::kPrekeyFetch);
  expect_valid(prekey_fetch(profile(), "q-1", kBob, true), op::kPrekeyFetch);
  expect_valid(server_ping(profile(), "q-1"), op::kServerPing);
  expect_valid(client_result(profile(), "q-1"), op::kClientResult);
  expect_valid(client_stream_end(profile()), op::kClientStreamEnd);
  expect_valid(reachability_ping(profile(), "q-1", kAlice), op::kReachabilityPing);
  expect_valid(account_delete(profile(), "q-1"), op::kAccountDelete);
  expect_valid(blocklist_get(profile(), "q-1"), op::kBlocklistGet);
  expect_valid(blocklist_set(profile(), "q-1", "block", kBob), op::kBlocklistSet);
  expect_valid(media_connection(profile(), "q-1"), op::kMediaConnection);
  expect_valid(contact_lookup(profile(), "q-1", 1, "bob@birdy.test"), op::kContactLookup);
  ConsentSettings settings;
  settings.inbox = "separate";
  expect_valid(settings_set(profile(), "q-1", settings), op::kSettingsSet);
  settings.integrators = {1, 2};
  expect_valid(settings_set(profile(), "q-1", settings), op::kSettingsSet);
  expect_valid(settings_get(profile(), "q-1"), op::kSettingsGet);
}

TEST(Stanzas, SettingsAndAnnouncementsAreReadAsTheProfileSays) {
  const Result<Node> answer = profile().render(
      op::kSettingsAnswer, {{"id", "q-1"},
                            {"enabled", "true"},
                            {"inbox", "combined"},
                            {"read_receipts", "false"},
                            {"typing", "true"},
                            {"apps", json::array{json::object{{"integrator", 2}}}}});
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  const Result<ConsentSettings> settings = settings_in(profile(), *answer);
  ASSERT_TRUE(settings.ok()) << settings.error().text();
  EXPECT_TRUE(settings->enabled);
  EXPECT_EQ(settings->inbox, "combined");
  EXPECT_FALSE(settings->read_receipts);
  EXPECT_TRUE(settings->typing);
  EXPECT_EQ(settings->integrators, std::vector<std::uint16_t>{2});
  EXPECT_FALSE(settings_in(profile(), Node("iq")).ok());

  const Result<Node> announced =
      profile().render(op::kPartnerAnnounced, {{"id", "n-1"}, {"integrator", 7}});
  ASSERT_TRUE(announced.ok()) << announced.error().text();
  EXPECT_EQ(announced_partner_in(profile(), *announced), 7);
  EXPECT_EQ(announced_partner_in(profile(), *answer), std::nullopt);
}

TEST(Stanzas, FrankedMessagesAndReportsAreSurrogates) {
  MessageStanza message;
  message.id = "3EB012";
  message.to = kBob;
  message.type = "text";
  message.bytes = Bytes(40, 1);
  message.commitment = crypto::Digest32{1, 2, 3};
  expect_valid(message_send(profile(), message), op::kMessageSendFranked);

  const json::object delivered = {{"id", "3EB012"},
                                  {"from", kBob.text()},
                                  {"type", "text"},
                                  {"t", 5},
                                  {"enc_type", "msg"},
                                  {"ciphertext", base64(Bytes(40, 1))},
                                  {"commitment", base64(Bytes(32, 2))},
                                  {"reporting_tag", base64(Bytes(32, 3))}};
  const Result<Node> franked = profile().render(op::kMessageDeliverFranked, delivered);
  ASSERT_TRUE(franked.ok()) << franked.error().text();
  const auto franking = franking_in(profile(), *franked);
  ASSERT_TRUE(franking.has_value());
  EXPECT_EQ(franking->commitment, Bytes(32, 2));
  EXPECT_EQ(franking->tag, Bytes(32, 3));
  json::object bare = delivered;
  bare.erase("commitment");
  bare.erase("reporting_tag");
  const Result<Node> plain = profile().render(op::kMessageDeliver, bare);
  ASSERT_TRUE(plain.ok()) << plain.error().text();
  EXPECT_FALSE(franking_in(profile(), *plain).has_value());

  ReportStanza report{kBob, "spam", {{"3EB012", "{}", Bytes(32, 1), Bytes(32, 2), Bytes(32, 3)}}};
  expect_valid(message_report(profile(), "i-1", report), op::kMessageReport);
  report.messages.push_back({"3EB013", "{}", std::nullopt, std::nullopt, std::nullopt});
  expect_valid(message_report(profile(), "i-1", report), op::kMessageReport);
  report.messages.clear();
  EXPECT_FALSE(message_report(profile(), "i-1", report).ok());

  const auto outcome = [](const json::object& values) {
    const Node node = profile().render(op::kMessageReportAnswer, values).value();
    return report_outcome_in(profile(), node);
  };
  EXPECT_EQ(canonical(*outcome({{"id", "i-1"}, {"status", "accepted"}})), R"({"status":"ok"})");
  EXPECT_EQ(canonical(*outcome({{"id", "i-1"}, {"status", "refused"}, {"reason", "tag-missing"}})),
            R"({"reason":"tag-missing","status":"fail"})");
  EXPECT_FALSE(report_outcome_in(profile(), Node("iq")).ok());
}

TEST(Stanzas, MessagesAndReceiptsAreWhatTheProfileSays) {
  MessageStanza message;
  message.id = "3EB012";
  message.to = kBob;
  message.type = "media";
  message.media_type = "image";
  message.bytes = Bytes(40, 1);
  expect_valid(message_send(profile(), message), op::kMessageSend);
  message.count = 1;
  expect_valid(message_send(profile(), message), op::kMessageSend);
  expect_valid(receipt_delivery_send(profile(), "3EB012", kAlice), op::kReceiptDeliverySend);
  expect_valid(receipt_read_send(profile(), {"3EB012"}, kAlice, 5), op::kReceiptReadSend);
  expect_valid(receipt_read_send(profile(), {"3EB012", "3EB013"}, kAlice, 5), op::kReceiptReadSend);
  EXPECT_FALSE(receipt_read_send(profile(), {}, kAlice, 5).ok());
  expect_valid(chatstate_send(profile(), kAlice, "paused"), op::kChatstateSend);
  AckStanza ack{"3EB012", "message", kAlice.text(), "", 0};
  expect_valid(client_ack(profile(), ack), op::kClientAck);
  ack.error = 491;
  expect_valid(client_ack(profile(), ack), op::kClientAck);
  expect_valid(client_ack(profile(), {"9", "notification", "s.whatsapp.net", "encrypt", 0}),
               op::kClientAck);
}

TEST(Stanzas, ARetryReceiptCarriesTheKeysBack) {
  Keys keys;
  RetryReceipt receipt;
  receipt.id = "3EB012";
  receipt.to = kAlice;
  receipt.registration_id = keys.store.identity().registration_id;
  expect_valid(receipt_retry_send(profile(), receipt), op::kReceiptRetrySend);
  receipt.count = 2;
  receipt.keys = keys.store.bundle(keys.store.one_time_prekeys().front());
  auto node = receipt_retry_send(profile(), receipt);
  expect_valid(node, op::kReceiptRetrySend);
  node->set("from", kBob.text());
  const auto request = retry_request_in(*node);
  ASSERT_TRUE(request.ok()) << request.error().text();
  EXPECT_EQ(request->id, "3EB012");
  EXPECT_EQ(request->from, kBob);
  EXPECT_EQ(request->keys, receipt.keys);
}

Node fetch_answer(const signal::PreKeyBundle& bundle) {
  const auto number = [](std::uint64_t value, std::size_t size) {
    Bytes out;
    append_be(out, value, size);
    return out;
  };
  Node user("user", {{"jid", kBob.text()}},
            {Node("registration", {}, number(bundle.registration_id, 4)),
             Node("type", {}, Bytes{0x05}), Node("identity", {}, to_bytes(bundle.identity)),
             Node("skey", {},
                  {Node("id", {}, number(bundle.signed_prekey.id, 3)),
                   Node("value", {}, to_bytes(bundle.signed_prekey.key)),
                   Node("signature", {}, to_bytes(bundle.signed_prekey.signature))})});
  return Node("iq", {{"type", "result"}}, {Node("list", {}, {std::move(user)})});
}

TEST(Stanzas, BundlesAreReadAndHeldToTheirSizes) {
  Keys keys;
  const signal::PreKeyBundle bundle = keys.store.bundle();
  const Node whole = fetch_answer(bundle);
  const auto read = bundle_in(whole, kBob);
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(*read, bundle);
  EXPECT_FALSE(bundle_in(whole, kAlice).ok());
  EXPECT_FALSE(bundle_in(Node("iq"), kBob).ok());

  // Each part cut short, or left out, is refused.
  const std::size_t parts =
      std::get<wire::Nodes>(
          std::get<wire::Nodes>(std::get<wire::Nodes>(whole.content)[0].content)[0].content)
          .size();
  for (std::size_t i = 0; i < parts; ++i) {
    Node damaged = whole;
    auto& user = std::get<wire::Nodes>(std::get<wire::Nodes>(damaged.content)[0].content)[0];
    auto& children = std::get<wire::Nodes>(user.content);
    if (auto* bytes = std::get_if<Bytes>(&children[i].content)) {
      bytes->pop_back();
      EXPECT_FALSE(bundle_in(damaged, kBob).ok()) << children[i].tag;
    }
    children.erase(children.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(bundle_in(damaged, kBob).ok()) << i;
  }
}

TEST(Stanzas, AUserWithoutKeysIsARefusal) {
  const Node answer("iq", {},
                    {Node("list", {},
                          {Node("user", {{"jid", kBob.text()}},
                                {Node("error", {{"code", "404"}, {"text", "item-not-found"}})})})});
  const auto read = bundle_in(answer, kBob);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kRefused);
}

TEST(Stanzas, ReceiptsNameAllTheirMessages) {
  const Node read("receipt", {{"id", "A"}, {"from", kBob.text()}, {"type", "read"}},
                  {Node("list", {}, {Node("item", {{"id", "B"}}), Node("item", {{"id", "C"}})})});
  const auto receipt = receipt_in(read);
  ASSERT_TRUE(receipt.ok());
  EXPECT_THAT(receipt->ids, ElementsAre("A", "B", "C"));
  EXPECT_EQ(receipt->type, "read");
  const auto delivery = receipt_in(Node("receipt", {{"id", "A"}, {"from", kBob.text()}}));
  ASSERT_TRUE(delivery.ok());
  EXPECT_EQ(delivery->type, "delivery");
  EXPECT_FALSE(receipt_in(Node("receipt", {{"id", "A"}})).ok());
  EXPECT_FALSE(receipt_in(Node("receipt", {{"from", kBob.text()}})).ok());
}

TEST(Stanzas, NumbersAreDecimalOrNothing) {
  EXPECT_EQ(number_or_zero("463"), 463);
  for (const char* text : {"", "-1", "4x", " 4", "99999999999999999999"}) {
    EXPECT_EQ(number_or_zero(text), 0) << text;
  }
}

TEST(Stanzas, SmallReadings) {
  EXPECT_EQ(offline_count_in(Node("ib", {}, {Node("offline", {{"count", "12"}})})), 12);
  EXPECT_EQ(offline_count_in(Node("ib", {}, {Node("other")})), std::nullopt);
  EXPECT_EQ(failure_detail(Node("failure", {{"reason", "401"}})), "");
  EXPECT_TRUE(is_client_ping(
      profile(),
      Node("iq", {{"id", "1"}, {"type", "get"}, {"xmlns", "w:p"}, {"from", "s.whatsapp.net"}})));
  EXPECT_FALSE(is_client_ping(profile(), Node("iq", {{"id", "1"}, {"type", "result"}})));
  const auto connection = media_connection_in(Node(
      "iq", {}, {Node("media_conn", {{"auth", "k"}}, {Node("host", {{"hostname", "h.test"}})})}));
  ASSERT_TRUE(connection.ok());
  EXPECT_EQ(connection->host, "h.test");
  EXPECT_EQ(connection->auth, "k");
  EXPECT_FALSE(media_connection_in(Node("iq")).ok());
}

}  // namespace
}  // namespace parley::mocks::client
