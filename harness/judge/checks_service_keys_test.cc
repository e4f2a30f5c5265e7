// bob and rob, one person of acme's, enlist at WhatsApp and at Messenger with keys that are written
// by hand, and acme fetches the keys of both services.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/staged_services.h"

namespace parley::judge {
namespace {

using Direction = evidence::Direction;
using Tap = evidence::Tap;
using testing::HasSubstr;

json::object form(std::string_view keys, std::string_view identifier = "bob@acme.test") {
  return {{"identifier", identifier},
          {"e_ident", std::string(keys) + "-identity"},
          {"authkey", std::string(keys) + "-chat"},
          {"e_skey_val", std::string(keys) + "-prekey"}};
}

void enlist(StagedCase& staged, std::string_view user, const json::object& fields,
            std::string_view status = "ok") {
  const std::string label = std::string(user) + "-enlisted";
  staged.begin_step(label, user, "enlist");
  staged.add(Tap::kHttp, user == "bob" ? "wa" : "me", "http.request", {{"form", fields}},
             Direction::kIn, std::string(user) + ".device.test");
  staged.end_step(label, user, "enlist", {{"status", status}, {"jid", "1-1@interop"}});
}

Finding judge_keys(const json::object& at_whatsapp, const json::object& at_messenger,
                   std::string_view status = "ok") {
  StagedCase staged = two_services({"rob"});
  enlist(staged, "bob", at_whatsapp);
  enlist(staged, "rob", at_messenger, status);
  staged.end();
  return staged.judge(
      "enlistments-apart",
      {{"first", "bob-enlisted"}, {"then", "rob-enlisted"}, {"blames", "partner-user"}});
}

TEST(EnlistmentsApart, PassWhereNoKeyIsShared) {
  const Finding finding = judge_keys(form("a"), form("b"));
  EXPECT_EQ(told(finding), "pass/none/as-expected");
  EXPECT_THAT(finding.observed, HasSubstr("3 keys differ between whatsapp and messenger"));
}

TEST(EnlistmentsApart, FailWhereOneIs) {
  for (const std::string_view field : {"e_ident", "authkey", "e_skey_val"}) {
    json::object other = form("b");
    other[field] = form("a").at(field);
    const Finding finding = judge_keys(form("a"), other);
    EXPECT_EQ(told(finding), "fail/iut/key-shared") << field;
    EXPECT_EQ(finding.blamed, "partner-user");
  }
}

TEST(EnlistmentsApart, TellNothingWhereTheyAreNotTwoOfOneUser) {
  EXPECT_EQ(told(judge_keys(form("a"), form("b"), "fail")), "inconclusive/unknown/not-enlisted");
  EXPECT_EQ(told(judge_keys(form("a"), form("b", "rob@acme.test"))),
            "error/harness/senseless-comparison");
  EXPECT_EQ(told(judge_keys(form("a"), {{"identifier", "bob@acme.test"}})),
            "error/harness/no-enlistment");
  StagedCase cut = two_services();
  enlist(cut, "bob", form("a"));
  cut.fail_await("x", "bob", "message");
  cut.end(false);
  EXPECT_EQ(told(cut.judge(
                "enlistments-apart",
                {{"first", "bob-enlisted"}, {"then", "rob-enlisted"}, {"blames", "partner-user"}})),
            "inconclusive/unknown/step-not-reached");
}

void fetch_keys(StagedCase& staged, std::string_view host, std::string_view modulus) {
  const json::object set = {{"keys", json::array{json::object{{"kty", "RSA"}, {"n", modulus}}}}};
  staged.add(Tap::kHttp, "acme", "http.response",
             {{"target", "/.well-known/jwks"}, {"host", host}, {"status", 200}}, Direction::kIn,
             std::string(host), to_bytes(canonical(set)));
}

Finding judge_key_sets(StagedCase& staged) {
  staged.end();
  return staged.judge("key-sets-apart", {{"at", "acme"}, {"blames", "gatekeeper"}});
}

TEST(KeySetsApart, PassWhereEachServiceHasItsOwn) {
  StagedCase staged = two_services({"me"});
  fetch_keys(staged, "whatsapp.com", "one");
  fetch_keys(staged, "keys.messenger.test", "two");
  fetch_keys(staged, "keys.messenger.test", "two");
  EXPECT_EQ(told(judge_key_sets(staged)), "pass/none/as-expected");
}

TEST(KeySetsApart, FailWhereTheyShareOne) {
  StagedCase staged = two_services({"me"});
  fetch_keys(staged, "whatsapp.com", "one");
  fetch_keys(staged, "keys.messenger.test", "one");
  const Finding finding = judge_key_sets(staged);
  EXPECT_EQ(told(finding), "fail/iut/key-shared");
  EXPECT_EQ(finding.blamed, "gatekeeper");
}

TEST(KeySetsApart, TellNothingWhereOnlyOneWasFetched) {
  StagedCase staged = two_services();
  fetch_keys(staged, "whatsapp.com", "one");
  fetch_keys(staged, "whatsapp.com", "two");
  EXPECT_EQ(told(judge_key_sets(staged)), "inconclusive/unknown/one-key-set");
  EXPECT_EQ(told(staged.judge("key-sets-apart", {{"at", "nobody"}, {"blames", "gatekeeper"}})),
            "error/harness/no-such-actor");
}

}  // namespace
}  // namespace parley::judge
