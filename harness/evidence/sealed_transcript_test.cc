// A run of two cases whose transcript is published, somebody who tampers with it line by line, a
// run that was killed, and a reader of the confidential edition who compares the two.
#include "harness/evidence/sealed_transcript.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/encoding.h"
#include "harness/evidence/recorder.h"

namespace parley::evidence {
namespace {

using ::testing::HasSubstr;

class SteppingClock final : public Clock {
 public:
  TimePoint now() const override { return time += std::chrono::milliseconds(1); }
  mutable TimePoint time = from_unix_seconds(1'800'000'000);
};

RunBegin beginning(const std::string& run_id = "R1") {
  return {.run_id = run_id,
          .time = from_unix_seconds(1'800'000'000),
          .iut_sha256 = crypto::sha256(as_bytes("iut")),
          .harness_sha256 = crypto::sha256(as_bytes("harness")),
          .plan_sha256 = crypto::sha256(as_bytes("plan")),
          .nonce = "5f1e",
          .ledger_index = 7};
}

std::vector<Record> records() {
  SteppingClock clock;
  Recorder recorder(clock);
  for (int i = 0; i < 4; ++i) {
    recorder.record(
        {.tap = Tap::kMessage,
         .role = Role::kPartnerClient,
         .party = "bob",
         .peer = "33612345678@s.whatsapp.net",
         .direction = Direction::kIn,
         .kind = "message",
         .facts = {{"text", "canary-text " + std::to_string(i)}, {"from", "canary-name"}},
         .body = to_bytes("canary-body")});
  }
  return recorder.take();
}

struct Edition {
  std::vector<std::string> lines;
  std::vector<std::string> openings;
  TreeHead head;

  std::string text() const {
    std::string all;
    for (const std::string& line : lines) all += line + "\n";
    return all;
  }
};

Edition sealed(const RunBegin& begin = beginning(), std::uint64_t seed = 1) {
  SeededRandom random(seed, "salts");
  TranscriptSealer sealer(begin, SaltKey::draw(random));
  Edition edition;
  edition.lines.push_back(sealer.begin());
  for (const char* test_case : {"text.one", "text.two[x=1]"}) {
    for (const Record& record : records()) {
      TranscriptSealer::Sealed line = sealer.seal(record, test_case);
      edition.lines.push_back(std::move(line.line));
      edition.openings.push_back(std::move(line.opening));
    }
  }
  edition.lines.push_back(sealer.end(from_unix_seconds(1'800'000'009)));
  edition.head = sealer.head();
  return edition;
}

TEST(SealedTranscript, HoldsAndHasTheSameRootForEverybody) {
  const Edition edition = sealed();
  ASSERT_EQ(edition.lines.size(), 10U);
  TranscriptVerifier verifier;
  const Status taken = verifier.text(edition.text());
  ASSERT_TRUE(taken.ok()) << taken.error().text();
  EXPECT_EQ(verifier.head(), edition.head);
  EXPECT_TRUE(verifier.ended());
  EXPECT_EQ(verifier.records(), 8U);
  EXPECT_EQ(verifier.begin(), beginning());
  MerkleAccumulator by_hand;
  for (const std::string& line : edition.lines) by_hand.append(as_bytes(line));
  EXPECT_EQ(by_hand.root(), edition.head.root);
  EXPECT_EQ(sealed().text(), edition.text()) << "a simulated run is reproducible";
}

TEST(SealedTranscript, ShowsNothingOfWhatWasSaid) {
  const std::string text = sealed().text();
  for (const std::string& secret :
       {std::string("canary"), std::string("33612345678"), base64(as_bytes("canary-body")),
        hex(crypto::sha256(as_bytes("canary-body")))}) {
    EXPECT_EQ(text.find(secret), std::string::npos) << secret;
  }
  // Equal records of two cases, and of two runs, look different.
  EXPECT_NE(sealed(beginning(), 2).text(), text);
}

TEST(SealedTranscript, OpensToTheRecords) {
  const Edition edition = sealed();
  TranscriptVerifier verifier;
  ASSERT_TRUE(verifier.text(edition.text()).ok());
  const std::vector<Record> expected = records();
  for (std::size_t i = 0; i < edition.openings.size(); ++i) {
    const auto opened = verifier.open(edition.openings[i]);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    EXPECT_EQ(opened->test_case, i < 4 ? "text.one" : "text.two[x=1]");
    EXPECT_EQ(to_line(opened->record, "x"), to_line(expected[i % 4], "x"));
  }
}

TEST(SealedTranscript, SaysAtWhichLineItBreaks) {
  const Edition edition = sealed();
  const auto refused = [&](const std::vector<std::string>& lines, std::size_t line,
                           const std::string& says) {
    TranscriptVerifier verifier;
    Edition bent;
    bent.lines = lines;
    const Status taken = verifier.text(bent.text());
    ASSERT_FALSE(taken.ok());
    EXPECT_THAT(taken.error().text(), HasSubstr("transcript line " + std::to_string(line) + ": "));
    EXPECT_THAT(taken.error().text(), HasSubstr(says));
    EXPECT_EQ(verifier.head().size, line - 1);
    EXPECT_FALSE(verifier.line(edition.lines[0]).ok()) << "nothing is taken behind it";
  };
  const auto with = [&](std::size_t line, const std::string& from, const std::string& to) {
    std::vector<std::string> lines = edition.lines;
    const std::size_t at = lines[line - 1].find(from);
    EXPECT_NE(at, std::string::npos) << from;
    lines[line - 1].replace(at, from.size(), to);
    return lines;
  };
  std::vector<std::string> lines = edition.lines;
  lines.erase(lines.begin() + 3);
  refused(lines, 4, "number 4, where 3 follows");
  lines = edition.lines;
  std::swap(lines[2], lines[3]);
  refused(lines, 3, "number 3");
  lines = edition.lines;
  lines.insert(lines.begin() + 4, lines[3]);
  refused(lines, 5, "number 3");
  lines = edition.lines;
  lines.erase(lines.begin());
  refused(lines, 1, "run.begin");
  lines = edition.lines;
  lines.push_back(lines.back());
  refused(lines, 11, "behind the end");
  lines = edition.lines;
  lines[4] = sealed(beginning("R2")).lines[4];
  refused(lines, 5, "belongs to the run \"R2\"");
  lines.back() = edition.lines.back();
  lines[4] = edition.lines[4];
  lines[9] = sealed(beginning("R2")).lines[9];
  refused(lines, 10, "belongs to the run \"R2\"");
  refused(with(3, "\"seq\":1", "\"seq\":2"), 3, "record 2 of \"text.one\", where 1 follows");
  refused(with(3, "{\"c\"", "{ \"c\""), 3, "canonical");
  refused(with(3, "\"c\":\"", "\"c\":\"zz"), 3, "record.c");
  refused(with(3, "\"c\":", "\"body\":\"x\",\"c\":"), 3, "record.body: is no member");
  refused(with(3, "\"c\":", "\"c\":\"\",\"c\":"), 3, "repeated");
  refused(with(3, "\"tap\":\"message\"", "\"tap\":\"mind\""), 3, "no such tap");
  refused(with(3, "\"t\":1800000000002", "\"t\":1800000000000"), 3, "is older");
  refused(with(3, "00Z\"", "01Z\""), 3, "disagree");
  refused(with(10, "\"records\":8", "\"records\":7"), 10, "there are 8 of 2");
  refused(with(10, "\"cases\":2", "\"cases\":3"), 10, "counts 8 records of 3 cases");
  refused(with(1, "\"n\":0", "\"n\":1"), 1, "canonical");
  refused(with(1, "\"ledger_index\":7", "\"ledger_index\":-7"), 1, "begin.ledger_index");
}

TEST(SealedTranscript, TimeRunsForwardWithinACase) {
  SeededRandom random(1, "salts");
  TranscriptSealer sealer(beginning(), SaltKey::draw(random));
  std::vector<Record> two = records();
  std::swap(two[0].time, two[1].time);
  TranscriptVerifier verifier;
  ASSERT_TRUE(verifier.line(sealer.begin()).ok());
  ASSERT_TRUE(verifier.line(sealer.seal(two[0], "x").line).ok());
  EXPECT_THAT(verifier.line(sealer.seal(two[1], "x").line).error().text(), HasSubstr("is older"));
}

TEST(SealedTranscript, AChangeThatKeepsEveryRuleChangesTheRoot) {
  const Edition edition = sealed();
  std::vector<std::string> lines = edition.lines;
  lines[4].replace(lines[4].find("\"party\":\"bob\""), 13, "\"party\":\"eve\"");
  TranscriptVerifier verifier;
  for (const std::string& line : lines) ASSERT_TRUE(verifier.line(line).ok());
  EXPECT_EQ(verifier.had(edition.head).error().code, ErrorCode::kAuth);
  EXPECT_EQ(verifier.open(edition.openings[3]).error().code, ErrorCode::kAuth);
  EXPECT_TRUE(verifier.open(edition.openings[2]).ok());
}

TEST(SealedTranscript, AKilledRunLeavesAPrefixThatCanBeVerified) {
  const Edition edition = sealed();
  MerkleAccumulator checkpoint;
  for (std::size_t i = 0; i < 5; ++i) checkpoint.append(as_bytes(edition.lines[i]));
  const TreeHead committed{5, checkpoint.root()};
  const std::string whole = edition.text();
  std::size_t fifth = 0;
  for (int i = 0; i < 5; ++i) fifth = whole.find('\n', fifth) + 1;
  for (std::size_t size = fifth; size < whole.size(); size += 13) {
    TranscriptVerifier verifier;
    const Status taken = verifier.text(std::string_view(whole).substr(0, size));
    if (!taken.ok()) EXPECT_THAT(taken.error().message, HasSubstr("was cut off"));
    EXPECT_EQ(taken.ok(), whole[size - 1] == '\n');
    EXPECT_FALSE(verifier.ended());
    EXPECT_TRUE(verifier.had(committed).ok()) << size;
  }
  TranscriptVerifier verifier;
  ASSERT_FALSE(verifier.text(std::string_view(whole).substr(0, fifth - 1)).ok());
  EXPECT_EQ(verifier.had(committed).error().code, ErrorCode::kInvalid) << "it was cut further";
}

TEST(SealedTranscript, OpeningsThatDoNotFitAreRefused) {
  const Edition edition = sealed();
  TranscriptVerifier verifier;
  ASSERT_TRUE(verifier.text(edition.text()).ok());
  const std::string& sound = edition.openings[2];
  const auto refused = [&](const std::string& opening, ErrorCode code) {
    const auto opened = verifier.open(opening);
    ASSERT_FALSE(opened.ok()) << opening;
    EXPECT_EQ(opened.error().code, code) << opened.error().text();
  };
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string bent = sound;
    const std::size_t at = bent.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return bent.replace(at, from.size(), to);
  };
  refused(with("canary-text", "canary-test"), ErrorCode::kAuth);
  refused(with("\"salt\":\"", "\"salt\":\"0"), ErrorCode::kInvalid);
  refused(with("\"n\":3", "\"n\":4"), ErrorCode::kAuth);
  refused(with("\"n\":3", "\"n\":0"), ErrorCode::kInvalid);
  refused(with("\"n\":3", "\"n\":9"), ErrorCode::kInvalid);
  refused(with("\"n\":3", "\"n\":03"), ErrorCode::kInvalid);
  refused(with("\"record\":{", "\"record\":{ "), ErrorCode::kAuth);
  refused(with("\"record\":{", "\"record\":{}{"), ErrorCode::kInvalid);
  refused(with("\"n\":3,", "\"n\":3,\"x\":1,"), ErrorCode::kInvalid);
  refused(sound + " ", ErrorCode::kInvalid);
  refused("", ErrorCode::kInvalid);
  refused("{\"n\":", ErrorCode::kInvalid);
  refused("{\"n\":3,\"record\":,\"salt\":\"" + std::string(64, '0') + "\"}", ErrorCode::kInvalid);
  for (std::size_t size = 0; size < sound.size(); ++size) {
    EXPECT_FALSE(verifier.open(sound.substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(TranscriptVerifier().open(sound).ok()) << "no line was taken yet";
}

TEST(SealedTranscript, LineAndOpeningTogetherGiveTheSame) {
  const Edition edition = sealed();
  const auto fed = [&](std::size_t bent, const std::string& line, const std::string& opening) {
    TranscriptVerifier verifier;
    EXPECT_TRUE(verifier.line(edition.lines[0]).ok());
    for (std::size_t i = 1; i < 9; ++i) {
      const bool here = i == bent;
      const auto opened = verifier.opened_line(here ? line : edition.lines[i],
                                               here ? opening : edition.openings[i - 1]);
      if (!opened.ok()) return opened.error().text();
      EXPECT_EQ(opened->record.seq, (i - 1) % 4);
    }
    EXPECT_TRUE(verifier.line(edition.lines[9]).ok());
    EXPECT_EQ(verifier.head(), edition.head);
    return std::string();
  };
  EXPECT_EQ(fed(0, "", ""), "");
  std::string party = edition.lines[3];
  party.replace(party.find("\"party\":\"bob\""), 13, "\"party\":\"eve\"");
  EXPECT_THAT(fed(3, party, edition.openings[2]), HasSubstr("opening of line 4"));
  EXPECT_THAT(fed(3, edition.lines[3] + " ", edition.openings[2]), HasSubstr("transcript line 4"));
  EXPECT_THAT(fed(3, edition.lines[4], edition.openings[3]),
              HasSubstr("transcript line 4: has the number 4, where 3 follows"));
  EXPECT_THAT(fed(3, edition.lines[3], edition.openings[3]), HasSubstr("opening of line 5"));
  EXPECT_THAT(fed(3, edition.lines[3], "{}"), HasSubstr("not an opening"));
  std::string text = edition.openings[2];
  text.replace(text.find("canary-text"), 11, "canary-test");
  EXPECT_THAT(fed(3, edition.lines[3], text), HasSubstr("not what the line committed to"));
  TranscriptVerifier verifier;
  EXPECT_THAT(verifier.opened_line(edition.lines[1], edition.openings[0]).error().text(),
              HasSubstr("run.begin"));
}

TEST(SealedTranscript, TakesWhateverAPartyMayHaveSaid) {
  SteppingClock clock;
  Recorder recorder(clock);
  recorder.record({.party = "b\n\"ob\xff", .kind = "event.\x1b[31m" + std::string(5000, 'k')});
  SeededRandom random(1, "salts");
  TranscriptSealer sealer(beginning(), SaltKey::draw(random));
  TranscriptVerifier verifier;
  ASSERT_TRUE(verifier.line(sealer.begin()).ok());
  const auto line = sealer.seal(recorder.records()[0], "x");
  EXPECT_EQ(line.line.find('\n'), std::string::npos);
  const Status taken = verifier.line(line.line);
  ASSERT_TRUE(taken.ok()) << taken.error().text();
  EXPECT_TRUE(verifier.open(line.opening).ok());
}

}  // namespace
}  // namespace parley::evidence
