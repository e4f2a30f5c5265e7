// The world: Baileys, as npm has it, in the WhatsApp user's seat; our gatekeeper, partner server
// and partner client in the others; TLS and WebSocket on loopback between them. The parley binary
// runs the profile native-client as a person would, and this test reads the result: which exchanges
// passed, with whom, and what Baileys is failed for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/file.h"
#include "harness/base/json.h"
#include "harness/judge/result_json.h"
#include "mocks/peers/peers.h"

namespace parley::peers {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::string_view kAdapter = "/mocks/adapters/baileys/";
/// Most of the time goes into starting node for every test case; sanitizers and other tests beside
/// it make that slow.
constexpr auto kPatience = std::chrono::seconds(840);

/// An exchange and the test cases that show it, each direction on its own.
struct Exchange {
  std::string_view name;
  std::vector<std::string_view> cases;
};

const std::vector<Exchange>& exchanges() {
  static const std::vector<Exchange> kExchanges = {
      {"text",
       {"text.both-ways[direction=to-whatsapp]", "text.both-ways[direction=to-partner]",
        "text.conversation", "text.unicode[direction=to-whatsapp,text=emoji]",
        "text.unicode[direction=to-partner,text=emoji]", "login.transports[transport=tcp]",
        "login.transports[transport=websocket]", "e2e.first-message"}},
      {"reply", {"text.reply[direction=to-whatsapp]", "text.reply[direction=to-partner]"}},
      {"reaction",
       {"reactions.add-and-revoke[direction=to-whatsapp]",
        "reactions.add-and-revoke[direction=to-partner]"}},
      {"delivery receipt",
       {"receipts.delivery[direction=to-whatsapp]", "receipts.delivery[direction=to-partner]"}},
      {"read receipt",
       {"receipts.read[direction=to-whatsapp]", "receipts.read[direction=to-partner]",
        "receipts.aggregated[direction=to-whatsapp]", "receipts.aggregated[direction=to-partner]",
        "receipts.switched-off[reader=whatsapp]", "receipts.switched-off[reader=partner]"}},
      {"typing",
       {"typing.start-and-stop[direction=to-whatsapp]",
        "typing.start-and-stop[direction=to-partner]"}},
      {"image",
       {"media.intact[direction=to-whatsapp,file=photo]",
        "media.intact[direction=to-partner,file=photo]",
        "media.intact[direction=to-whatsapp,file=picture]",
        "media.intact[direction=to-partner,file=picture]", "media.caption[direction=to-whatsapp]",
        "media.caption[direction=to-partner]", "media.partner-hosting"}},
      {"video",
       {"media.intact[direction=to-whatsapp,file=clip]",
        "media.intact[direction=to-partner,file=clip]", "media.whatsapp-hosting"}},
      {"voice",
       {"media.intact[direction=to-whatsapp,file=voice]",
        "media.intact[direction=to-partner,file=voice]"}},
      {"file",
       {"media.intact[direction=to-whatsapp,file=document]",
        "media.intact[direction=to-partner,file=document]",
        "media.intact[direction=to-whatsapp,file=notes]",
        "media.intact[direction=to-partner,file=notes]"}},
      {"retry", {"e2e.retry[direction=to-whatsapp]", "e2e.retry[direction=to-partner]"}},
      {"blocking", {"safety.block[side=partner]", "safety.block[side=whatsapp]"}},
      {"515, 503 and edge routing",
       {"native.comes-back[error=restart]", "native.comes-back[error=unavailable]"}},
      {"401", {"native.logged-out"}},
      {"mailbox", {"native.away"}},
  };
  return kExchanges;
}

std::string quoted(const std::string& word) { return "'" + word + "'"; }

class NativeClient : public testing::Test {
 protected:
  void SetUp() override {
    for (const std::string& needed :
         {node_program(folders_), folders_.source + "/mocks/node_modules/baileys/package.json"}) {
      ASSERT_TRUE(fs::exists(needed)) << needed << " is missing. " << kInstallHint;
    }
    out_ = fs::path(testing::TempDir()) / ("parley-native-client-" + std::to_string(::getpid()));
    fs::remove_all(out_);
  }
  void TearDown() override {
    if (!HasFailure()) fs::remove_all(out_);
  }

  judge::RunResult result() const {
    const auto text = read_text_file(out_ / "result.json");
    EXPECT_TRUE(text.ok()) << (text.ok() ? "" : text.error().text());
    if (!text.ok()) return {};
    const auto value = parse_json(*text, "result.json");
    EXPECT_TRUE(value.ok()) << (value.ok() ? "" : value.error().text());
    if (!value.ok()) return {};
    auto parsed = judge::run_result_from_json(*value);
    EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().text());
    return parsed.ok() ? *std::move(parsed) : judge::RunResult();
  }

