// The edge between inside and outside addresses, without a server: alice is a WhatsApp user, bob a
// user of integrator 1.
#include "mocks/gatekeeper/address_book.h"

#include <gtest/gtest.h>

namespace parley::mocks::gatekeeper {
namespace {

class AddressBookTest : public testing::TestWithParam<Addressing> {
 protected:
  AddressBookTest()
      : cast_(make_cast(GetParam())),
        accounts_(cast_, std::make_unique<SeededRandom>(1, "accounts")),
        book_(cast_, accounts_),
        alice_(*accounts_.find_actor("alice")),
        bob_(accounts_.create_partner(cast_.partners[0], "bob@bird.test")) {}

  static Cast make_cast(Addressing addressing) {
    json::object settings;
    if (addressing == Addressing::kNative) settings["addressing"] = "native";
    auto cast = read_cast({{"gatekeeper", "gatekeeper", "", std::move(settings)},
                           {"alice", "whatsapp-user", "", {{"number", "33611111111"}}},
                           {"bird", "partner", "", {}},
                           {"bob", "partner-user", "bird", {}}});
    EXPECT_TRUE(cast.ok());
    return *cast;
  }

  std::string inside(const std::string& text) const {
    return book_.inside(*wire::Jid::parse(text)).text();
  }
  std::string shown(const std::string& text) const {
    return book_.shown(*wire::Jid::parse(text)).text();
  }
  bool native() const { return GetParam() == Addressing::kNative; }

  const Cast cast_;
  Accounts accounts_;
  AddressBook book_;
  Account& alice_;
  Account& bob_;
};

TEST_P(AddressBookTest, NativeUsersHaveLidsInEitherMode) {
  alice_.device = 2;
  const auto lid = book_.lid(alice_);
  ASSERT_TRUE(lid.has_value());
  EXPECT_EQ(lid->server, "lid");
  EXPECT_EQ(lid->device, 2);
  EXPECT_EQ(lid->user.size(), 15u);
  EXPECT_EQ(inside(lid->text()), "33611111111:2@s.whatsapp.net");
  EXPECT_EQ(shown("33611111111:2@s.whatsapp.net"), "33611111111:2@s.whatsapp.net");
}

TEST_P(AddressBookTest, PartnersUsersHaveThemInModeNative) {
  const std::string number = bob_.jid.user;
  const std::string number_address = number + "@s.whatsapp.net";
  EXPECT_EQ(book_.lid(bob_).has_value(), native());
  EXPECT_EQ(shown(bob_.address()), native() ? number_address : bob_.address());
  EXPECT_EQ(inside(number_address), native() ? bob_.address() : number_address);
  EXPECT_EQ(inside(number + "@lid"), native() ? bob_.address() : number + "@lid");
  EXPECT_EQ(inside(bob_.address()), bob_.address());
}

TEST_P(AddressBookTest, WhatNobodyHasStaysAsItIs) {
  for (const char* text :
       {"33699999999@s.whatsapp.net", "10000000000001@lid", "7-10853634039893@interop",
        "120363000000000000@g.us", "s.whatsapp.net@s.whatsapp.net"}) {
    EXPECT_EQ(inside(text), text);
  }
  EXPECT_EQ(shown("33699999999@s.whatsapp.net"), "33699999999@s.whatsapp.net");
}

TEST_P(AddressBookTest, AnswersSpellAddressesAsTheClientDid) {
  Spelling spelling(book_);
  const std::string lid = book_.lid(alice_)->text();
  using wire::Node;
  using wire::Nodes;
  const Node asked = spelling.read(Node(
      "key", {},
      Nodes{Node("user", {{"jid", lid}}), Node("user", {{"jid", "33611111111@s.whatsapp.net"}})}));
  for (const Node& user : asked.children()) {
    EXPECT_EQ(user.attribute("jid"), "33611111111@s.whatsapp.net");
  }
  EXPECT_EQ(spelling.write(asked).children()[0].attribute("jid"), lid);
  EXPECT_EQ(spelling.write(asked).children()[1].attribute("jid"), "33611111111@s.whatsapp.net");
  spelling.forget();
  EXPECT_EQ(spelling.write(asked), asked);
}

TEST_P(AddressBookTest, OnlyAttributesThatHoldAddressesAreTouched) {
  Spelling spelling(book_);
  const wire::Node node("contact", {{"identifier", bob_.address()}, {"jid", bob_.address()}},
                        to_bytes(bob_.address()));
  const wire::Node written = spelling.write(node);
  EXPECT_EQ(written.attribute("identifier"), bob_.address());
  EXPECT_EQ(written.attribute("jid"), shown(bob_.address()));
  EXPECT_EQ(as_text(written.bytes()), bob_.address());
  EXPECT_EQ(spelling.read(written), node);
}

INSTANTIATE_TEST_SUITE_P(Modes, AddressBookTest,
                         testing::Values(Addressing::kInterop, Addressing::kNative),
                         [](const auto& info) {
                           return info.param == Addressing::kNative ? "Native" : "Interop";
                         });

}  // namespace
}  // namespace parley::mocks::gatekeeper
