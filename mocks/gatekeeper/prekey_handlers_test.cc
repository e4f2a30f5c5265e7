// Public keys over the chat channel in a simulated World.
#include <gtest/gtest.h>

#include <set>

#include "harness/crypto/hash.h"
#include "mocks/gatekeeper/gatekeeper_rig.h"

namespace parley::mocks::gatekeeper {
namespace {

class PrekeyTest : public testing::Test {
 protected:
  net::awaitable<void> both() {
    bob_address_ = co_await rig_.enlist("bob");
    bob_ = co_await rig_.connect_partner("bob", bob_address_);
    alice_ = co_await rig_.connect_native("alice");
  }
  static std::string code(const Node& answer) {
    const Node* error = answer.child("error");
    return error == nullptr ? "" : std::string(error->attribute("code"));
  }
  static std::string count(const Node& answer) {
    const Node* node = answer.child("count");
    return node == nullptr ? "" : std::string(node->attribute("value"));
  }
  net::awaitable<std::string> count_of(Chat chat) {
    co_return count(
        co_await chat->ask(iq("c" + std::to_string(++asked_), "get", "encrypt", Node("count"))));
  }

  GatekeeperRig rig_;
  std::string bob_address_;
  Chat bob_, alice_;
  int asked_ = 0;
};

TEST_F(PrekeyTest, UploadThenCount) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await both();
    EXPECT_EQ(co_await count_of(bob_), "0");
    EXPECT_EQ((co_await bob_->ask(rig_.prekey_upload("bob", 1, 20))).attribute("type"), "result");
    EXPECT_EQ(co_await count_of(bob_), "20");
  });
}

TEST_F(PrekeyTest, AFetchGivesTheBundle) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await both();
    co_await bob_->ask(rig_.prekey_upload("bob", 7, 2));
    const Node answer = co_await alice_->ask(prekey_fetch("f1", bob_address_));
    const Node& user = *answer.child("list")->child("user");
    EXPECT_EQ(user.attribute("jid"), bob_address_);
    const DeviceKeys& keys = rig_.device("bob");
    EXPECT_EQ(to_bytes(user.child("identity")->bytes()),
              to_bytes(BytesView(keys.identity.public_key())));
    EXPECT_EQ(read_be(user.child("registration")->bytes()), keys.identity.registration_id);
    EXPECT_EQ(to_bytes(user.child("skey")->child("value")->bytes()),
              to_bytes(BytesView(keys.signed_prekey.key.public_key())));
    EXPECT_EQ(fetched_prekey(answer), 7);
  });
}

TEST_F(PrekeyTest, EachOneTimePrekeyIsHandedOutOnce) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await both();
    co_await bob_->ask(rig_.prekey_upload("bob", 1, 10));
    std::set<std::int64_t> seen;
    for (int i = 0; i < 10; ++i) {
      const Node answer = co_await alice_->ask(prekey_fetch("f" + std::to_string(i), bob_address_));
      EXPECT_TRUE(seen.insert(fetched_prekey(answer)).second);
    }
    EXPECT_EQ(fetched_prekey(co_await alice_->ask(prekey_fetch("last", bob_address_))), -1);
  });
}

TEST_F(PrekeyTest, TheOwnerIsAskedForMoreOnceUntilItBringsSome) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await both();
    co_await bob_->ask(rig_.prekey_upload("bob", 1, 7));
    co_await alice_->ask(prekey_fetch("f1", bob_address_));
    EXPECT_FALSE((co_await bob_->take_tag("notification")).has_value()) << "six are left";
    co_await alice_->ask(prekey_fetch("f2", bob_address_));
    const auto low = co_await bob_->take_tag("notification");
    EXPECT_TRUE(low.has_value());
    if (low) EXPECT_EQ(count(*low), "5");
    co_await alice_->ask(prekey_fetch("f3", bob_address_));
    EXPECT_FALSE((co_await bob_->take_tag("notification")).has_value()) << "asked already";
    co_await bob_->ask(rig_.prekey_upload("bob", 100, 2));
    co_await alice_->ask(prekey_fetch("f4", bob_address_));
    EXPECT_TRUE((co_await bob_->take_tag("notification")).has_value());
  });
}

