// The world: no network. Our chat server's state machine and Baileys' Noise handler hand each other
// their frames: the handshake with certificate chains good and bad, then stanzas both ways.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/encoding.h"
#include "harness/wire/certificate_chain.h"
#include "harness/wire/chat_channel.h"
#include "mocks/cast/test_root.h"
#include "mocks/peers/node_json.h"
#include "mocks/peers/peers.h"

namespace parley::peers {
namespace {

using wire::CertificateDetails;
using wire::Node;

constexpr TimePoint kNow{std::chrono::seconds(1'790'000'000)};

class BaileysNoiseTest : public testing::Test {
 protected:
  void SetUp() override {
    auto process = start_node_peer(build_folders(), "baileys.mjs");
    ASSERT_TRUE(process.ok()) << process.error().text();
    baileys_ = std::make_unique<PeerProcess>(std::move(*process));
  }

  /// A handshake with that chain; the login payload as the server got it, or Baileys' refusal.
  Result<wire::HandshakeComplete> shake_hands(Bytes chain) {
    wire::ChatServerConfig config(server_static_);
    config.certificate_chain = std::move(chain);
    server_ = wire::ChatServer::create(std::move(config), random_);
    PARLEY_ASSIGN(
        const json::object hello,
        baileys_->call({{"do", "noise_hello"}, {"root", hex(mocks::chat_test_root_public())}}));
    PARLEY_TRY(server_->feed(bytes_of(hello)));
    PARLEY_ASSIGN(const json::object finish, baileys_->call({{"do", "noise_finish"},
                                                             {"bytes", hex(server_->take_output())},
                                                             {"payload", "0801"}}));
    peer_static_ = std::string(get_string(finish, "static").value_or(""));
    PARLEY_ASSIGN(std::vector<wire::ChannelEvent> events, server_->feed(bytes_of(finish)));
    for (wire::ChannelEvent& event : events) {
      if (auto* complete = std::get_if<wire::HandshakeComplete>(&event))
        return std::move(*complete);
    }
    return make_error(ErrorCode::kInternal, "the handshake is not complete");
  }

  static Bytes bytes_of(const json::object& object) {
    auto bytes = decode_hex(get_string(object, "bytes").value_or("-"));
    EXPECT_TRUE(bytes.ok());
    return bytes.ok() ? std::move(*bytes) : Bytes();
  }

  Bytes good_chain() {
    return wire::build_valid_certificate_chain(mocks::chat_test_root(), intermediate_,
                                               server_static_.public_key(), kNow);
  }

  std::unique_ptr<PeerProcess> baileys_;
  SeededRandom random_{9, "noise"};
  const crypto::X25519KeyPair server_static_ = crypto::X25519KeyPair::generate(random_);
  const crypto::XeddsaKeyPair intermediate_ = crypto::XeddsaKeyPair::generate(random_);
  std::unique_ptr<wire::ChatServer> server_;
  std::string peer_static_;
};

TEST_F(BaileysNoiseTest, ShakesHandsAndExchangesStanzas) {
  const auto complete = shake_hands(good_chain());
  ASSERT_TRUE(complete.ok()) << complete.error().text();
  EXPECT_EQ(complete->pattern, wire::NoisePattern::kXX);
  EXPECT_EQ(hex(complete->payload), "0801");
  EXPECT_EQ(hex(complete->peer_static), peer_static_);
  for (int n = 0; n < 100; ++n) {
    const Node node("iq", {{"id", std::to_string(n)}, {"to", "s.whatsapp.net"}},
                    random_.bytes(random_.below(n == 50 ? 300'000 : 400)));
    ASSERT_TRUE(server_->send(node).ok());
    const auto received =
        baileys_->call({{"do", "noise_receive"}, {"bytes", hex(server_->take_output())}});
    ASSERT_TRUE(received.ok()) << n << ": " << received.error().text();
    ASSERT_EQ(get_array(*received, "nodes")->size(), 1u) << n;
    EXPECT_EQ(from_peer(get_array(*received, "nodes")->at(0).as_object()), node) << n;

    const auto sent = baileys_->call({{"do", "noise_send"}, {"node", to_peer(node)}});
    ASSERT_TRUE(sent.ok()) << n << ": " << sent.error().text();
    const auto events = server_->feed(bytes_of(*sent));
    ASSERT_TRUE(events.ok() && events->size() == 1) << n;
    EXPECT_EQ(std::get<wire::StanzaReceived>(events->front()).node, node) << n;
  }
}

/// A chain with something wrong, and who notices.
struct BadChain {
  const char* what;
  std::optional<wire::CertificateFault> ours;
  bool baileys_refuses;
  Bytes chain;
};

/// Baileys looks at the issuer's serial and at nothing else that matters: it takes every signature
/// for good, so that anybody may play WhatsApp's server to it.
TEST_F(BaileysNoiseTest, TakesTheCertificateChainOfAnybody) {
  using wire::CertificateFault;
  const std::uint64_t now = static_cast<std::uint64_t>(unix_seconds(kNow));
  const crypto::XeddsaKeyPair root = mocks::chat_test_root();
  const crypto::XeddsaKeyPair stranger = crypto::XeddsaKeyPair::generate(random_);
  const CertificateDetails upper{1, 0, intermediate_.public_key(), now - 60, now + 3600};
  const CertificateDetails lower{2, 1, server_static_.public_key(), now - 60, now + 3600};
  const auto with = [](CertificateDetails details, auto change) {
    change(details);
    return details;
  };
  const auto chain = [&](const CertificateDetails& intermediate, const CertificateDetails& leaf) {
    return wire::build_certificate_chain(root, intermediate_, intermediate, leaf);
  };
  const std::vector<BadChain> table = {
      {"nothing", std::nullopt, false, chain(upper, lower)},
      {"no chain at all", CertificateFault::kMissingPart, true, {}},
      {"another issuer serial", CertificateFault::kIntermediateIssuer, true,
       chain(with(upper, [](auto& d) { d.issuer_serial = 7; }), lower)},
      {"signed by another root", CertificateFault::kIntermediateSignature, false,
       wire::build_certificate_chain(stranger, intermediate_, upper, lower)},
      {"leaf signed by a stranger", CertificateFault::kLeafSignature, false,
       wire::build_certificate_chain(root, stranger, upper, lower)},
      {"leaf of another issuer", CertificateFault::kLeafIssuer, false,
       chain(upper, with(lower, [](auto& d) { d.issuer_serial = 9; }))},
      {"leaf for another key", CertificateFault::kLeafKey, false,
       chain(upper, with(lower, [&](auto& d) { d.key = stranger.public_key(); }))},
      {"expired", CertificateFault::kLeafExpired, false,
       chain(upper, with(lower, [&](auto& d) { d.not_after = now - 1; }))},
  };
  for (const BadChain& bad : table) {
    const wire::CertificateRules rules{root.public_key(), server_static_.public_key(), kNow};
    EXPECT_EQ(wire::check_certificate_chain(bad.chain, rules), bad.ours) << bad.what;
    const auto complete = shake_hands(bad.chain);
    EXPECT_EQ(!complete.ok(), bad.baileys_refuses)
        << bad.what << ": Baileys has changed its mind; a difference has gone";
    if (!complete.ok()) {
      EXPECT_EQ(complete.error().code, ErrorCode::kRefused) << complete.error().text();
    }
  }
}

}  // namespace
}  // namespace parley::peers
