// The world: bob has sent alice two franked messages, which the gatekeeper stamped; alice selects
// the second and reports it. The stanzas are those of the built-in wire profile.
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/judge/staged_case.h"
#include "harness/wire/operations.h"

namespace parley::judge {
namespace {

namespace op = wire::op;
using evidence::Direction;

const wire::Profile& built_in() {
  static const wire::Profile profile = [] {
    std::vector<Diagnostic> diagnostics;
    const std::filesystem::path path =
        std::string(PARLEY_SOURCE_DIR) + "/schemas/wire/wa-public-1.0.3.yaml";
    auto loaded = wire::Profile::load({&path, 1}, diagnostics);
    if (!loaded) throw std::logic_error(render(diagnostics));
    return *std::move(loaded);
  }();
  return profile;
}

std::string bytes_of(std::uint8_t value) { return base64(Bytes(32, value)); }

json::object content_of(const std::string& text) { return {{"kind", "text"}, {"text", text}}; }

/// One message of a report, as an honest client reveals it.
json::object revealed(const std::string& id, const std::string& text, std::uint8_t stamp) {
  return {{"id", id},
          {"content", base64(as_bytes(canonical(content_of(text))))},
          {"key", bytes_of(9)},
          {"commitment", bytes_of(stamp)},
          {"reporting_tag", bytes_of(static_cast<std::uint8_t>(stamp + 100))}};
}

const json::object kSecond = revealed("m2", "Buy now!", 2);
json::object changed(json::object message, std::string_view name, std::string_view value) {
  message[name] = value;
  return message;
}

class Reports : public testing::Test {
 protected:
  Reports() : staged_(std::vector<std::string>{"alice", "gatekeeper"}) {
    arrives("m1", "How are you?", 1);
    arrives("m2", "Buy now!", 2);
  }

  void arrives(const std::string& id, const std::string& text, std::uint8_t stamp) {
    json::object facts = content_of(text);
    facts["id"] = id;
    facts["from"] = kBobJid;
    facts["to"] = kAliceJid;
    facts["signal"] = json::object{{"type", "msg"}};
    staged_.message("bob", Direction::kOut, facts);
    stanza(Direction::kOut, op::kMessageDeliverFranked,
           {{"id", id},
            {"from", kBobJid},
            {"type", "text"},
            {"t", 1},
            {"enc_type", "msg"},
            {"ciphertext", bytes_of(0)},
            {"commitment", bytes_of(stamp)},
            {"reporting_tag", bytes_of(static_cast<std::uint8_t>(stamp + 100))}});
    staged_.event("alice", "message", {{"id", id}, {"text", text}, {"from", kBobJid}});
  }

  /// At the gatekeeper, to or from alice.
  void stanza(Direction direction, std::string_view operation, const json::object& values) {
    const auto node = built_in().render(operation, values);
    ASSERT_TRUE(node.ok()) << node.error().text();
    staged_.stanza("gatekeeper", direction, "alice", *node, operation, "surrogate");
  }

  void sends(const std::string& iq, const std::vector<json::object>& messages,
             std::string_view from = kBobJid) {
    json::array list;
    for (const json::object& message : messages) list.push_back(message);
    stanza(Direction::kIn, op::kMessageReport,
           {{"id", iq}, {"from", from}, {"reason", "spam"}, {"messages", std::move(list)}});
  }

  void answers(const std::string& iq, const std::string& reason) {
    json::object values = {{"id", iq}, {"status", reason.empty() ? "accepted" : "refused"}};
    if (!reason.empty()) values["reason"] = reason;
    stanza(Direction::kOut, op::kMessageReportAnswer, values);
  }

  void begin(std::string_view label) {
    staged_.begin_step(label, "alice", "report", {{"from", "bob"}, {"messages", {"m2"}}});
  }
  void end(std::string_view label) {
    staged_.end_step(label, "alice", "report", {{"status", "ok"}});
  }

