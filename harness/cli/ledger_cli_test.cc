// A lab with a ledger, a regulator who holds a checkpoint of it; and the lab once more, when it
// would rather have run only once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdlib>
#include <regex>
#include <set>
#include <sstream>

#include "harness/cli/ledger_fixture.h"
#include "harness/cli/ledger_folder.h"
#include "harness/evidence/ledger.h"
#include "harness/evidence/transparency_log.h"

namespace parley::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string kOpen = "ledger.tlog-proof";
const std::string kClose = "ledger-close.tlog-proof";

TEST(LedgerCli, TheCommandTakesWhatTheVerifierHolds) {
  const Said said =
      say({"verify", given("stamped.zip"), "--trust", given("lab/roots.pem"), "--ledger",
           given("early"), "--ledger-growth", given("growth"), "--ledger-entries",
           given("ledger/ledger.jsonl"), "--tsa", given("tsa.pem")});
  EXPECT_EQ(said.code, kExitPass) << said.out << said.err;
  for (const char* line : {"V15 OK", "V16 OK", "V17 OK", "V19 SKIPPED"}) {
    EXPECT_THAT(said.out, HasSubstr(line));
  }
  EXPECT_EQ(say({"verify", given("sound.zip"), "--ledger", given("nothing")}).code, kExitUsage);
}

TEST(LedgerCli, ARunWithKeysMakesItsBundleAndClosesItself) {
  EXPECT_EQ(world().text("run1/bundle.zip"), world().text("first.zip"));
  EXPECT_FALSE(std::filesystem::exists(given("run2/bundle.zip")));
  const Said said = say({"verify", given("run3/bundle.zip"), "--trust", given("lab/roots.pem"),
                         "--nonce", "regulator-7"});
  EXPECT_EQ(said.code, kExitPass) << said.out << said.err;
}

TEST(LedgerCli, ABundleOfALedger) {
  const Said said = verify("sound.zip", {"--nonce", "regulator-7"});
  EXPECT_EQ(said.code, kExitPass) << said.out << said.err;
  EXPECT_THAT(line_of(said, "V15"),
              AllOf(HasSubstr("OK "), HasSubstr("example.org/lab, opened at 3, closed at 4 of 5")));
  EXPECT_THAT(line_of(said, "V16"),
              AllOf(HasSubstr("SKIPPED"), HasSubstr("it says that 2 went before")));
  const Said open = verify("public.zip", {"--nonce", "regulator-7"});
  EXPECT_EQ(open.code, kExitPass) << open.out;
  EXPECT_THAT(line_of(open, "V15"), HasSubstr("OK "));
}

TEST(LedgerCli, WhatTheVerifierHolds) {
  const Said whole = verify(
      "sound.zip", {"--ledger", given("early"), "--ledger-entries", given("ledger/ledger.jsonl")});
  EXPECT_EQ(whole.code, kExitPass) << whole.out;
  EXPECT_THAT(line_of(whole, "V15"), HasSubstr("one ledger with your checkpoint"));
  EXPECT_THAT(line_of(whole, "V16"), AllOf(HasSubstr("OK "), HasSubstr("2 went before")));
  // The ledger went on: the public edition's checkpoint is the same, as nothing was added for it.
  for (const char* bundle : {"sound.zip", "public.zip"}) {
    EXPECT_EQ(verify(bundle, {"--ledger", given("late")}).code, kExitPass);
    EXPECT_EQ(verify(bundle, {"--ledger", given("early"), "--ledger-growth", given("growth")}).code,
              kExitPass);
  }
  // A checkpoint that is newer than the bundle's.
  EXPECT_EQ(
      verify("first.zip", {"--ledger", given("late"), "--ledger-growth", given("growth")}).code,
      kExitPass);
  const Said unproven = verify("sound.zip", {"--ledger", given("early")});
  EXPECT_EQ(unproven.code, kExitFail);
  EXPECT_THAT(line_of(unproven, "V15"), HasSubstr("ask the lab"));
}

