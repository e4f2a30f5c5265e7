// The world: people of a partner who write down how their product is to be tested, and slip.
#include "harness/cli/run_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "harness/cli/driver_option.h"
#include "harness/cli/run_file_keys.h"
#include "harness/cli/run_file_option.h"
#include "harness/cli/run_file_schema.h"
#include "harness/driver/contract.h"
#include "harness/scenario/catalogue.h"

namespace parley::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kWhole = R"(profile: base
mode: certification
network: sockets
clock: real
seed: 7
workers: 2
addressing: native
as_of: "2026-11-22"
trust: ca.pem
addresses: ["127.0.0.1", "keys.example:8443", chat.example]
identification: ../identification.yaml
waivers: waivers.yaml
registers: [register.yaml]
wire_overlays: [overlay.yaml]
scenarios: [own]
keys: lab
ledger: /srv/ledger
nonce: regulator-7
seats:
  partner-client:
    driver: {command: "node 'my adapter.mjs'"}
  partner-server:
    driver: {websocket: "127.0.0.1:9000", token: env:DRIVER_TOKEN}
ics:
  media: {image: true, voice: false}
  others: {"req:MSG-018": false}
ixit:
  endpoints: {jwks: "https://keys.example:8443/jwks", chat: chat.example}
  timers: {reconnect: 10s}
  accounts:
    - {id: bob, identifier: bob@birdy.test, password: env:BOB_PASSWORD, token: "file:bob.token"}
)";

RunFile read(const std::string& text, std::vector<Diagnostic>& diagnostics) {
  const auto file = parse_yaml("/work/run.yaml", text, diagnostics);
  return file ? read_run_file(*file, diagnostics) : RunFile();
}

// The first thing that is wrong: "code line:column message".
std::string wrong(const std::string& text) {
  std::vector<Diagnostic> diagnostics;
  read(text, diagnostics);
  if (diagnostics.empty()) return "";
  const Diagnostic& one = diagnostics[0];
  return one.code + " " + std::to_string(one.mark.line) + ":" + std::to_string(one.mark.column) +
         " " + one.message + " " + one.hint;
}

TEST(RunFile, IsReadWhole) {
  std::vector<Diagnostic> diagnostics;
  const RunFile file = read(kWhole, diagnostics);
  ASSERT_EQ(render(diagnostics), "");
  EXPECT_EQ(file.name, "run.yaml");
  EXPECT_EQ(file.digest.size(), 64U);
  EXPECT_EQ(file.mode, "certification");
  EXPECT_EQ(file.seed, 7U);
  EXPECT_EQ(file.workers, 2U);
  EXPECT_EQ(file.ca, "/work/ca.pem");
  EXPECT_EQ(file.identification, "/identification.yaml");
  EXPECT_THAT(file.registers, ElementsAre("/work/register.yaml"));
  EXPECT_THAT(file.scenarios, ElementsAre("/work/own"));
  EXPECT_EQ(file.ledger, "/srv/ledger");
  ASSERT_EQ(file.seats.size(), 2U);
  EXPECT_EQ(file.seats[0].command, "node 'my adapter.mjs'");
  EXPECT_EQ(file.seats[1].token->text(), "env:DRIVER_TOKEN");
  EXPECT_EQ(file.claim.find("media", "voice"), false);
  EXPECT_EQ(file.claim.find("media", "image"), true);
  EXPECT_EQ(file.claim.find("others", "req:MSG-018"), false);
  ASSERT_EQ(file.stated_ixit().size(), 4U);
  EXPECT_EQ(file.stated_ixit()[3].name, "accounts.bob");
  EXPECT_EQ(file.stated_ixit()[3].value,
            "bob@birdy.test, password env:BOB_PASSWORD, token file:bob.token");
}

TEST(RunFile, SaysWhereItIsWrong) {
  EXPECT_THAT(wrong("profil: base\n"), HasSubstr("unknown-key 1:1"));
  EXPECT_THAT(wrong("profil: base\n"), HasSubstr("did you mean \"profile\""));
  EXPECT_THAT(wrong("profile: base\nmode: certificaton\n"), HasSubstr("unknown-word 2:7"));
  EXPECT_THAT(wrong("mode: certificaton\n"), HasSubstr("did you mean \"certification\""));
  EXPECT_THAT(wrong("seed: -1\n"), HasSubstr("wrong-type 1:7"));
  EXPECT_THAT(wrong("workers: 257\n"), HasSubstr("out-of-range"));
  EXPECT_THAT(wrong("as_of: \"2026-13-01\"\n"), HasSubstr("bad-date"));
  EXPECT_THAT(wrong("clock: real\n"), HasSubstr("clock-and-network"));
  EXPECT_THAT(wrong("network: sockets\nclock: virtual\n"), HasSubstr("clock-and-network"));
  EXPECT_THAT(wrong("registers: register.yaml\n"), HasSubstr("wrong-type"));
  EXPECT_THAT(wrong("[]\n"), HasSubstr("wrong-type"));
  EXPECT_EQ(wrong("profile: base\n"), "");
}

