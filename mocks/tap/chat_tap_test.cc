// A chat client and a chat server that exchange bytes by hand, with a tap at each end.
#include "mocks/tap/chat_tap.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "harness/wire/certificate_chain.h"
#include "harness/wire/node_codec.h"

namespace parley::mocks {
namespace {

using evidence::Direction;
using evidence::Role;
using evidence::Tap;

constexpr TimePoint kNow{std::chrono::seconds(1'790'000'000)};

class FixedClock final : public Clock {
 public:
  TimePoint now() const override { return kNow; }
};

std::shared_ptr<const wire::Profile> load_profile() {
  std::vector<Diagnostic> diagnostics;
  const std::filesystem::path file =
      std::string(PARLEY_SOURCE_DIR) + "/schemas/wire/wa-public-1.0.3.yaml";
  auto profile = wire::Profile::load(std::vector{file}, diagnostics);
  EXPECT_TRUE(profile.has_value()) << render(diagnostics);
  return std::make_shared<wire::Profile>(std::move(*profile));
}

class ChatTapTest : public testing::Test {
 protected:
  ChatTapTest() {
    const auto root = crypto::XeddsaKeyPair::generate(random_);
    wire::ChatServerConfig server(crypto::X25519KeyPair::generate(random_));
    server.certificate_chain = wire::build_valid_certificate_chain(
        root, crypto::XeddsaKeyPair::generate(random_), server.static_key.public_key(), kNow);
    server.on_frame = server_tap_.frames();
    server_ = wire::ChatServer::create(std::move(server), random_);
    payload_.mutable_interop_data()->set_token("eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2VjcmV0");
    wire::ChatClientConfig client(crypto::X25519KeyPair::generate(random_));
    client.payload = [this] { return wire::serialize_login_payload(payload_); };
    client.trust_root = root.public_key();
    client.now = kNow;
    client.on_frame = client_tap_.frames();
    client_ = std::move(*wire::ChatClient::create(std::move(client), random_));
    pump();
  }

  void pump() {
    for (int i = 0; i < 4; ++i) {
      if (const Bytes up = client_->take_output(); !up.empty()) {
        EXPECT_TRUE(server_->feed(up).ok());
      }
      if (const Bytes down = server_->take_output(); !down.empty()) {
        EXPECT_TRUE(client_->feed(down).ok());
      }
    }
  }
  std::vector<evidence::Record> of(Tap tap, std::string_view party) {
    std::vector<evidence::Record> out;
    for (const evidence::Record& record : recorder_.records()) {
      if (record.tap == tap && record.party == party) out.push_back(record);
    }
    return out;
  }

  FixedClock clock_;
  evidence::Recorder recorder_{clock_};
  std::shared_ptr<const wire::Profile> profile_ = load_profile();
  SeededRandom random_{1, "chat"};
  ChatTap server_tap_{{&recorder_, Role::kGatekeeperServer, "gatekeeper"},
                      ChatEnd::kServer,
                      profile_,
                      "gatekeeper-1",
                      "bob.device.test"};
  ChatTap client_tap_{{&recorder_, Role::kPartnerClient, "bob"},
                      ChatEnd::kClient,
                      profile_,
                      "bob-1",
                      "chat.whatsapp.net"};
  wire::pb::ClientPayload payload_;
  std::unique_ptr<wire::ChatServer> server_;
  std::unique_ptr<wire::ChatClient> client_;
};

TEST_F(ChatTapTest, TheHandshakeIsThreeFramesAtEachEnd) {
  ASSERT_TRUE(client_->established());
  for (const char* party : {"bob", "gatekeeper"}) {
    const auto frames = of(Tap::kNoise, party);
    ASSERT_EQ(frames.size(), 3u);
    for (const auto& frame : frames) {
      EXPECT_EQ(frame.kind, "noise.handshake");
      EXPECT_FALSE(frame.facts.contains("key"));
      EXPECT_FALSE(frame.body.empty());
    }
  }
  EXPECT_EQ(of(Tap::kNoise, "bob")[0].direction, Direction::kOut);
  EXPECT_EQ(of(Tap::kNoise, "gatekeeper")[0].direction, Direction::kIn);
}

TEST_F(ChatTapTest, AFrameNamesKeyAndCounter) {
  const wire::Node ping("iq", {{"id", "1"}, {"type", "get"}, {"xmlns", "w:p"}});
  ASSERT_TRUE(tapped_send(*client_, client_tap_, ping).ok());
  ASSERT_TRUE(tapped_send(*client_, client_tap_, ping).ok());
  pump();
  const auto out = of(Tap::kNoise, "bob");
  const auto in = of(Tap::kNoise, "gatekeeper");
  ASSERT_EQ(out.size(), 5u);
  ASSERT_EQ(in.size(), 5u);
  EXPECT_EQ(out[4].kind, "noise.frame");
  EXPECT_EQ(get_int(out[3].facts, "n"), 0);
  EXPECT_EQ(get_int(out[4].facts, "n"), 1);
  EXPECT_EQ(get_string(out[4].facts, "key"), get_string(in[4].facts, "key"));
  EXPECT_EQ(out[4].body, in[4].body);
  EXPECT_EQ(get_string(out[4].facts, "conn"), "bob-1");
  EXPECT_EQ(get_string(in[4].facts, "conn"), "gatekeeper-1");
}

TEST_F(ChatTapTest, StanzasCarryOperationBasisAndBytes) {
  const wire::Node lookup(
      "iq", {{"id", "1"}, {"type", "get"}, {"xmlns", "urn:parley:surrogate:contact"}},
      wire::Nodes{wire::Node("contact", {{"integrator", "1"}, {"identifier", "bob"}})});
  const auto size = tapped_send(*client_, client_tap_, lookup);
  ASSERT_TRUE(size.ok());
  server_tap_.set_peer("bob");
  server_tap_.received(lookup, wire::pack_stanza(lookup));
  const auto sent = of(Tap::kStanza, "bob");
  const auto received = of(Tap::kStanza, "gatekeeper");
  ASSERT_EQ(sent.size(), 1u);
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(sent[0].body.size(), *size);
  EXPECT_EQ(sent[0].body, received[0].body);
  EXPECT_EQ(sent[0].peer, "chat.whatsapp.net");
  EXPECT_EQ(received[0].peer, "bob");
  for (const evidence::Record& record : {sent[0], received[0]}) {
    EXPECT_EQ(get_string(record.facts, "operation"), "contact-lookup");
    EXPECT_EQ(get_string(record.facts, "basis"), "surrogate");
    EXPECT_EQ(*get_object(record.facts, "node"), wire::to_json(lookup));
  }
}

TEST_F(ChatTapTest, AStanzaThatNoOperationKnowsHasNone) {
  ASSERT_TRUE(tapped_send(*client_, client_tap_, wire::Node("gibberish")).ok());
  EXPECT_FALSE(of(Tap::kStanza, "bob")[0].facts.contains("operation"));
}

TEST_F(ChatTapTest, WhatCannotBeSentIsNotRecorded) {
  EXPECT_FALSE(tapped_send(*client_, client_tap_, wire::Node("")).ok());
  client_->close();
  EXPECT_FALSE(tapped_send(*client_, client_tap_, wire::Node("iq")).ok());
  EXPECT_TRUE(of(Tap::kStanza, "bob").empty());
}

TEST_F(ChatTapTest, ALoginShowsNoToken) {
  client_tap_.login(payload_);
  const auto logins = of(Tap::kStanza, "bob");
  ASSERT_EQ(logins.size(), 1u);
  EXPECT_EQ(logins[0].kind, "login.payload");
  EXPECT_EQ(logins[0].direction, Direction::kOut);
  EXPECT_TRUE(get_string(logins[0].facts, "token").value_or("").starts_with("jwt:"));
  EXPECT_EQ(evidence::to_line(logins[0], "case").find("c2VjcmV0"), std::string::npos);
}

}  // namespace
}  // namespace parley::mocks
