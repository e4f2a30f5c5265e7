// The world: see exchange_rig.h. bob's client commits to what it sends; alice reports some of it,
// as it was or otherwise.
#include "mocks/partner/exchange_rig.h"

namespace parley::mocks {
namespace {

using net::awaitable;
using testing::HasSubstr;
using testing::Not;

class Reports : public ExchangeRig {
 protected:
  Reports() { with("bob", {{"franking", true}}); }

  /// bob writes two texts that reach alice.
  awaitable<void> chat() {
    co_await pair_up();
    for (const char* text : {"How are you?", "Buy now!"}) {
      spam_ = co_await send("bob", "alice", text);
      co_await event("alice", "message", {{"id", spam_}});
      if (greeting_.empty()) greeting_ = spam_;
    }
  }

  /// alice reports the second one: "ok", or the reason of the refusal.
  awaitable<std::string> report(std::string forgery, std::string from = "bob") {
    json::object arguments{{"from", from}, {"messages", {spam_}}, {"reason", "spam"}};
    if (!forgery.empty()) arguments["forge"] = forgery;
    const json::object result = co_await ok("alice", "report", std::move(arguments));
    co_return result.contains("reason") ? text_of(result, "reason") : text_of(result, "status");
  }

  /// The reports as they came in at the gatekeeper.
  std::vector<const evidence::Record*> reports() {
    std::vector<const evidence::Record*> out = records("gatekeeper", "stanza");
    std::erase_if(out, [](const evidence::Record* record) {
      return text_of(record->facts, "operation") != "message-report";
    });
    return out;
  }
  static std::size_t messages_in(const evidence::Record& report) {
    const json::object& node = report.facts.at("node").as_object();
    return node.at("children").as_array()[0].as_object().at("children").as_array().size();
  }

  std::string greeting_;
  std::string spam_;
};

TEST_F(Reports, AGenuineOneIsAcceptedAndHoldsTheSelectedMessageAlone) {
  play([this]() -> awaitable<void> {
    co_await chat();
    EXPECT_EQ(co_await report(""), "ok");
    const json::object noted = co_await event("gatekeeper", "reported");
    EXPECT_TRUE(has(
        noted, {{"accepted", true}, {"about_actor", "bob"}, {"by_actor", "alice"}, {"count", 1}}))
        << canonical(noted);
    EXPECT_EQ(reports().size(), 1U);
    if (reports().empty()) co_return;
    EXPECT_EQ(messages_in(*reports()[0]), 1U);
    EXPECT_THAT(std::string(as_text(reports()[0]->body)), HasSubstr("Buy now!"));
    EXPECT_THAT(std::string(as_text(reports()[0]->body)), Not(HasSubstr("How are you?")));
  });
}

TEST_F(Reports, ForgedOnesAreRefused) {
  play([this]() -> awaitable<void> {
    co_await chat();
    EXPECT_EQ(text_of(co_await ok("ben", "enlist"), "status"), "ok");
    EXPECT_EQ(co_await report("content"), "content-mismatch");
    EXPECT_EQ(co_await report("commitment"), "tag-mismatch");
    EXPECT_EQ(co_await report("tag"), "tag-mismatch");
    EXPECT_EQ(co_await report("no-tag"), "tag-missing");
    EXPECT_EQ(co_await report("sender", "ben"), "tag-mismatch");
    EXPECT_EQ(count("gatekeeper", "reported", {{"accepted", false}}), 5U);
    EXPECT_EQ(co_await report(""), "ok");
  });
}

TEST_F(Reports, WhatCameWithoutCommitmentCannotBeVerified) {
  with("bob", {{"franking", false}});
  play([this]() -> awaitable<void> {
    co_await chat();
    EXPECT_EQ(co_await report(""), "tag-missing");
  });
}

TEST_F(Reports, AFileIsReportedByWhatIsSaidOfItWithoutItsKey) {
  play([this]() -> awaitable<void> {
    co_await pair_up();
    json::object file{{"to", "alice"},         {"kind", "file"},
                      {"name", "offer.pdf"},   {"mime", "application/pdf"},
                      {"caption", "Buy now!"}, {"content", base64(Bytes(500, 7))}};
    spam_ = text_of(co_await ok("bob", "send-media", std::move(file)), "id");
    co_await event("alice", "message", {{"id", spam_}});
    EXPECT_EQ(co_await report(""), "ok");
  });
}

TEST_F(Reports, OnlyWhatCameFromThatUserCanBeReported) {
  play([this]() -> awaitable<void> {
    co_await chat();
    const std::string own = co_await send("alice", "bob", "Who is this?");
    json::object arguments{{"from", "bob"}, {"messages", {own}}, {"reason", "spam"}};
    const auto result = co_await perform("alice", "report", std::move(arguments));
    EXPECT_FALSE(result.ok());
    if (!result.ok()) EXPECT_EQ(result.error().code, ErrorCode::kNotFound);
    EXPECT_TRUE(reports().empty());
  });
}

TEST_F(Reports, WhoCommitsToSomethingElseIsNotShown) {
  with("bob", {{"fault", "false-commitment"}});
  play([this]() -> awaitable<void> {
    co_await pair_up();
    const std::string id = co_await send("bob", "alice", "Buy now!");
    const json::object refused = co_await event("alice", "undecryptable", {{"id", id}});
    EXPECT_THAT(text_of(refused, "reason"), HasSubstr("commitment"));
    EXPECT_EQ(count("alice", "message"), 0U);
  });
}

TEST_F(Reports, AClientWithADefectReportsTheWholeChat) {
  with("alice", {{"fault", "report-chat"}});
  play([this]() -> awaitable<void> {
    co_await chat();
    EXPECT_EQ(co_await report(""), "ok");
    EXPECT_EQ(reports().size(), 1U);
    if (!reports().empty()) EXPECT_EQ(messages_in(*reports()[0]), 2U);
  });
}

TEST_F(Reports, AServerWithADefectAcceptsForgedOnes) {
  with("gatekeeper", {{"fault", "trusts-reports"}});
  play([this]() -> awaitable<void> {
    co_await chat();
    EXPECT_EQ(co_await report("content"), "ok");
    EXPECT_EQ(co_await report("no-tag"), "ok");
  });
}

TEST_F(Reports, WhatWaitedInTheMailboxCanBeReportedToo) {
  play([this]() -> awaitable<void> {
    co_await chat();
    co_await ok("alice", "disconnect");
    spam_ = co_await send("bob", "alice", "Still here?");
    co_await ok("alice", "connect");
    co_await event("alice", "message", {{"id", spam_}});
    EXPECT_EQ(co_await report(""), "ok");
  });
}

TEST_F(Reports, PartnersUsersSeeNativeAddresses) {
  with("gatekeeper", {{"addressing", "native"}});
  play([this]() -> awaitable<void> {
    co_await chat();
    EXPECT_EQ(co_await report(""), "ok");
    EXPECT_EQ(co_await report("content"), "content-mismatch");
  });
}

}  // namespace
}  // namespace parley::mocks