TEST(RunFile, KnowsTheSeatsAndTheirDrivers) {
  EXPECT_THAT(wrong("seats: {partner-clent: {driver: {command: x}}}\n"),
              HasSubstr("did you mean \"partner-client\""));
  EXPECT_THAT(wrong("seats: {partner-client: {}}\n"), HasSubstr("\"driver\" is missing"));
  EXPECT_THAT(wrong("seats: {partner-client: {driver: {}}}\n"), HasSubstr("one-driver"));
  EXPECT_THAT(wrong("seats: {partner-client: {driver: {command: \"a 'b\"}}}\n"),
              HasSubstr("bad-command"));
  EXPECT_THAT(wrong("seats: {partner-client: {driver: {websocket: \"h:1\"}}}\n"),
              HasSubstr("must show a token"));
  EXPECT_EQ(wrong("seats: {partner: {driver: {command: x}}}\n"), "");
  EXPECT_THAT(wrong("seats: {partnr: {driver: {command: x}}}\n"),
              HasSubstr("did you mean \"partner\""));
  EXPECT_THAT(wrong("seats:\n  partner: {driver: {command: x}}\n"
                    "  partner-proxy: {driver: {command: y}}\n"),
              HasSubstr("two-drivers 3:3 a seat has one driver, and partner-proxy would have two"));
}

TEST(RunFile, KnowsTheQuestionsOfBothStatements) {
  EXPECT_THAT(wrong("ics: {media: {imagf: true}}\n"), HasSubstr("did you mean \"image\""));
  EXPECT_THAT(wrong("ics: {medias: {image: true}}\n"), HasSubstr("did you mean \"media\""));
  EXPECT_THAT(wrong("ics: {media: {image: maybe}}\n"), HasSubstr("true or false"));
  EXPECT_THAT(wrong("ics: {others: {\"tagg:x\": true}}\n"), HasSubstr("unknown-item"));
  EXPECT_THAT(wrong("ixit: {endpoints: {jwk: \"h:1\"}}\n"), HasSubstr("did you mean \"jwks\""));
  EXPECT_THAT(wrong("ixit: {timers: {reconnect: soon}}\n"), HasSubstr("bad-duration"));
  EXPECT_THAT(wrong("ixit: {timeouts: {answer: 999ms}}\n"),
              HasSubstr("out-of-range 1:27 \"answer\" is 1s to 5m"));
  EXPECT_THAT(wrong("ixit: {timeouts: {start: 301s}}\n"), HasSubstr("out-of-range"));
  EXPECT_EQ(wrong("ixit: {timeouts: {start: 1s, answer: 5m}}\n"), "");
  EXPECT_THAT(wrong("ixit: {endpoints: {jwks: \"https://a:b@h/\"}}\n"), HasSubstr("bad-endpoint"));
  EXPECT_THAT(wrong("ixit: {endpoints: {jwks: \"https://h/jwks\"}}\n"),
              HasSubstr("unlisted-address"));
  EXPECT_THAT(wrong("addresses: [\"https://h\"]\n"), HasSubstr("bad-address"));
  EXPECT_EQ(
      wrong("addresses: [\"[::1]:8443\"]\nixit: {endpoints: {jwks: \"https://[::1]:8443/\"}}\n"),
      "");
}

TEST(RunFile, ContactsOnlyWhatItLists) {
  std::vector<Diagnostic> diagnostics;
  const RunFile file = read("addresses: [a.example, \"b.example:8443\"]\n", diagnostics);
  EXPECT_TRUE(file.allows("a.example", 1));
  EXPECT_TRUE(file.allows("b.example", 8443));
  EXPECT_FALSE(file.allows("b.example", 443));
  EXPECT_FALSE(file.allows("c.example", 443));
  EXPECT_FALSE(RunFile().allows("127.0.0.1", 80));
}

