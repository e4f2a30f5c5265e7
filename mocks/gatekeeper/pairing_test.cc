// A new companion device, its owner's phone and the server in a simulated World: the whole pairing,
// and each way in which it can go wrong, while alice's friend anna stays connected and unharmed.
#include "mocks/gatekeeper/pairing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mocks/gatekeeper/companion_rig.h"

namespace parley::mocks::gatekeeper {
namespace {

using namespace std::chrono_literals;

class PairingTest : public testing::Test {
 protected:
  /// Runs a pairing up to the phone's word.
  net::awaitable<Node> accepted(const CompanionRig::Offer& offer, CompanionRig::Outcome& outcome) {
    outcome = rig_.scan("alice", rig_.code("laptop", offer.refs.front()));
    auto word = co_await offer.chat->take_tag("iq");
    EXPECT_TRUE(word && word->child("pair-success") != nullptr);
    co_return word.value_or(Node("iq"));
  }

  net::awaitable<std::string> farewell(Chat chat) {
    const auto error = co_await chat->take_tag("stream:error");
    EXPECT_TRUE(co_await chat->ended());
    co_return error ? std::string(error->attribute("code")) : "none";
  }

  CompanionRig rig_;
};

TEST_F(PairingTest, EndsWithACompanionThatLogsIn) {
  rig_.run([&]() -> net::awaitable<void> {
    const auto offer = co_await rig_.knock("laptop");
    EXPECT_EQ(offer.refs.size(), kPairingRefs);
    CompanionRig::Outcome outcome;
    const Node word = co_await accepted(offer, outcome);
    const Node* success = word.child("pair-success");
    if (success == nullptr) co_return;
    EXPECT_EQ(success->child("device")->attribute("jid"), kCompanionOfAlice);
    const std::string lid(success->child("device")->attribute("lid"));
    EXPECT_EQ(lid.find("33611111111"), std::string::npos) << "a LID hides the number";
    co_await offer.chat->send(rig_.signed_answer("laptop", word));
    EXPECT_EQ(co_await farewell(offer.chat), "515");
    EXPECT_EQ(co_await rig_.end_of(outcome), "ok");
    EXPECT_EQ(get_string(***outcome, "jid"), kCompanionOfAlice);
    EXPECT_EQ(rig_.events("paired").size(), 1u);
    const Chat laptop = co_await rig_.connect_companion("laptop", "alice");
    EXPECT_EQ(rig_.lid, lid);
    EXPECT_FALSE(laptop->closed());
  });
}

TEST_F(PairingTest, TheCompanionsKeysAreTheAccountsFromThenOn) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await rig_.pair("laptop", "alice");
    const Chat bob = co_await rig_.connect_partner("bob", co_await rig_.enlist("bob"));
    const Node answer = co_await bob->ask(prekey_fetch("f1", kAlice));
    const Node* user = answer.child("list")->child("user");
    EXPECT_EQ(user->attribute("jid"), kAlice);
    EXPECT_EQ(to_bytes(user->child("identity")->bytes()),
              to_bytes(BytesView(rig_.device("laptop").identity.public_key())));
    EXPECT_EQ(fetched_prekey(answer), -1);
  });
}

TEST_F(PairingTest, ASecondCompanionTakesTheFirstOnesPlace) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await rig_.pair("laptop", "alice");
    const Chat laptop = co_await rig_.connect_companion("laptop", "alice");
    co_await rig_.pair("tablet", "alice");
    EXPECT_EQ(co_await farewell(laptop), "401");
    const Chat tablet = co_await rig_.connect_companion("tablet", "alice", 2);
    EXPECT_FALSE(tablet->closed());
    const Chat again = co_await rig_.open("laptop", rig_.login("alice", 1));
    EXPECT_EQ(co_await rig_.refusal(again), "401 device-removed");
  });
}

TEST_F(PairingTest, AWrongDeviceSignatureEndsTheConnectionAndNothingElse) {
  rig_.run([&]() -> net::awaitable<void> {
    const Chat anna = co_await rig_.connect_native("anna");
    const auto offer = co_await rig_.knock("laptop");
    CompanionRig::Outcome outcome;
    const Node word = co_await accepted(offer, outcome);
    if (word.child("pair-success") == nullptr) co_return;
    co_await offer.chat->send(
        rig_.signed_answer("laptop", word, [](Bytes& signature) { signature[5] ^= 1; }));
    EXPECT_EQ(co_await farewell(offer.chat), "401");
    EXPECT_EQ(co_await rig_.end_of(outcome), "auth");
    const Chat again = co_await rig_.open("laptop", rig_.login("alice", 1));
    EXPECT_EQ(co_await rig_.refusal(again), "401 device-removed");
    EXPECT_TRUE(rig_.events("paired").empty());
    EXPECT_EQ((co_await anna->ask(iq("p", "get", "w:p"))).attribute("type"), "result");
  });
}