TEST(LedgerCli, IsListedWithTheRunsThatWereNeverClosed) {
  const Said said = say({"ledger", "list", given("ledger")});
  EXPECT_EQ(said.code, kExitPass);
  EXPECT_THAT(said.out, AllOf(HasSubstr("mocks only, 0 before it, closed at 1"),
                              HasSubstr("mocks only, 1 before it, never closed"),
                              HasSubstr("mocks only, 2 before it, closed at 4"),
                              HasSubstr("3 runs, 1 never closed\n")));
  EXPECT_EQ(say({"ledger", "list", given("lab")}).code, kExitUsage);
}

struct Attack {
  std::string name;
  std::string_view found_by;
  std::string says;
  std::function<void(Files&)> change;
  std::vector<std::string> asked{};
};

void replace(std::string& text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  ASSERT_NE(place, std::string::npos) << from;
  text.replace(place, from.size(), to);
}

void expect_found(const Attack& attack, const std::string& bundle) {
  Files files = world().files(bundle);
  attack.change(files);
  ASSERT_TRUE(write_file_atomically(world().path("bent.zip"), packed(files)).ok());
  const Said said = verify("bent.zip", attack.asked);
  EXPECT_EQ(said.code, kExitFail) << attack.name;
  EXPECT_THAT(said.out, HasSubstr("; first: " + std::string(attack.found_by))) << attack.name;
  EXPECT_THAT(line_of(said, std::string(attack.found_by)), HasSubstr(attack.says)) << attack.name;
}

/// The lab changes the result and signs it.
std::function<void(Files&)> signed_result(std::function<void(judge::RunResult&)> change) {
  return [=](Files& files) {
    auto result =
        judge::run_result_from_json(parse_json(files.at("result.json"), "r").value()).value();
    change(result);
    files["result.json"] = canonical(judge::to_json(result)) + "\n";
    sign_again(files, world().lab().key);
  };
}

/// A ledger of the lab's own invention, with this run and no other: the proofs from it.
std::function<void(Files&)> with_new_ledger(
    std::function<void(std::vector<evidence::LedgerEntry>&)> change) {
  return [=](Files& files) {
    std::vector<evidence::LedgerEntry> entries =
        evidence::Ledger::read(world().text("ledger/ledger.jsonl")).value().entries();
    change(entries);
    evidence::Ledger ledger;
    for (const evidence::LedgerEntry& entry : entries) ASSERT_TRUE(ledger.append(entry).ok());
    const auto keys = world().lab();
    const std::string checkpoint = ledger.checkpoint(keys.ledger_origin, keys.key).value();
    const std::string run = statement_in(files).run_id;
    files[kOpen] = evidence::to_text(ledger.prove(*ledger.opened(run), checkpoint).value());
    files[kClose] = evidence::to_text(ledger.prove(*ledger.closed(run), checkpoint).value());
  };
}

