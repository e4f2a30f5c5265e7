// One message on its way from alice to bob, as each of the four places tells it: the step, alice's
// record before encryption, bob's record after decryption, bob's screen. Every place is bent in
// turn; each bend must be noticed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

using ::testing::HasSubstr;
using Direction = evidence::Direction;
using evidence::Tap;

const json::object kIntact = {{"message", "sent"}, {"at", "bob"}, {"blames", "gatekeeper"}};
constexpr std::string_view kId = "3EB0AA";
const std::string kDigest(64, 'a');

json::object with(json::object object, std::string_view name, json::value value) {
  object[name] = std::move(value);
  return object;
}
json::object without(json::object object, std::string_view name) {
  object.erase(name);
  return object;
}

json::object file_arguments() {
  return {
      {"to", "bob"},       {"kind", "file"},    {"name", "plan.pdf"}, {"mime", "application/pdf"},
      {"caption", "look"}, {"sha256", kDigest}, {"size", 1234}};
}

// What each place says; a place that says nothing is left out of the records.
struct Told {
  std::string operation = "send-media";
  json::object arguments = file_arguments();
  json::object result = {{"id", kId}, {"sha256", kDigest}, {"size", 1234}};
  std::optional<json::object> encrypted;
  std::optional<json::object> decrypted;
  std::optional<json::object> shown;
};

Told a_file() {
  Told told_;
  json::object content = without(file_arguments(), "to");
  content["id"] = kId;
  told_.encrypted = told_.decrypted = told_.shown = content;
  return told_;
}

Told a_text() {
  Told told_;
  told_.operation = "send-text";
  told_.arguments = {{"to", "bob"}, {"text", "שלום 👋"}};
  told_.result = {{"id", kId}};
  told_.encrypted = told_.decrypted = told_.shown =
      json::object{{"id", kId}, {"kind", "text"}, {"text", "שלום 👋"}};
  return told_;
}

StagedCase staged_message(const Told& places, std::vector<std::string> iut = {}) {
  StagedCase staged(std::move(iut));
  staged.begin_step("sent", "alice", places.operation, places.arguments);
  if (places.encrypted) staged.message("alice", Direction::kOut, *places.encrypted);
  staged.end_step("sent", "alice", places.operation, places.result);
  if (places.decrypted) staged.message("bob", Direction::kIn, *places.decrypted);
  if (places.shown) staged.event("bob", "message", *places.shown);
  staged.end();
  return staged;
}

TEST(ContentIntact, PassesWhenAllFourPlacesAgree) {
  EXPECT_EQ(told(staged_message(a_file()).judge("content-intact", kIntact)),
            "pass/none/as-expected");
  EXPECT_EQ(told(staged_message(a_text()).judge("content-intact", kIntact)),
            "pass/none/as-expected");
}

TEST(ContentIntact, NoticesEveryChangeOfEveryFieldAtEveryPlace) {
  const std::pair<std::string_view, json::value> bends[] = {{"sha256", json::string(64, 'b')},
                                                            {"size", 1235},
                                                            {"mime", "text/plain"},
                                                            {"name", "PLAN.pdf"},
                                                            {"caption", "Look"},
                                                            {"kind", "image"},
                                                            {"text", "surplus"}};
  for (const auto& [name, value] : bends) {
    for (const auto place : {&Told::encrypted, &Told::decrypted, &Told::shown}) {
      Told bent = a_file();
      *(bent.*place) = with(*(bent.*place), name, value);
      const Finding finding = staged_message(bent).judge("content-intact", kIntact);
      EXPECT_EQ(told(finding), "fail/peer/content-differs") << name;
      EXPECT_THAT(finding.observed, HasSubstr(std::string(name)));
      if (name == "text") continue;
      bent = a_file();
      *(bent.*place) = without(*(bent.*place), name);
      EXPECT_EQ(told(staged_message(bent).judge("content-intact", kIntact)),
                "fail/peer/content-differs")
          << name;
    }
  }
}

TEST(ContentIntact, NoticesEveryChangeOfAText) {
  for (const char* other : {"", "שלום 👋 ", "שלום", "שלום 👋🏽", "\xE2\x80\x8Fשלום 👋"}) {
    for (const auto place : {&Told::encrypted, &Told::decrypted, &Told::shown}) {
      Told bent = a_text();
      *(bent.*place) = with(*(bent.*place), "text", json::string(other));
      EXPECT_EQ(told(staged_message(bent).judge("content-intact", kIntact)),
                "fail/peer/content-differs");
    }
  }
}