  /// The profile with Baileys in the seat.
  Result<ProgramOutput> run_profile() const {
    const std::string adapter = quoted(node_program(folders_)) + " " +
                                quoted(folders_.source + std::string(kAdapter) + "adapter.mjs");
    return run_program({folders_.binary + "/parley", "run", "--profile", "native-client",
                        "--network", "sockets", "--addressing", "native", "--driver",
                        "gatekeeper-client=" + adapter, "--workers", "2", "--out", out_.string()},
                       "Build the target parley.", kPatience);
  }

  const Folders folders_ = build_folders();
  fs::path out_;
};

std::map<std::string, std::string, std::less<>> verdicts(const judge::RunResult& result) {
  std::map<std::string, std::string, std::less<>> out;
  for (const judge::CaseResult& test_case : result.cases) {
    out[test_case.id] =
        test_case.verdict ? std::string(judge::to_string(*test_case.verdict)) : "none";
  }
  return out;
}

const judge::SeatHolder* whatsapp_user(const judge::RunResult& result) {
  const auto found =
      std::ranges::find(result.run.seats, "gatekeeper-client", &judge::SeatHolder::seat);
  return found == result.run.seats.end() ? nullptr : &*found;
}

TEST_F(NativeClient, TheAdapterPassesItsOwnTests) {
  std::vector<std::string> command = {node_program(folders_), "--test"};
  for (const auto& entry : fs::directory_iterator(folders_.source + std::string(kAdapter))) {
    if (entry.path().string().ends_with("_test.mjs")) command.push_back(entry.path().string());
  }
  EXPECT_GE(command.size(), 8U);
  const auto run = run_program(command, kInstallHint, kPatience);
  ASSERT_TRUE(run.ok()) << run.error().text();
  EXPECT_EQ(run->status, 0) << run->out;
  EXPECT_THAT(run->out, HasSubstr("# fail 0\n"));
}

constexpr std::string_view kNoticed = "media.damaged[attack=key-to-whatsapp]";

// Baileys verifies neither MAC nor digests. What it hands out is reported as it is, and our check
// fails it, while the whole twins before and after pass. Under a wrong key alone it finds no file:
// the padding of what it decrypts is none.
void expect_damage_shown(const judge::RunResult& result) {
  std::size_t cases = 0;
  for (const judge::CaseResult& test_case : result.cases) {
    if (test_case.scenario != "media.damaged") continue;
    ++cases;
    const bool noticed = test_case.id == kNoticed;
    std::map<std::string, std::string> codes;
    for (const judge::CheckResult& check : test_case.checks) {
      codes[check.id] = check.finding.code;
      EXPECT_EQ(check.finding.verdict == judge::Verdict::kFail,
                check.id == "damaged-refused" && !noticed)
          << test_case.id << ": " << check.id;
    }
    EXPECT_EQ(codes["whole-before"], "as-expected") << test_case.id;
    EXPECT_EQ(codes["damaged-refused"], noticed ? "as-expected" : "damaged-file-shown")
        << test_case.id;
    EXPECT_EQ(codes["whole-after"], "as-expected") << test_case.id;
  }
  EXPECT_EQ(cases, 5U);
}

TEST_F(NativeClient, PassesTheBaseExchangesAndFailsForShowingDamagedFiles) {
  const auto run = run_profile();
  ASSERT_TRUE(run.ok()) << run.error().text();
  EXPECT_EQ(run->status, 1) << run->out << "\nThe report stays in " << out_;

  const judge::RunResult parsed = result();
  EXPECT_EQ(parsed.run.addressing, "native");
  const judge::SeatHolder* seat = whatsapp_user(parsed);
  ASSERT_NE(seat, nullptr);
  EXPECT_EQ(seat->implementation, "baileys");
  EXPECT_EQ(seat->version, "7.0.0-rc14");
  EXPECT_TRUE(seat->under_test);
  std::cout << "In the WhatsApp user's seat: " << seat->implementation << ' ' << seat->version
            << ", driven by " << seat->driver << ' ' << seat->driver_version << '\n';

  const auto by_id = verdicts(parsed);
  for (const Exchange& exchange : exchanges()) {
    for (const std::string_view id : exchange.cases) {
      const auto found = by_id.find(id);
      ASSERT_NE(found, by_id.end()) << exchange.name << ": " << id << " was not run";
      EXPECT_EQ(found->second, "pass") << exchange.name << ": " << id;
    }
    std::cout << "  " << exchange.name << ": " << exchange.cases.size() << " test cases\n";
  }
  for (const auto& [id, verdict] : by_id) {
    const bool shows = id.starts_with("media.damaged") && id != kNoticed;
    EXPECT_EQ(verdict, shows ? "fail" : "pass") << id;
  }
  expect_damage_shown(parsed);
}

}  // namespace
}  // namespace parley::peers