TEST(LedgerCli, WhatIsWrongWithALedgerIsFound) {
  const auto take = [](const std::string& bundle, const std::string& file) {
    return [=](Files& files) { files[file] = world().files(bundle).at(file); };
  };
  const auto nothing = [](Files&) {};
  const std::vector<Attack> attacks = {
      {"no proof of the opening", "V15", "ledger.tlog-proof: is not in the bundle",
       [](Files& f) { f.erase(kOpen); }},
      {"no proof of the closing", "V15", "ledger-close.tlog-proof: is not in the bundle",
       [](Files& f) { f.erase(kClose); }},
      {"another run's opening", "V15", "was opened as another run", take("first.zip", kOpen)},
      {"another run's closing", "V15", "closes another run", take("first.zip", kClose)},
      {"the opening for the closing", "V15", "of another kind",
       [](Files& f) { f[kClose] = f[kOpen]; }},
      {"a proof bent", "V15", "", [](Files& f) { f[kOpen][f[kOpen].size() / 2] ^= 1; }},
      {"an entry bent", "V15", "", [](Files& f) { replace(f[kOpen], "extra eyJ", "extra eyK"); }},
      {"no ledger named", "V08", "another entry of the ledger",
       signed_result([](auto& result) { result.run.ledger.reset(); })},
      {"another ledger named", "V15", "no known key has signed",
       signed_result([](auto& result) { result.run.ledger->origin = "example.org/other"; })},
      {"another statement", "V15", "names another statement",
       signed_result([](auto& result) { result.run.ledger->previous_runs = 0; })},
      {"a ledger without the runs before", "V15", "at another place",
       with_new_ledger([](auto& entries) { entries.erase(entries.begin(), entries.begin() + 3); })},
      {"a rewritten ledger",
       "V15",
       "leads to another checkpoint",
       with_new_ledger(
           [](auto& entries) { std::get<evidence::RunOpened>(entries[2]).iut = "something else"; }),
       {"--ledger", given("early"), "--ledger-growth", given("growth")}},
      {"two ledgers",
       "V15",
       "two ledgers",
       with_new_ledger(
           [](auto& entries) { std::get<evidence::RunOpened>(entries[2]).iut = "something else"; }),
       {"--ledger", given("late")}},
      {"against all entries",
       "V15",
       "it was rewritten",
       with_new_ledger(
           [](auto& entries) { std::get<evidence::RunOpened>(entries[2]).iut = "something else"; }),
       {"--ledger-entries", given("ledger/ledger.jsonl")}},
      {"a checkpoint that is none",
       "V15",
       "your checkpoint",
       nothing,
       {"--ledger", given("lab/roots.pem")}},
      {"a proof that is none",
       "V15",
       "your proof of growth",
       nothing,
       {"--ledger", given("early"), "--ledger-growth", given("early")}},
  };
  for (const Attack& attack : attacks) expect_found(attack, "sound.zip");
}

// The one thing that a lab gains by lying about its earlier runs, and what it takes to see it.
TEST(LedgerCli, FewerEarlierRunsThanTheLedgerHas) {
  const auto lie = [](Files& files) {
    signed_result([](auto& result) { result.run.ledger->previous_runs = 0; })(files);
    const auto digest = crypto::sha256(as_bytes([&] {
      const auto envelopes = evidence::parse_envelopes(files.at("bundle.intoto.jsonl")).value();
      return std::string(as_text(envelopes[0].payload));
    }()));
    with_new_ledger([&](auto& entries) {
      std::get<evidence::RunClosed>(entries[4]).statement_sha256 = digest;
    })(files);
    const auto proof = evidence::parse_tlog_proof(files.at(kClose)).value();
    std::string ledger;
    auto entries = evidence::Ledger::read(world().text("ledger/ledger.jsonl")).value().entries();
    std::get<evidence::RunClosed>(entries[4]).statement_sha256 = digest;
    for (const auto& entry : entries) ledger += evidence::to_line(entry) + "\n";
    ASSERT_TRUE(write_file_atomically(world().path("their-ledger.jsonl"), ledger).ok());
  };
  expect_found({"a lie",
                "V16",
                "it says that 0 went before, the ledger has 2",
                lie,
                {"--ledger-entries", given("their-ledger.jsonl")}},
               "sound.zip");
}