TEST(ContentIntact, TheSendersResultMustNotContradict) {
  Told bent = a_file();
  bent.result["size"] = 9;
  EXPECT_EQ(told(staged_message(bent).judge("content-intact", kIntact)),
            "fail/peer/content-differs");
}

TEST(ContentIntact, AFileNameTravelsWithFilesOnly) {
  Told photo = a_file();
  photo.arguments["kind"] = "image";
  for (auto* place : {&photo.encrypted, &photo.decrypted, &photo.shown}) {
    **place = without(with(**place, "kind", "image"), "name");
  }
  EXPECT_EQ(told(staged_message(photo).judge("content-intact", kIntact)), "pass/none/as-expected");
}

TEST(ContentIntact, SizesAreEqualByValueHoweverTheyAreStored) {
  Told sizes = a_file();
  sizes.arguments["size"] = std::uint64_t{1234};
  EXPECT_EQ(told(staged_message(sizes).judge("content-intact", kIntact)), "pass/none/as-expected");
}

TEST(ContentIntact, AMessageThatNeverArrivesFails) {
  Told lost = a_text();
  lost.decrypted = lost.shown = std::nullopt;
  EXPECT_EQ(told(staged_message(lost).judge("content-intact", kIntact)), "fail/peer/not-delivered");
  EXPECT_EQ(told(staged_message(lost, {"gatekeeper"}).judge("content-intact", kIntact)),
            "fail/iut/not-delivered");
  Told hidden = a_text();
  hidden.shown = std::nullopt;
  const Finding finding = staged_message(hidden).judge("content-intact", kIntact);
  EXPECT_EQ(told(finding), "fail/peer/not-delivered");
  EXPECT_THAT(finding.observed, HasSubstr("did not show"));
}

TEST(ContentIntact, OurOwnPartiesMustShowTheirRecords) {
  Told mute = a_text();
  mute.encrypted = std::nullopt;
  EXPECT_EQ(told(staged_message(mute).judge("content-intact", kIntact)),
            "inconclusive/driver/no-record-of-sender");
  EXPECT_EQ(told(staged_message(mute, {"alice"}).judge("content-intact", kIntact)),
            "pass/none/as-expected");
  mute = a_text();
  mute.decrypted = std::nullopt;
  EXPECT_EQ(told(staged_message(mute).judge("content-intact", kIntact)),
            "inconclusive/driver/no-record-of-receiver");
  EXPECT_EQ(told(staged_message(mute, {"bob"}).judge("content-intact", kIntact)),
            "pass/none/as-expected");
}

TEST(ContentIntact, SaysNothingWithoutTheMessage) {
  StagedCase staged;
  staged.step("sent", "alice", "typing");
  staged.end();
  EXPECT_EQ(told(staged.judge("content-intact", kIntact)), "error/harness/no-message");
  StagedCase failing;
  failing.begin_step("sent", "alice", "send-text", {{"text", "x"}});
  failing.fail_step("sent", "alice", "send-text", "timeout");
  failing.end(false);
  EXPECT_EQ(told(failing.judge("content-intact", kIntact)),
            "inconclusive/network/step-not-performed");
  StagedCase empty;
  empty.end();
  EXPECT_EQ(told(empty.judge("content-intact", kIntact)), "error/harness/no-such-label");
  EXPECT_EQ(told(staged_message(a_text()).judge("content-intact", with(kIntact, "at", "carol"))),
            "error/harness/no-such-actor");
}

TEST(DeliveredOnce, OnceIsOnce) {
  for (const int times : {0, 1, 2}) {
    StagedCase staged;
    staged.step("sent", "alice", "send-text", {{"id", kId}}, {{"text", "x"}});
    for (int i = 0; i < times; ++i) staged.event("bob", "message", {{"id", kId}});
    staged.event("bob", "message", {{"id", "another"}});
    staged.event("alice", "message", {{"id", kId}});
    staged.end();
    EXPECT_EQ(told(staged.judge("delivered-once", kIntact)),
              times == 0   ? "fail/peer/not-delivered"
              : times == 1 ? "pass/none/as-expected"
                           : "fail/peer/delivered-more-than-once");
  }
}

TEST(DeliveredOnce, ACaseThatWasCutOffProvesNothing) {
  StagedCase staged;
  staged.step("sent", "alice", "send-text", {{"id", kId}}, {{"text", "x"}});
  EXPECT_EQ(told(staged.judge("delivered-once", kIntact)), "error/harness/case-cut-off");
  staged.event("bob", "message", {{"id", kId}});
  EXPECT_EQ(told(staged.judge("delivered-once", kIntact)), "error/harness/case-cut-off");
}

