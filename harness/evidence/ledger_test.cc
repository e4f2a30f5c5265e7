// A lab that ran one app five times and another once. Its ledger as it grew, as files, and as a lab
// would like to have it that only wants the last run to be known.
#include "harness/evidence/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::evidence {
namespace {

using crypto::KeyAlgorithm;
using crypto::SigningKey;
using ::testing::HasSubstr;

const std::string kOrigin = "parley.example/lab/example-test-lab";
constexpr TimePoint kStart = TimePoint(std::chrono::seconds(1'800'000'000));

TimePoint minute(int n) { return kStart + std::chrono::minutes(n); }

RunOpened opening(const std::string& run, int n, const std::string& iut = "PartnerApp@3.1.0") {
  return {.run_id = run,
          .time = minute(n),
          .iut = iut,
          .iut_sha256 = crypto::sha256(as_bytes(iut)),
          .profile = "messaging-1to1/2026.11",
          .plan_sha256 = crypto::sha256(as_bytes("plan")),
          .nonce = n % 2 == 0 ? "" : "5f1e"};
}
RunClosed closing(const std::string& run, int n) {
  return {.run_id = run,
          .time = minute(n),
          .statement_sha256 = crypto::sha256(as_bytes(run)),
          .public_statement_sha256 = crypto::sha256(as_bytes(run + " for all"))};
}

std::vector<LedgerEntry> six_runs() {
  return {opening("R1", 0), closing("R1", 1), opening("R2", 2),
          opening("R3", 3), closing("R3", 4), opening("S1", 5, "OtherApp@1.0"),
          closing("S1", 6), opening("R4", 7), closing("R4", 8),
          opening("R5", 9), closing("R5", 9)};
}

Ledger ledger_of(const std::vector<LedgerEntry>& entries) {
  Ledger ledger;
  for (const LedgerEntry& entry : entries) {
    const auto index = ledger.append(entry);
    if (!index.ok()) throw std::runtime_error(index.error().text());
  }
  return ledger;
}

std::string text_of(const std::vector<LedgerEntry>& entries) {
  std::string text;
  for (const LedgerEntry& entry : entries) text += to_line(entry) + "\n";
  return text;
}

struct Lab {
  SeededRandom random{1, "lab"};
  SigningKey key = SigningKey::generate(KeyAlgorithm::kEd25519, random);
  NoteKey known = NoteKey::create(kOrigin, key.public_key()).value();
};

TEST(Ledger, EntriesSurviveTheirLine) {
  for (const LedgerEntry& entry : six_runs()) {
    const auto back = parse_ledger_line(to_line(entry));
    ASSERT_TRUE(back.ok()) << back.error().text();
    EXPECT_EQ(*back, entry);
  }
  EXPECT_EQ(to_line(closing("R1", 1)),
            "{\"entry\":\"run.close\",\"public_statement_sha256\":"
            "\"ba5713e9868bf246189ddd8cfdf01e2e4f52573db3191ff45823b0ae38a530c7\","
            "\"run\":\"R1\",\"statement_sha256\":"
            "\"a791366f6f6201254edcac9ec72017b12d8a69513b5e1e29a29a4048ffb16e27\","
            "\"t\":1800000060,\"utc\":\"2027-01-15T08:01:00Z\"}");
}

TEST(Ledger, SurvivesItsFile) {
  const Ledger ledger = ledger_of(six_runs());
  const auto back = Ledger::read(text_of(six_runs()));
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(back->entries(), ledger.entries());
  EXPECT_EQ(back->head(), ledger.head());
  EXPECT_EQ(ledger.head().size, 11U);
  EXPECT_EQ(Ledger::read("").value().head().root, empty_tree_hash());
}

TEST(Ledger, KnowsItsRuns) {
  const Ledger ledger = ledger_of(six_runs());
  EXPECT_EQ(ledger.opened("R3"), 3U);
  EXPECT_EQ(ledger.closed("R3"), 4U);
  EXPECT_EQ(ledger.opened("R2"), 2U);
  EXPECT_EQ(ledger.closed("R2"), std::nullopt) << "it was interrupted";
  EXPECT_EQ(ledger.opened("none"), std::nullopt);
}

TEST(Ledger, CountsEarlierRunsOfTheSameImplementation) {
  const Ledger ledger = ledger_of(six_runs());
  EXPECT_EQ(ledger.previous_runs(0), 0U);
  EXPECT_EQ(ledger.previous_runs(5), 0U) << "another app";
  EXPECT_EQ(ledger.previous_runs(9), 4U) << "R2 counts although it was never closed";
  EXPECT_EQ(ledger.previous_runs(1), std::nullopt) << "no run was opened there";
  EXPECT_EQ(ledger.previous_runs(99), std::nullopt);
  std::vector<LedgerEntry> entries = six_runs();
  RunOpened other = opening("R6", 10);
  other.profile = "groups/2026.11";
  entries.emplace_back(other);
  EXPECT_EQ(ledger_of(entries).previous_runs(11), 0U) << "another profile";
}

TEST(Ledger, EntriesThatMakeNoSenseAreRefused) {
  const auto refused = [](const LedgerEntry& entry, const std::string& says) {
    Ledger ledger = ledger_of(six_runs());
    const TreeHead before = ledger.head();
    const auto index = ledger.append(entry);
    ASSERT_FALSE(index.ok());
    EXPECT_EQ(index.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(index.error().message, HasSubstr(says));
    EXPECT_EQ(ledger.head(), before) << "and nothing has changed";
  };
  refused(opening("R1", 20), "opened before");
  refused(opening("", 20), "without an id");
  refused(closing("R1", 20), "closed before");
  refused(closing("R9", 20), "never opened");
  refused(closing("R2", 8), "is the clock right?");
  refused(opening("a\nb", 20), "printable");
  EXPECT_TRUE(ledger_of(six_runs()).append(closing("R2", 20)).ok());
}

TEST(Ledger, FilesThatWereBentAreRefusedWithTheLine) {
  const std::string text = text_of(six_runs());
  const auto refused = [&](const std::string& from, const std::string& to,
                           const std::string& says) {
    std::string bent = text;
    const std::size_t at = bent.find(from);
    ASSERT_NE(at, std::string::npos);
    bent.replace(at, from.size(), to);
    const auto ledger = Ledger::read(bent);
    ASSERT_FALSE(ledger.ok()) << bent;
    EXPECT_THAT(ledger.error().text(), HasSubstr(says));
  };
  refused("run.close", "run.end", "ledger line 2: entry.entry");
  refused("\"t\":1800000060", "\"t\":1800000061", "line 2: entry: is not written");
  refused("\"run\":\"R2\"", "\"run\":\"R1\"", "line 3: ledger: the run \"R1\" was opened before");
  refused("{\"entry\"", "{ \"entry\"", "line 1");
  refused("{\"entry\"", "{\"entry\":\"run.open\",\"entry\"", "repeated");
  refused("{\"entry\"", "{\"Entry\":1,\"entry\"", "entry.Entry: is no member");
  refused("\n", "\n\n", "line 2");
  refused("\n", "\r\n", "line 1");
  EXPECT_THAT(Ledger::read(text.substr(0, text.size() - 1)).error().text(),
              HasSubstr("line 11: was cut off"));
  EXPECT_FALSE(parse_ledger_line("[]").ok());
  EXPECT_FALSE(parse_ledger_line("").ok());
}

TEST(Ledger, EveryEntryCanBeProved) {
  const Lab lab;
  const Ledger ledger = ledger_of(six_runs());
  const std::string checkpoint = ledger.checkpoint(kOrigin, lab.key).value();
  for (std::uint64_t i = 0; i < ledger.entries().size(); ++i) {
    const auto proof = ledger.prove(i, checkpoint);
    ASSERT_TRUE(proof.ok()) << proof.error().text();
    const auto parsed = parse_tlog_proof(to_text(*proof)).value();
    const std::string line = to_line(ledger.entries()[i]);
    const auto logged = verify_logged(as_bytes(line), parsed, lab.known);
    ASSERT_TRUE(logged.ok()) << logged.error().text();
    EXPECT_EQ(logged->index, i);
    EXPECT_EQ(logged->checkpoint.head, ledger.head());
    const std::string other = to_line(opening("R7", 70));
    EXPECT_FALSE(verify_logged(as_bytes(other), parsed, lab.known).ok());
  }
  EXPECT_FALSE(ledger.prove(11, checkpoint).ok());
}

TEST(Ledger, AnOldCheckpointProvesWhatItCoversOnly) {
  const Lab lab;
  Ledger ledger = ledger_of({opening("R1", 0)});
  const std::string old = ledger.checkpoint(kOrigin, lab.key).value();
  ASSERT_TRUE(ledger.append(closing("R1", 1)).ok());
  EXPECT_TRUE(ledger.prove(0, old).ok());
  EXPECT_EQ(ledger.prove(1, old).error().code, ErrorCode::kInvalid);
}

TEST(Ledger, GrowthCanBeProvedToWhoeverHoldsAnOlderCheckpoint) {
  const Lab lab;
  Ledger ledger;
  std::vector<Checkpoint> held{{kOrigin, ledger.head()}};
  for (const LedgerEntry& entry : six_runs()) {
    ASSERT_TRUE(ledger.append(entry).ok());
    held.push_back({kOrigin, ledger.head()});
  }
  const std::string newest = ledger.checkpoint(kOrigin, lab.key).value();
  for (const Checkpoint& older : held) {
    EXPECT_TRUE(ledger.continues(older).ok());
    const auto proof = ledger.prove_growth(older, newest);
    ASSERT_TRUE(proof.ok()) << proof.error().text();
    const auto parsed = parse_consistency_proof(to_text(*proof)).value();
    const auto newer = verify_growth(older, parsed, lab.known);
    ASSERT_TRUE(newer.ok()) << newer.error().text();
    EXPECT_EQ(newer->head, ledger.head());
  }
}

TEST(Ledger, ALabThatForgetsRunsIsFoundOut) {
  const Lab lab;
  const Ledger honest = ledger_of(six_runs());
  const Checkpoint held{kOrigin, honest.head()};
  // Only the last run of five is left; the lab signs the new ledger, too.
  const Ledger forgetful = ledger_of({opening("R5", 9), closing("R5", 9)});
  EXPECT_EQ(forgetful.previous_runs(0), 0U);
  EXPECT_EQ(forgetful.continues(held).error().code, ErrorCode::kInvalid);
  std::vector<LedgerEntry> padded = six_runs();
  padded[0] = opening("X1", 0, "Padding@1");
  padded[1] = closing("X1", 1);
  const Ledger rewritten = ledger_of(padded);
  EXPECT_EQ(rewritten.continues(held).error().code, ErrorCode::kAuth);
  const std::string signed_anew = rewritten.checkpoint(kOrigin, lab.key).value();
  EXPECT_FALSE(rewritten.prove_growth(held, signed_anew).ok());
  EXPECT_FALSE(honest.prove(9, signed_anew).ok());
  const TlogProof proof = rewritten.prove(9, signed_anew).value();
  EXPECT_TRUE(verify_logged(as_bytes(to_line(padded[9])), proof, lab.known).ok())
      << "which is why somebody else must hold checkpoints";
}

}  // namespace
}  // namespace parley::evidence