TEST_F(PairingTest, ACodeWithAnotherSecretIsRefusedByTheCompanion) {
  rig_.run([&]() -> net::awaitable<void> {
    const auto offer = co_await rig_.knock("laptop");
    std::string code = rig_.code("laptop", offer.refs.front());
    const Bytes own = std::exchange(rig_.secret("laptop"), Bytes(32, 9));
    code = rig_.code("laptop", offer.refs.front());
    rig_.secret("laptop") = own;
    const auto outcome = rig_.scan("alice", code);
    const auto word = co_await offer.chat->take_tag("iq");
    EXPECT_TRUE(word.has_value());
    if (!word) co_return;
    // The HMAC does not hold for this companion, which says so.
    co_await offer.chat->send(Node(
        "iq",
        {{"to", "s.whatsapp.net"}, {"type", "error"}, {"id", std::string(word->attribute("id"))}},
        wire::Nodes{Node("error", {{"code", "401"}})}));
    EXPECT_EQ(co_await farewell(offer.chat), "401");
    EXPECT_EQ(co_await rig_.end_of(outcome), "refused");
  });
}

TEST_F(PairingTest, ACompanionThatLeavesOrKeepsSilentIsNotPaired) {
  rig_.run([&]() -> net::awaitable<void> {
    const auto offer = co_await rig_.knock("laptop");
    CompanionRig::Outcome outcome;
    co_await accepted(offer, outcome);
    offer.chat->close();
    EXPECT_EQ(co_await rig_.end_of(outcome), "closed");

    const auto silent = co_await rig_.knock("laptop");
    co_await accepted(silent, outcome);
    co_await rig_.world->advance(21s);
    EXPECT_EQ(co_await rig_.end_of(outcome), "timeout");
    EXPECT_TRUE(co_await silent.chat->ended());
    EXPECT_TRUE(rig_.events("paired").empty());
  });
}

TEST_F(PairingTest, ReferencesAreGoodOnceAndForAWhile) {
  rig_.run([&]() -> net::awaitable<void> {
    EXPECT_EQ(co_await rig_.end_of(rig_.scan("alice", rig_.code("laptop", "unknown"))),
              "not-found");
    const auto offer = co_await rig_.knock("laptop");
    CompanionRig::Outcome outcome;
    co_await accepted(offer, outcome);
    EXPECT_EQ(co_await rig_.end_of(rig_.scan("alice", rig_.code("laptop", offer.refs.front()))),
              "replay");
    EXPECT_EQ(co_await rig_.end_of(rig_.scan("alice", rig_.code("laptop", offer.refs.back()))),
              "not-found")
        << "the companion waits for one phone";

    const auto late = co_await rig_.knock("tablet");
    co_await rig_.world->advance(181s);
    EXPECT_TRUE(co_await late.chat->ended());
    EXPECT_EQ(co_await rig_.end_of(rig_.scan("alice", rig_.code("tablet", late.refs.front()))),
              "not-found");
  });
}

TEST_F(PairingTest, ACodeMustNameTheKeysOfTheCompanionThatWaits) {
  rig_.run([&]() -> net::awaitable<void> {
    const auto offer = co_await rig_.knock("laptop");
    const auto outcome = rig_.scan("alice", rig_.code("tablet", offer.refs.front()));
    EXPECT_EQ(co_await rig_.end_of(outcome), "auth");
    EXPECT_EQ(co_await farewell(offer.chat), "401");
  });
}

TEST_F(PairingTest, OnlyUsersOfTheGatekeeperHavePhones) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await rig_.enlist("bob");
    const auto offer = co_await rig_.knock("laptop");
    EXPECT_EQ(co_await rig_.end_of(rig_.scan("bob", rig_.code("laptop", offer.refs.front()))),
              "invalid");
    EXPECT_EQ(co_await rig_.end_of(rig_.scan("nobody", rig_.code("laptop", offer.refs.front()))),
              "not-found");
    EXPECT_EQ(co_await rig_.end_of(rig_.scan("alice", "no code")), "invalid");
  });
}

TEST_F(PairingTest, AMalformedRegistrationIsATypedFailure) {
  using Payload = wire::pb::ClientPayload;
  const std::vector<std::function<void(Payload::DevicePairingData&)>> faults = {
      [](auto& data) { data.clear_e_ident(); },
      [](auto& data) { data.set_e_regid("123"); },
      [](auto& data) { data.set_e_keytype("\x06"); },
      [](auto& data) { data.set_e_skey_val(std::string(33, 'x')); },
      [](auto& data) { data.clear_e_skey_sig(); },
      [](auto& data) { data.set_e_skey_sig(std::string(64, 'x')); },
  };
  rig_.run([&]() -> net::awaitable<void> {
    for (const auto& spoil : faults) {
      Payload payload = rig_.registration("laptop");
      spoil(*payload.mutable_device_pairing_data());
      const Chat chat = co_await rig_.open("laptop", payload);
      EXPECT_EQ(co_await rig_.refusal(chat), "400 bad-registration");
    }
    Payload interop = rig_.registration("laptop");
    interop.set_product(Payload::INTEROP);
    EXPECT_EQ(co_await rig_.refusal(co_await rig_.open("laptop", interop)), "400 bad-payload");
  });
}

TEST_F(PairingTest, AnUnpairedCompanionGetsNothingElse) {
  rig_.run([&]() -> net::awaitable<void> {
    const auto offer = co_await rig_.knock("laptop");
    co_await offer.chat->send(message("m1", kAnna));
    co_await offer.chat->send(iq("c1", "get", "encrypt", Node("count")));
    co_await rig_.world->settle();
    EXPECT_TRUE(offer.chat->drain().empty());
    EXPECT_EQ(co_await rig_.mail_of("anna"), 0);
    EXPECT_EQ(co_await rig_.end_of(rig_.scan("alice", rig_.code("laptop", offer.refs.front()))),
              "still waiting");
  });
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