StagedCase reply(std::string_view asked, const json::value& carried) {
  StagedCase staged;
  staged.step("question", "bob", "send-text", {{"id", "Q1"}}, {{"text", "?"}});
  staged.begin_step("sent", "alice", "send-text", {{"text", "!"}, {"quote", asked}});
  staged.message("alice", Direction::kOut, {{"id", kId}, {"quote", "Q1"}});
  staged.end_step("sent", "alice", "send-text", {{"id", kId}});
  staged.message("bob", Direction::kIn, {{"id", kId}, {"quote", "Q1"}});
  json::object shown = {{"id", kId}};
  if (!carried.is_null()) shown["quote"] = carried;
  staged.event("bob", "message", shown);
  staged.end();
  return staged;
}

TEST(QuoteIntact, TheReferenceMustSurvive) {
  const json::object arguments = with(kIntact, "quoted", "question");
  EXPECT_EQ(told(reply("Q1", "Q1").judge("quote-intact", arguments)), "pass/none/as-expected");
  EXPECT_EQ(told(reply("Q1", "Q2").judge("quote-intact", arguments)), "fail/peer/quote-differs");
  EXPECT_EQ(told(reply("Q1", nullptr).judge("quote-intact", arguments)), "fail/peer/quote-differs");
  EXPECT_EQ(told(reply("Q2", "Q1").judge("quote-intact", arguments)), "error/harness/no-quote");
  EXPECT_EQ(told(reply("Q1", "Q1").judge("quote-intact", with(arguments, "quoted", "nothing"))),
            "error/harness/no-such-label");
}

StagedCase receipts(const std::vector<std::vector<std::string>>& lists, std::string_view type) {
  StagedCase staged;
  staged.event("alice", "receipt", {{"ids", {"1", "2"}}, {"type", type}});  // too early
  staged.step("one", "alice", "send-text", {{"id", "1"}}, {{"text", "x"}});
  staged.step("two", "alice", "send-text", {{"id", "2"}}, {{"text", "y"}});
  for (const auto& ids : lists) {
    staged.event("alice", "receipt", {{"ids", texts(ids)}, {"type", type}});
  }
  staged.end();
  return staged;
}

TEST(ReceiptFor, CoversEveryMessage) {
  const json::object arguments = {
      {"messages", {"one", "two"}}, {"type", "read"}, {"at", "alice"}, {"blames", "partner-user"}};
  const json::object aggregated = with(arguments, "aggregated", true);
  const auto apart = receipts({{"2"}, {"1"}}, "read");
  const auto joint = receipts({{"2", "0", "1"}}, "read");
  EXPECT_EQ(told(apart.judge("receipt-for", arguments)), "pass/none/as-expected");
  EXPECT_EQ(told(apart.judge("receipt-for", aggregated)), "fail/peer/not-aggregated");
  EXPECT_EQ(told(joint.judge("receipt-for", arguments)), "pass/none/as-expected");
  EXPECT_EQ(told(joint.judge("receipt-for", aggregated)), "pass/none/as-expected");
  EXPECT_EQ(told(receipts({{"2"}}, "read").judge("receipt-for", arguments)),
            "fail/peer/no-receipt");
  EXPECT_EQ(told(receipts({}, "read").judge("receipt-for", arguments)), "fail/peer/no-receipt");
  EXPECT_EQ(told(receipts({}, "read").judge("receipt-for", aggregated)), "fail/peer/no-receipt");
  EXPECT_EQ(told(receipts({{"1", "2"}}, "delivery").judge("receipt-for", arguments)),
            "fail/peer/no-receipt");
}

TEST(ReceiptFor, NeedsMessages) {
  const StagedCase staged = receipts({}, "read");
  json::object arguments = {
      {"messages", json::array()}, {"type", "read"}, {"at", "alice"}, {"blames", "partner-user"}};
  EXPECT_EQ(told(staged.judge("receipt-for", arguments)), "error/harness/bad-arguments");
  arguments["messages"] = json::array{"three"};
  EXPECT_EQ(told(staged.judge("receipt-for", arguments)), "error/harness/no-such-label");
  arguments["messages"] = "one";
  EXPECT_EQ(told(staged.judge("receipt-for", arguments)), "error/harness/check-broke");
}

// alice sends bob a whole file, a damaged one, and a whole one again; how the damaged one fares.
struct Damaged {
  bool downloaded = true;
  std::optional<json::object> shown;
  std::string refusal = "mac";  ///< the reason that bob gives; empty: he says nothing
  bool twin_shown = true;
  std::string_view part = "mac";  ///< empty: alice is not told to damage anything
};