TEST(RunFile, RefusesASecretAndDoesNotRepeatIt) {
  for (const char* text :
       {"ixit: {accounts: [{id: bob, identifier: b, password: hunter2}]}\n",
        "ixit:\n  accounts:\n    - {id: bob, identifier: b, pasword: hunter2}\n",
        "seats: {partner-client: {driver: {websocket: \"h:1\", token: hunter2}}}\n",
        "pasword: hunter2\n", "profile: base\nseats:\n  x: hunter2\n"}) {
    std::vector<Diagnostic> diagnostics;
    read(text, diagnostics);
    ASSERT_FALSE(diagnostics.empty()) << text;
    EXPECT_THAT(render(diagnostics), Not(HasSubstr("hunter2"))) << text;
  }
  EXPECT_THAT(wrong("ixit: {accounts: [{id: bob, identifier: b, password: hunter2}]}\n"),
              HasSubstr("literal-secret 1:54"));
  EXPECT_THAT(wrong("ixit: {accounts: [{id: bob, identifier: b, password: hunter2}]}\n"),
              HasSubstr("env:NAME"));
}

TEST(RunFile, IsLimited) {
  const std::string path = testing::TempDir() + "/parley-big-run.yaml";
  std::ofstream(path) << "# " << std::string(300 * 1024, 'x');
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(load_run_file(path, diagnostics).has_value());
  EXPECT_EQ(diagnostics.size(), 1U);
  EXPECT_FALSE(load_run_file("/nowhere/run.yaml", diagnostics).has_value());
  std::ofstream(path, std::ios::trunc) << "token: \"hunter2\n  x: [";
  diagnostics.clear();
  EXPECT_FALSE(load_run_file(path, diagnostics).has_value());
  EXPECT_THAT(render(diagnostics), Not(HasSubstr("hunter2")));
  std::string many = "addresses:\n";
  for (int i = 0; i < 1001; ++i) many += "  - h" + std::to_string(i) + "\n";
  EXPECT_THAT(wrong(many), HasSubstr("too-many"));
}

TEST(RunFile, TheFirstOneCanBeReadForEverySeat) {
  std::vector<std::string> seats = drivable_seat_names();
  EXPECT_EQ(seats.size(), scenario::seat_names().size() + 1);  // "partner"
  seats.emplace_back();
  for (const std::string& seat : seats) {
    std::vector<Diagnostic> diagnostics;
    const RunFile file = read(run_file_template(seat), diagnostics);
    EXPECT_EQ(render(diagnostics), "") << seat << "\n" << run_file_template(seat);
    EXPECT_EQ(file.profile, "base");
    EXPECT_THAT(file.claim.unanswered(), IsEmpty());
    if (seat.empty()) {
      EXPECT_TRUE(file.seats.empty());
      continue;
    }
    ASSERT_EQ(file.seats.size(), 1U);
    EXPECT_EQ(file.seats[0].seat, seat);
    EXPECT_EQ(file.network, "sockets");
    for (const std::string_view one : driver::seats_behind(seat)) {
      EXPECT_THAT(scenario::ixit_missing(one, file.stated_ixit()), IsEmpty()) << one;
    }
  }
}

// What is commented out in the first file can be read, too.
TEST(RunFile, ExamplesOfEveryKeyAreGood) {
  for (const RunFileKey& key : run_file_keys()) {
    const std::string line = std::string(key.name) + ": " + std::string(key.example) + "\n";
    EXPECT_EQ(wrong(line), "") << line;
    EXPECT_THAT(run_file_template(""), HasSubstr(line)) << line;
  }
}

TEST(RunFile, TheSchemaIsTheOneThatIsKept) {
  std::stringstream kept;
  kept << std::ifstream(std::string(PARLEY_SOURCE_DIR) + "/schemas/run.schema.json").rdbuf();
  EXPECT_EQ(kept.str(), run_schema_text()) << "run: parley schema run > schemas/run.schema.json";
  const auto schema = parse_json(run_schema_text(), "run.schema.json");
  ASSERT_TRUE(schema.ok());
  std::set<std::string> known;
  for (const auto& member : schema->at("properties").as_object()) known.emplace(member.key());
  EXPECT_EQ(known.size(), run_file_keys().size() + run_file_parts().size());
  for (const RunFileKey& key : run_file_keys()) EXPECT_EQ(known.count(std::string(key.name)), 1U);
  for (const auto part : run_file_parts()) EXPECT_EQ(known.count(std::string(part)), 1U);
}