TEST(LedgerCli, ATimeStamp) {
  const Said claimed = verify("stamped.zip");
  EXPECT_EQ(claimed.code, kExitPass) << claimed.out;
  EXPECT_THAT(line_of(claimed, "V17"),
              AllOf(HasSubstr("SKIPPED"), HasSubstr("CN=Example tsa"), HasSubstr("--tsa")));
  const Said believed = verify("stamped.zip", {"--tsa", given("tsa.pem")});
  EXPECT_EQ(believed.code, kExitPass) << believed.out;
  EXPECT_THAT(line_of(believed, "V17"), HasSubstr("OK "));
  // The lab's certificate has expired since; the stamp shows that it had not then.
  const std::vector<std::string> later{"--at", "2036-01-01"};
  EXPECT_THAT(line_of(verify("stamped.zip", later), "V03"), HasSubstr("FAIL"));
  EXPECT_EQ(verify("stamped.zip", {"--at", "2036-01-01", "--tsa", given("tsa.pem")}).code,
            kExitPass);
  const auto nothing = [](Files&) {};
  for (const Attack& attack : std::vector<Attack>{
           {"another authority",
            "V17",
            "not by an authority that is trusted",
            nothing,
            {"--tsa", given("other-tsa.pem")}},
           {"another file's", "V17", "is of another file",
            [](Files& f) {
              const std::string stamp = f.at("timestamp.tsr");
              f = world().files("public.zip");
              f["timestamp.tsr"] = stamp;
            }},
           {"one dated back",
            "V17",
            "not by an authority that is trusted",
            [](Files& f) {
              std::string& stamp = f.at("timestamp.tsr");
              std::smatch time;
              ASSERT_TRUE(std::regex_search(stamp, time, std::regex("20[0-9]{12}Z")));
              stamp[static_cast<std::size_t>(time.position()) + 3] = '7';
            },
            {"--tsa", given("tsa.pem")}},
           {"none where one is demanded",
            "V17",
            "no time stamp",
            [](Files& f) { f.erase("timestamp.tsr"); },
            {"--tsa", given("tsa.pem")}},
           {"rubbish", "V17", "no response of RFC 3161",
            [](Files& f) { f["timestamp.tsr"] = "rubbish"; }}}) {
    expect_found(attack, "stamped.zip");
  }
  EXPECT_EQ(say({"timestamp", given("stamped.zip"), "--response", given("sound.tsr")}).code,
            kExitUsage);
  EXPECT_EQ(say({"timestamp", given("first.zip"), "--response", given("sound.tsr")}).code,
            kExitUsage);
  EXPECT_EQ(say({"timestamp", given("first.zip")}).code, kExitUsage);
}

TEST(LedgerCli, AListOfSoundPrograms) {
  const auto result = judge::run_result_from_json(
      parse_json(world().files("sound.zip").at("result.json"), "r").value());
  const std::string digest = result->run.harness_digest;
  ASSERT_EQ(digest.size(), 64U);
  ASSERT_TRUE(write_file_atomically(given("sound.list"),
                                    "# of the project\n" + std::string(64, 'a') +
                                        "  parley-0.0.9\n" + digest + "  parley-0.1.0\n")
                  .ok());
  const Said listed = verify("sound.zip", {"--harness-list", given("sound.list")});
  EXPECT_EQ(listed.code, kExitPass);
  EXPECT_THAT(line_of(listed, "V19"), AllOf(HasSubstr("OK "), HasSubstr("parley-0.1.0")));
  ASSERT_TRUE(
      write_file_atomically(given("other.list"), std::string(64, 'a') + "  parley-0.0.9\n").ok());
  expect_found({"another program",
                "V19",
                "is not on your list",
                [](Files&) {},
                {"--harness-list", given("other.list")}},
               "sound.zip");
  ASSERT_TRUE(write_file_atomically(given("no.list"), "parley\n").ok());
  EXPECT_EQ(say({"verify", given("sound.zip"), "--harness-list", given("no.list")}).code,
            kExitUsage);
  for (const char* text : {"parley\n", "0123  parley\n"}) {
    EXPECT_FALSE(attest::parse_harness_list(text).ok()) << text;
  }
}

/// Members of facts whose values are words of the catalogue or of a protocol, the same in every
/// run.
const std::set<std::string, std::less<>> kVocabulary{
    "direction", "t",     "tag",       "authorization", "basis", "case", "content-type",
    "kind",      "label", "operation", "product",       "role",  "xmlns"};