StagedCase staged_damage(const Damaged& told_) {
  StagedCase staged({"bob"});
  const auto send = [&](std::string label, const json::object& more, bool shown) {
    json::object content = with(without(file_arguments(), "to"), "id", json::string(label + "-id"));
    staged.begin_step(label, "alice", "send-media", file_arguments());
    json::object record = content;
    record["direct_path"] = json::string("/v/" + label + "?x=1");
    staged.message("alice", Direction::kOut, record);
    json::object result = without(without(without(content, "kind"), "name"), "mime");
    staged.end_step(label, "alice", "send-media", without(result, "caption"));
    for (const auto& field : more) content[field.key()] = field.value();
    if (shown) staged.event("bob", "message", content);
  };
  const auto download = [&](std::string_view target, int status) {
    staged.add(Tap::kHttp, "gatekeeper", "http.response",
               {{"method", "GET"}, {"target", target}, {"status", status}}, Direction::kOut,
               "bob.device.test");
  };
  send("before", {}, true);
  download("/v/before?x=1", 200);
  if (!told_.part.empty()) {
    staged.step("", "alice", "corrupt-next-media", {}, {{"part", told_.part}});
  }
  send("damaged", told_.shown.value_or(json::object()), told_.shown.has_value());
  download("/v/damaged?x=1&mms-type=image", told_.downloaded ? 200 : 404);
  if (!told_.refusal.empty()) {
    staged.event("bob", "media-failed", {{"id", "damaged-id"}, {"reason", told_.refusal}});
  }
  send("after", {}, told_.twin_shown);
  staged.end();
  return staged;
}

const json::object kRefused = {{"message", "damaged"},
                               {"at", "bob"},
                               {"twins", {"before", "after"}},
                               {"blames", "partner-user"}};

TEST(MediaRefused, PassesWhereTheDamagedFileIsRefusedBetweenItsTwins) {
  EXPECT_EQ(told(staged_damage({}).judge("media-refused", kRefused)), "pass/none/as-expected");
}

TEST(MediaRefused, FailsWhereItIsShownWhateverElseIsSaid) {
  // Decrypted right (only the MAC was wrong), or to something else; with and without excuses.
  for (const json::object& shown :
       {json::object(), json::object{{"sha256", std::string(64, 'b')}}}) {
    for (const char* excuse : {"", "mac"}) {
      for (const bool downloaded : {true, false}) {
        Damaged bent;
        bent.shown = shown;
        bent.refusal = excuse;
        bent.downloaded = downloaded;
        const Finding finding = staged_damage(bent).judge("media-refused", kRefused);
        EXPECT_EQ(told(finding), "fail/iut/damaged-file-shown");
        EXPECT_EQ(finding.blamed, "partner-user");
        EXPECT_THAT(finding.observed, HasSubstr("alice had damaged its MAC"));
      }
    }
  }
}

TEST(MediaRefused, SaysWhatWasDamagedAndNeedsThatSomethingWas) {
  Damaged bent;
  bent.shown = json::object();
  bent.part = "file";
  EXPECT_THAT(staged_damage(bent).judge("media-refused", kRefused).observed,
              HasSubstr("damaged it under its digest"));
  bent.part = "";
  EXPECT_EQ(told(staged_damage(bent).judge("media-refused", kRefused)),
            "error/harness/not-damaged");
  // What was damaged was another file: the one sent in between.
  const json::object after =
      with(with(kRefused, "message", "after"), "twins", json::array{"before"});
  EXPECT_EQ(told(staged_damage({}).judge("media-refused", after)), "error/harness/not-damaged");
}

TEST(MediaRefused, WithoutATestItIsNoPass) {
  Damaged bent;
  bent.downloaded = false;
  EXPECT_EQ(told(staged_damage(bent).judge("media-refused", kRefused)),
            "inconclusive/iut/never-fetched");
  for (const char* reason : {"", "http-404", "path-not-allowed"}) {
    bent = {};
    bent.refusal = reason;
    EXPECT_EQ(told(staged_damage(bent).judge("media-refused", kRefused)),
              "inconclusive/iut/not-put-to-the-test")
        << reason;
  }
  bent = {};
  bent.twin_shown = false;
  EXPECT_EQ(told(staged_damage(bent).judge("media-refused", kRefused)),
            "inconclusive/iut/twin-not-shown");
  EXPECT_EQ(told(staged_damage({}).judge("media-refused", with(kRefused, "twins", json::array()))),
            "error/harness/bad-arguments");
}

}  // namespace
}  // namespace parley::judge
