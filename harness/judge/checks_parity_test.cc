// Two made-up chats, one native and one with a partner's user, that show the same properties or
// not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/judge/sealed_message_for_tests.h"

namespace parley::judge {
namespace {

using ::testing::HasSubstr;
using Direction = evidence::Direction;

/// What one chat of mallory, who writes, shows at its receiver. Both chats have one writer; its
/// kind does not matter to the check.
struct Shows {
  bool early_opened = false;
  bool late_opened = false;
  bool shown_twice = false;
  bool doubled_one_lost = false;  ///< the message that the network doubled
  bool numbers_differ = false;
  bool one_time_prekey = true;
  bool tried = true;
};

void stage_chat(StagedCase& staged, const std::string& receiver, const Shows& shows) {
  const std::string early = receiver + "-1";
  const std::string late = receiver + "-2";
  SealedChat chat(shows.one_time_prekey);
  const auto shown = [&](const std::string& id) {
    staged.event(receiver, "message", {{"id", id}, {"from_actor", "mallory"}});
  };
  const auto send = [&](const std::string& id) {
    staged.stanza("mallory", Direction::kOut, "chat.whatsapp.net",
                  chat.stanza(id, kAliceJid, Bytes(20, 1)), "message-send");
    shown(id);
  };
  send(early);
  if (shows.shown_twice) shown(early);
  staged.event(
      "gatekeeper", "disturbed",
      {{"kind", "duplicate"}, {"to", receiver}, {"id", shows.doubled_one_lost ? "lost" : early}});
  staged.step("", receiver, "steal-state", {{"theft", 1}});
  staged.event("mallory", "message", {{"id", receiver + "-a"}, {"from_actor", receiver}});
  send(late);
  std::vector<std::string> opened;
  std::vector<std::string> closed;
  (shows.early_opened ? opened : closed).push_back(early);
  (shows.late_opened ? opened : closed).push_back(late);
  if (shows.tried) {
    staged.step("", receiver, "try-decrypt",
                {{"opened", texts(opened)}, {"closed", texts(closed)}});
  }
  staged.step("", receiver, "fingerprint", {{"digits", "1"}}, {{"of", "mallory"}});
  staged.step("", "mallory", "fingerprint", {{"digits", shows.numbers_differ ? "2" : "1"}},
              {{"of", receiver}});
}

Finding judge_parity(const Shows& native, const Shows& interop) {
  StagedCase staged({"bob"});
  stage_chat(staged, "alice", native);
  stage_chat(staged, "bob", interop);
  staged.end();
  return staged.judge("no-weaker-than-native", {{"native_users", {"mallory", "alice"}},
                                                {"interop_users", {"mallory", "bob"}},
                                                {"blames", "bob"}});
}

TEST(NoWeakerThanNative, PassesWhereBothShowEverything) {
  const Finding finding = judge_parity({}, {});
  EXPECT_EQ(told(finding), "pass/none/as-expected");
  EXPECT_THAT(finding.observed, HasSubstr("forward-secrecy: native yes, interop yes"));
}

TEST(NoWeakerThanNative, FailsOnEachPropertyThatIsMissing) {
  const std::vector<std::pair<std::string, Shows>> weaker = {
      {"forward-secrecy", {.early_opened = true}},     {"post-compromise", {.late_opened = true}},
      {"replay-proof", {.shown_twice = true}},         {"verifiable", {.numbers_differ = true}},
      {"one-time-prekey", {.one_time_prekey = false}},
  };
  for (const auto& [property, shows] : weaker) {
    const Finding finding = judge_parity({}, shows);
    EXPECT_EQ(told(finding), "fail/iut/weaker-than-native") << property;
    EXPECT_THAT(finding.observed, HasSubstr(property + ": native yes, interop no"));
    EXPECT_EQ(told(judge_parity(shows, shows)), "pass/none/as-expected") << property;
  }
}

TEST(NoWeakerThanNative, SaysNothingWhereAPropertyWasNotLookedFor) {
  EXPECT_EQ(told(judge_parity({}, {.tried = false})), "inconclusive/unknown/not-all-shown");
  EXPECT_EQ(told(judge_parity({}, {.doubled_one_lost = true})),
            "inconclusive/unknown/not-all-shown");
}

}  // namespace
}  // namespace parley::judge