  /// A report of m2, and the gatekeeper's word; an empty reason accepts it.
  void report(const std::string& label, const json::object& message, const std::string& reason,
              std::string_view from = kBobJid) {
    begin(label);
    sends(label, {message}, from);
    answers(label, reason);
    end(label);
  }

  std::string judged(std::string_view kind, json::object arguments) {
    staged_.end();
    return told(
        judge_check({"check", std::string(kind), std::move(arguments), {}, CheckRole::kPurpose},
                    staged_.records(), built_in()));
  }
  std::string selected_only() {
    return judged("report-selected-only", {{"step", "report"}, {"blames", "whatsapp-user"}});
  }
  std::string verified(const std::string& reason) {
    return judged("report-verified", {{"step", "forged"},
                                      {"reason", reason},
                                      {"twins", {"before", "after"}},
                                      {"blames", "gatekeeper"}});
  }
  void genuine(const std::string& label, const std::string& reason = {}) {
    report(label, kSecond, reason);
  }

  StagedCase staged_;
};

// ---- report-selected-only

TEST_F(Reports, HoldTheSelectedMessage) {
  report("report", kSecond, "");
  EXPECT_EQ(selected_only(), "pass/none/as-expected");
}

TEST_F(Reports, MustNotHoldAnother) {
  begin("report");
  sends("report", {kSecond, revealed("m1", "How are you?", 1)});
  answers("report", "");
  end("report");
  EXPECT_EQ(selected_only(), "fail/iut/unselected-message");
}

TEST_F(Reports, MustHoldEachSelectedMessageOnce) {
  begin("report");
  sends("report", {kSecond, kSecond});
  end("report");
  EXPECT_EQ(selected_only(), "fail/iut/not-as-selected");
}

TEST_F(Reports, MustNotHoldOtherContentUnderTheSelectedId) {
  report("report", revealed("m2", "How are you?", 2), "");
  EXPECT_EQ(selected_only(), "fail/iut/other-content");
}

TEST_F(Reports, MustNotSayMoreBesides) {
  begin("report");
  const json::object values = {
      {"id", "i"}, {"from", kBobJid}, {"reason", "spam"}, {"messages", json::array{kSecond}}};
  wire::Node node = built_in().render(op::kMessageReport, values).value();
  node.set("chat", "How are you?");
  staged_.stanza("gatekeeper", Direction::kIn, "alice", node, op::kMessageReport, "surrogate");
  end("report");
  EXPECT_EQ(selected_only(), "fail/iut/report-says-more");
}

TEST_F(Reports, MustComeWhereTheClientSaysSo) {
  begin("report");
  end("report");
  EXPECT_EQ(selected_only(), "fail/iut/not-one-report");
}

TEST_F(Reports, ShowNothingWhereThereWasNoOtherMessage) {
  StagedCase fresh(std::vector<std::string>{"alice"});
  staged_ = std::move(fresh);
  arrives("m2", "Buy now!", 2);
  report("report", kSecond, "");
  EXPECT_EQ(selected_only(), "inconclusive/unknown/nothing-to-leave-out");
}

TEST_F(Reports, AreNotJudgedWhereTheClientCannotReport) {
  begin("report");
  staged_.fail_step("report", "alice", "report", "unsupported");
  EXPECT_EQ(selected_only().substr(0, 12), "inconclusive");
}

// ---- report-verified

TEST_F(Reports, AreVerified) {
  genuine("before");
  report("forged", revealed("m2", "Buy or else!", 2), "content-mismatch");
  genuine("after");
  EXPECT_EQ(verified("content-mismatch"), "pass/none/as-expected");
}

TEST_F(Reports, OfAnotherSenderOrTagAreForged) {
  genuine("before");
  report("forged", kSecond, "tag-mismatch", "1-200@interop");
  genuine("after");
  EXPECT_EQ(verified("tag-mismatch"), "pass/none/as-expected");
}

TEST_F(Reports, WithTheTagOfAnotherMessageAreForged) {
  genuine("before");
  report("forged", changed(kSecond, "reporting_tag", bytes_of(101)), "");
  genuine("after");
  EXPECT_EQ(verified("tag-mismatch"), "fail/iut/forged-accepted");
}

TEST_F(Reports, WithoutTagAreForged) {
  json::object message = kSecond;
  message.erase("reporting_tag");
  genuine("before");
  report("forged", message, "tag-missing");
  genuine("after");
  EXPECT_EQ(verified("tag-missing"), "pass/none/as-expected");
}

TEST_F(Reports, MustBeRefusedForTheRightReason) {
  genuine("before");
  report("forged", revealed("m2", "Buy or else!", 2), "too-busy");
  genuine("after");
  EXPECT_EQ(verified("content-mismatch"), "fail/iut/refused-for-another-reason");
}

TEST_F(Reports, MustBeAnswered) {
  genuine("before");
  begin("forged");
  sends("forged", {revealed("m2", "Buy or else!", 2)});
  end("forged");
  genuine("after");
  EXPECT_EQ(verified("content-mismatch"), "fail/iut/no-answer");
}

TEST_F(Reports, MustBeAcceptedWhereTheyAreGenuine) {
  genuine("before");
  report("forged", revealed("m2", "Buy or else!", 2), "content-mismatch");
  genuine("after", "content-mismatch");
  EXPECT_EQ(verified("content-mismatch"), "fail/iut/genuine-refused");
}

TEST_F(Reports, ThatAreNotForgedShowNothing) {
  genuine("before");
  report("forged", kSecond, "content-mismatch");
  genuine("after");
  EXPECT_EQ(verified("content-mismatch"), "inconclusive/iut/not-forged");
}

TEST_F(Reports, ThatAreNotGenuineShowNothing) {
  genuine("before");
  report("forged", revealed("m2", "Buy or else!", 2), "content-mismatch");
  report("after", revealed("m3", "Never sent", 2), "content-mismatch");
  EXPECT_EQ(verified("content-mismatch"), "inconclusive/iut/not-genuine");
}

// A partner's client that commits to nothing: the gatekeeper is right to refuse what it cannot
// verify.
TEST_F(Reports, OfMessagesThatWereNotFrankedShowNothing) {
  staged_ = StagedCase(std::vector<std::string>{"gatekeeper"});
  staged_.message("bob", Direction::kOut,
                  {{"id", "m2"}, {"kind", "text"}, {"text", "Buy now!"}, {"from", kBobJid}});
  stanza(Direction::kOut, op::kMessageDeliver,
         {{"id", "m2"},
          {"from", kBobJid},
          {"type", "text"},
          {"t", 1},
          {"enc_type", "msg"},
          {"ciphertext", bytes_of(0)}});
  json::object plain = kSecond;
  for (const std::string_view name : {"key", "commitment", "reporting_tag"}) plain.erase(name);
  report("before", plain, "tag-missing");
  report("forged", changed(plain, "content", base64(as_bytes("{}"))), "tag-missing");
  report("after", plain, "tag-missing");
  EXPECT_EQ(verified("content-mismatch"), "inconclusive/unknown/not-franked");
}

TEST_F(Reports, ThatNeverCameShowNothing) {
  genuine("before");
  begin("forged");
  end("forged");
  genuine("after");
  EXPECT_EQ(verified("content-mismatch"), "inconclusive/iut/no-report");
}

TEST_F(Reports, OfOurOwnClientThatDoesNotForgeAreOurError) {
  staged_ = StagedCase(std::vector<std::string>{"gatekeeper"});
  arrives("m1", "How are you?", 1);
  arrives("m2", "Buy now!", 2);
  genuine("before");
  report("forged", kSecond, "content-mismatch");
  genuine("after");
  EXPECT_EQ(verified("content-mismatch"), "error/harness/not-forged");
}

}  // namespace
}  // namespace parley::judge
