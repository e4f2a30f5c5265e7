// The world: see exchange_rig.h. bob's client has one deliberate fault; each test shows that the
// fault happens, and where a check can see it.
#include "mocks/partner/exchange_rig.h"

namespace parley::mocks {
namespace {

using net::awaitable;
using testing::HasSubstr;

class FaultyClient : public ExchangeRig {
 protected:
  awaitable<json::object> send_file(std::string from, std::string to) {
    json::object file{{"to", to},
                      {"kind", "file"},
                      {"name", "payslip.pdf"},
                      {"mime", "application/pdf"},
                      {"content", base64(Bytes(500, 7))}};
    co_return co_await ok(std::move(from), "send-media", std::move(file));
  }

  /// All that the parties in server seats have seen, as text.
  std::string seen_by_servers() {
    std::string out;
    for (const evidence::Record& record : recorder_->records()) {
      if (!evidence::is_server(record.role)) continue;
      out += canonical(record.facts);
      out += as_text(record.body);
    }
    return out;
  }
};

TEST_F(FaultyClient, AnUnknownFaultMakesNoClient) {
  start();
  Cast cast;
  PartnerSettings birdy;
  birdy.id = "birdy";
  birdy.integrator = 1;
  cast.partners.push_back(std::move(birdy));
  PartnerUserSettings eve;
  eve.id = "eve";
  eve.partner = "birdy";
  eve.identifier = "eve";
  eve.fault = "leak-evrything";
  cast.partner_users.push_back(std::move(eve));
  const auto client = make_partner_client(*world_, *recorder_, cast, "eve", profile_);
  ASSERT_FALSE(client.ok());
  EXPECT_EQ(client.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(client.error().message, HasSubstr("leak-body"));
  const auto nobody = make_partner_client(*world_, *recorder_, cast, "nobody", profile_);
  ASSERT_FALSE(nobody.ok());
  EXPECT_EQ(nobody.error().code, ErrorCode::kNotFound);
}

TEST_F(FaultyClient, AnHonestClientShowsServersNeitherNameNorText) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const json::object sent = co_await send_file("bob", "alice");
    co_await event("alice", "message", {{"id", sent.at("id")}, {"name", "payslip.pdf"}});
    const std::string id = co_await send("bob", "alice", "three wishes");
    co_await event("alice", "message", {{"id", id}});
    const std::string seen = seen_by_servers();
    EXPECT_EQ(seen.find("payslip.pdf"), std::string::npos);
    EXPECT_EQ(seen.find("three wishes"), std::string::npos);
  });
}

TEST_F(FaultyClient, LeakFileName) {
  with("bob", {{"fault", "leak-file-name"}});
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await send_file("bob", "alice");
    co_await world_->settle();
    EXPECT_THAT(seen_by_servers(), HasSubstr("payslip.pdf"));
  });
}

TEST_F(FaultyClient, LeakBody) {
  with("bob", {{"fault", "leak-body"}});
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await send("bob", "alice", "three wishes");
    co_await world_->settle();
    EXPECT_THAT(seen_by_servers(), HasSubstr("three wishes"));
  });
}

TEST_F(FaultyClient, ReusePrekey) {
  with("bob", {{"fault", "reuse-prekey"}});
  play([this]() -> awaitable<void> {
    co_await pair_up();
    co_await send("bob", "alice", "one");
    co_await send("bob", "alice", "two");
    co_await world_->settle();
    const auto sent = records("bob", "message");
    EXPECT_GE(sent.size(), 2U);
    if (sent.size() < 2) co_return;
    const json::object& first = sent[0]->facts.at("signal").as_object();
    const json::object& second = sent[1]->facts.at("signal").as_object();
    EXPECT_EQ(first.at("prekey_id"), second.at("prekey_id"));
    EXPECT_EQ(count("alice", "undecryptable"), 1U);
  });
}

TEST_F(FaultyClient, NoDeliveryReceipt) {
  with("bob", {{"fault", "no-delivery-receipt"}});
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string id = co_await send("alice", "bob", "Hello?");
    co_await event("bob", "message", {{"id", id}});
    co_await world_->settle();
    EXPECT_EQ(count("alice", "receipt"), 0U);
    EXPECT_EQ((co_await ok("gatekeeper", "mailbox", {{"of", "bob"}})).at("count"), 0);
  });
}

TEST_F(FaultyClient, CorruptMediaIsNoticed) {
  with("bob", {{"fault", "corrupt-media"}});
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const json::object sent = co_await send_file("bob", "alice");
    co_await event("alice", "media-failed",
                   {{"id", sent.at("id")}, {"reason", "encrypted-digest"}});
    EXPECT_EQ(count("alice", "message"), 0U);
  });
}

TEST_F(FaultyClient, DropQuote) {
  with("bob", {{"fault", "drop-quote"}});
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string question = co_await send("alice", "bob", "Tea?");
    co_await event("bob", "message", {{"id", question}});
    co_await ok("bob", "send-text", {{"to", "alice"}, {"text", "Yes"}, {"quote", question}});
    const json::object shown = co_await event("alice", "message", {{"text", "Yes"}});
    EXPECT_FALSE(shown.contains("quote"));
  });
}

TEST_F(FaultyClient, DuplicateDelivery) {
  with("bob", {{"fault", "duplicate-delivery"}});
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string id = co_await send("alice", "bob", "Once.");
    co_await world_->settle();
    EXPECT_EQ(count("bob", "message", {{"id", id}}), 2U);
  });
}

}  // namespace
}  // namespace parley::mocks