/// Every text that was seen in a run: bodies, addresses, tokens, keys, ids, names of hosts.
void collect(const json::value& value, std::string_view member, std::set<std::string>& out) {
  if (const json::object* object = value.if_object()) {
    for (const auto& one : *object) collect(one.value(), one.key(), out);
  } else if (const json::array* array = value.if_array()) {
    for (const json::value& one : *array) collect(one, member, out);
  } else if (const json::string* text = value.if_string()) {
    if (text->size() >= 9 && !kVocabulary.contains(member)) out.emplace(*text);
  }
}

std::set<std::string> said_in(const Files& confidential) {
  std::set<std::string> out;
  std::istringstream lines(confidential.at("bodies/0000.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    const json::value opening = parse_json(line).value();
    const json::value& record = opening.at("record");
    collect(record.at("facts"), "", out);
    for (const char* member : {"body", "body_sha256"}) {
      const json::value* body = record.as_object().if_contains(member);
      if (body != nullptr && body->as_string().size() >= 12) out.emplace(body->as_string());
    }
    const std::string peer(record.at("peer").as_string());
    if (peer.find('.') != peer.npos) out.insert(peer);
  }
  return out;
}

TEST(LedgerCli, ThePublicEditionShowsNothingThatWasSaid) {
  const Files confidential = world().files("sound.zip");
  const Files open = world().files("public.zip");
  EXPECT_EQ(statement_in(open).transcript, statement_in(confidential).transcript);
  std::set<std::string> names;
  for (const auto& [name, content] : open) names.insert(name);
  EXPECT_EQ(names, (std::set<std::string>{"bundle.intoto.jsonl", "chain.pem", "junit.xml", kClose,
                                          kOpen, "manifest.json", "result.json", "selection.json",
                                          "transcript.jsonl"}));
  const std::set<std::string> said = said_in(confidential);
  EXPECT_GT(said.size(), 50U);
  EXPECT_TRUE(std::ranges::any_of(said, [](auto& text) { return text.starts_with("jwt:"); }));
  EXPECT_TRUE(std::ranges::any_of(said, [](auto& text) { return text.ends_with("@interop"); }));
  for (const auto& [name, content] : open) {
    // What the ledger says of the run stands in its proofs in base64.
    std::string text = content;
    if (name == kOpen || name == kClose) text += evidence::parse_tlog_proof(content).value().entry;
    if (name == "bundle.intoto.jsonl") {
      text += as_text(evidence::parse_envelopes(content).value().front().payload);
    }
    for (const std::string& one : said) {
      EXPECT_EQ(text.find(one), std::string::npos) << one << " in " << name;
    }
  }
}

// Another program with the same rules, and one of fifty lines for the ledger alone.
TEST(LedgerCli, OtherToolsAgree) {
  if (std::system("node --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "node is not installed";
  const std::string key = world().text("lab/ledger.vkey");
  const std::string log = " '" + key.substr(0, key.size() - 1) + "' >'" + given("said") + "' 2>&1";
  for (const char* bundle : {"sound.zip", "public.zip", "stamped.zip", "first.zip"}) {
    const std::string whole = "node '" PARLEY_SOURCE_DIR "/docs/examples/check_bundle.mjs' '" +
                              given(bundle) + "' '" + given("lab/roots.pem") + "'" + log;
    EXPECT_EQ(std::system(whole.c_str()), 0) << bundle << "\n" << world().text("said");
  }
  for (const auto& [name, content] : world().files("sound.zip")) {
    if (name == kOpen || name == kClose) {
      ASSERT_TRUE(write_file_atomically(given(name), content).ok());
    }
  }
  const std::string alone = "node '" PARLEY_SOURCE_DIR "/docs/examples/check_ledger.mjs' '";
  for (const std::string& name : {kOpen, kClose}) {
    EXPECT_EQ(std::system((alone + given(name) + "'" + log).c_str()), 0) << world().text("said");
    std::string bent = world().text(name);
    replace(bent, "index ", "index 1");
    ASSERT_TRUE(write_file_atomically(given("bent-proof"), bent).ok());
    EXPECT_NE(std::system((alone + given("bent-proof") + "'" + log).c_str()), 0);
  }
}

}  // namespace
}  // namespace parley::cli