TEST_F(PrekeyTest, EnlistedKeysServeWithoutAnUpload) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await both();
    EXPECT_EQ(fetched_prekey(co_await alice_->ask(prekey_fetch("f1", bob_address_))), -1)
        << "a bundle without a one-time prekey";
    EXPECT_EQ(fetched_prekey(co_await bob_->ask(prekey_fetch("f2", kAlice))), 404)
        << "a native client that uploaded nothing yet";
    EXPECT_EQ(fetched_prekey(co_await bob_->ask(prekey_fetch("f3", bob_address_))), 404)
        << "partners' users do not reach each other";
    EXPECT_EQ(fetched_prekey(co_await bob_->ask(prekey_fetch("f4", "1@s.whatsapp.net"))), 404);
  });
}

TEST_F(PrekeyTest, APartnersUploadMustBeTheEnlistedIdentitys) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await both();
    EXPECT_EQ(code(co_await bob_->ask(rig_.prekey_upload("ben", 1, 1))), "409");
    Node forged = rig_.prekey_upload("bob", 1, 1);
    for (Node& child : std::get<wire::Nodes>(forged.content)) {
      if (child.tag != "skey") continue;
      for (Node& part : std::get<wire::Nodes>(child.content)) {
        if (part.tag == "signature") std::get<Bytes>(part.content)[0] ^= 1;
      }
    }
    EXPECT_EQ(code(co_await bob_->ask(forged)), "406");
    EXPECT_EQ(co_await count_of(bob_), "0");
  });
}

TEST_F(PrekeyTest, ASpentPrekeyIsNotTakenBack) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await both();
    const Node upload = rig_.prekey_upload("bob", 1, 2);
    co_await bob_->ask(upload);
    co_await alice_->ask(prekey_fetch("f1", bob_address_));
    Node again = upload;
    again.set("id", "again");
    EXPECT_EQ(code(co_await bob_->ask(again)), "409");
  });
}

TEST_F(PrekeyTest, ANativeReinstallationIsAnnounced) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await both();
    co_await alice_->ask(rig_.prekey_upload("alice", 1, 3));
    co_await bob_->send(message("m1", kAlice));
    EXPECT_TRUE((co_await alice_->take_tag("message")).has_value());
    // The same connection, a new identity: as after the app's data was cleared.
    co_await alice_->ask(rig_.prekey_upload("anna", 50, 3));
    const auto notice = co_await bob_->take_tag("notification");
    EXPECT_TRUE(notice && notice->child("identity") != nullptr);
    if (notice) EXPECT_EQ(notice->attribute("from"), kAlice);
    EXPECT_EQ(fetched_prekey(co_await bob_->ask(prekey_fetch("f1", kAlice))), 50);
  });
}

TEST_F(PrekeyTest, DigestAndRotation) {
  rig_.run([&]() -> net::awaitable<void> {
    co_await both();
    EXPECT_EQ(code(co_await alice_->ask(iq("d0", "get", "encrypt", Node("digest")))), "404");
    co_await alice_->ask(rig_.prekey_upload("alice", 1, 2));
    const Node before = co_await alice_->ask(iq("d1", "get", "encrypt", Node("digest")));
    const Node* digest = before.child("digest");
    EXPECT_TRUE(digest != nullptr);
    if (digest == nullptr) co_return;
    EXPECT_EQ(digest->child("list")->children().size(), 2u);
    EXPECT_EQ(digest->child("hash")->bytes().size(), 20u);
    const auto next =
        signal::SignedPreKey::generate(2, rig_.device("alice").identity.key, *rig_.random);
    const auto view = next.public_view();
    Node skey("skey", {},
              wire::Nodes{Node("id", {}, Bytes{0, 0, 2}),
                          Node("value", {}, to_bytes(BytesView(view.key))),
                          Node("signature", {}, to_bytes(BytesView(view.signature)))});
    const Node rotated =
        co_await alice_->ask(iq("r1", "set", "encrypt", Node("rotate", {}, wire::Nodes{skey})));
    EXPECT_EQ(rotated.attribute("type"), "result");
    const Node after = co_await alice_->ask(iq("d2", "get", "encrypt", Node("digest")));
    EXPECT_NE(to_bytes(after.child("digest")->child("hash")->bytes()),
              to_bytes(digest->child("hash")->bytes()));
  });
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