TEST(RunFileOption, FillsInWhatTheCommandLineLeavesOpen) {
  std::vector<Diagnostic> diagnostics;
  const RunFile file = read(kWhole, diagnostics);
  SessionOptions session;
  std::vector<std::string> folders;
  session.seed = 9;
  const auto won = apply_run_file(
      file, [](std::string_view option) { return option == "--seed"; }, session, folders);
  EXPECT_THAT(won, ElementsAre("--seed of the command line wins over \"seed\" in run.yaml"));
  EXPECT_EQ(session.seed, 9U);
  EXPECT_EQ(session.workers, 2U);
  EXPECT_EQ(session.mode, "certification");
  EXPECT_EQ(session.network, "sockets");
  EXPECT_EQ(session.addressing, "native");
  EXPECT_EQ(session.as_of, "2026-11-22");
  EXPECT_EQ(session.identification, "/identification.yaml");
  EXPECT_EQ(session.waivers, "/work/waivers.yaml");
  EXPECT_EQ(session.keys, "/work/lab");
  EXPECT_EQ(session.ledger, "/srv/ledger");
  EXPECT_EQ(session.nonce, "regulator-7");
  EXPECT_EQ(session.trust, "/work/ca.pem");
  EXPECT_THAT(session.registers, ElementsAre("/work/register.yaml"));
  EXPECT_THAT(session.wire_overlays, ElementsAre("/work/overlay.yaml"));
  EXPECT_THAT(folders, ElementsAre("/work/own"));
  EXPECT_EQ(session.drivers[0], "partner-client=node 'my adapter.mjs'");
  EXPECT_EQ(session.run_file->name, "run.yaml");
  EXPECT_TRUE(session.claim.stated());
  EXPECT_EQ(session.ixit.size(), 4U);
}

TEST(RunFileOption, EveryOptionOfTheTableWins) {
  std::vector<Diagnostic> diagnostics;
  const RunFile file = read(kWhole, diagnostics);
  std::size_t options = 0;
  for (const RunFileKey& key : run_file_keys()) options += key.option.empty() ? 0U : 1U;
  SessionOptions session;
  std::vector<std::string> folders;
  const auto won = apply_run_file(file, [](std::string_view) { return true; }, session, folders);
  EXPECT_EQ(won.size(), options + 1);  // and --driver
  EXPECT_EQ(session.profile, SessionOptions().profile);
  EXPECT_TRUE(session.drivers.empty());
}

TEST(RunFileOption, LooksForTheSecretsAtOnce) {
  std::vector<Diagnostic> diagnostics;
  const RunFile file = read(
      "ixit: {accounts: [{id: bob, identifier: bob@x, password: env:BOB, token: env:BOBS_TOKEN}, "
      "{id: alice, identifier: a@x}]}\n",
      diagnostics);
  SessionOptions session;
  const auto nothing = [](const std::string&) { return std::optional<std::string>(); };
  EXPECT_THAT(take_secrets(file, nothing, session).error().text(), HasSubstr("env:BOB"));
  const auto something = [](const std::string& name) { return std::optional("the " + name); };
  ASSERT_TRUE(take_secrets(file, something, session).ok());
  ASSERT_EQ(session.accounts.size(), 2U);
  EXPECT_EQ(session.accounts.at("bob").identifier, "bob@x");
  EXPECT_EQ(session.accounts.at("bob").password, "the BOB");
  EXPECT_EQ(session.accounts.at("bob").token, "the BOBS_TOKEN");
  EXPECT_EQ(session.accounts.at("alice").password, "");
}

TEST(RunFileOption, ADriverThatDialsInIsKnownByItsToken) {
  std::vector<Diagnostic> diagnostics;
  const RunFile file = read(
      "seats: {partner: {driver: {websocket: \"127.0.0.1:9000\", token: env:X}}}\n", diagnostics);
  SessionOptions session;
  std::vector<std::string> folders;
  (void)apply_run_file(file, [](std::string_view) { return false; }, session, folders);
  EXPECT_THAT(session.drivers, ElementsAre("partner=ws://127.0.0.1:9000"));
  const auto something = [](const std::string& name) { return std::optional("the " + name); };
  EXPECT_TRUE(take_secrets(file, something, session).ok());
  EXPECT_EQ(session.driver_tokens.at("partner"), "the X");
  const auto nothing = [](const std::string&) { return std::optional<std::string>(); };
  EXPECT_THAT(take_secrets(file, nothing, session).error().text(), HasSubstr("env:X"));
}

}  // namespace
}  // namespace parley::cli
