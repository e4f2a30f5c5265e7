// The world: a sound bundle, its verifier with a catalogue and a trusted root, and everything that
// an enemy can do to it on the way; or the lab itself, which can sign what it likes. For each of
// it, the check that must find it first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "harness/attest/selection.h"
#include "harness/attest/verify.h"
#include "harness/cli/bundle_fixture.h"
#include "harness/cli/suite.h"
#include "harness/judge/rollup.h"
#include "harness/run/catalogue_plan.h"
#include "reports/junit.h"

namespace parley::cli {
namespace {

using ::testing::HasSubstr;

const std::string kResult = "result.json";
const std::string kTranscript = "transcript.jsonl";
const std::string kBodies = "bodies/0000.jsonl";
const std::string kEnvelope = "bundle.intoto.jsonl";

const BundleWorld& world() { return BundleWorld::shared(); }

const Suite& suite() {
  static const Suite loaded = [] {
    std::vector<Diagnostic> diagnostics;
    return load_suite({}, diagnostics).value();
  }();
  return loaded;
}

attest::VerifyOptions asked() {
  return {.roots_pem = world().roots(),
          .nonce = "regulator-7",
          .when = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())};
}

std::vector<attest::CheckLine> verify(BytesView archive,
                                      const attest::VerifyOptions& options = asked()) {
  const attest::OwnCatalogue own{
      .library = suite().library,
      .digest = suite().digest,
      .wire_profile = [](const std::string& id) -> attest::OwnProfile {
        std::vector<Diagnostic> diagnostics;
        auto profile = suite().wire_profile(id, diagnostics);
        if (!profile) return {};
        return {std::make_shared<const wire::Profile>(*std::move(profile))};
      }};
  return attest::verify_bundle(archive, own, options);
}

/// The first check that fails; V00 where none does.
attest::CheckLine first_failure(std::span<const attest::CheckLine> lines) {
  const auto found = std::ranges::find(lines, attest::Outcome::kFail, &attest::CheckLine::outcome);
  return found == lines.end() ? attest::CheckLine{.id = "V00", .text = "", .why = ""} : *found;
}

void expect_found(BytesView archive, const std::string& name, std::string_view id,
                  const std::string& says, const attest::VerifyOptions& options = asked()) {
  const auto lines = verify(archive, options);
  const attest::CheckLine found = first_failure(lines);
  EXPECT_EQ(found.id, id) << name << ": " << found.why;
  EXPECT_THAT(found.why, HasSubstr(says)) << name;
  EXPECT_EQ(attest::sound(lines), id == "V00") << name;
}

struct Attack {
  std::string name;
  std::string_view found_by;
  std::string says;
  std::function<void(Files&)> change;
};

void try_all(const std::vector<Attack>& attacks) {
  const Files sound = world().files("sound.zip");
  for (const Attack& attack : attacks) {
    Files files = sound;
    attack.change(files);
    expect_found(packed(files), attack.name, attack.found_by, attack.says);
  }
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  ASSERT_NE(place, std::string::npos) << from;
  text.replace(place, from.size(), to);
}

std::function<void(Files&)> flip(const std::string& file) {
  return [file](Files& files) { files.at(file)[files.at(file).size() / 2] ^= 1; };
}

std::function<void(Files&)> take(const std::string& bundle, const std::string& file) {
  return [=](Files& files) { files[file] = world().files(bundle).at(file); };
}

/// The lab changes something and signs it.
std::function<void(Files&)> signed_change(std::function<void(Files&)> change,
                                          const ChangeStatement& statement = {}) {
  return [=](Files& files) {
    change(files);
    sign_again(files, world().lab(), statement);
  };
}

/// The same of the result, written as it should be and with all reports.
std::function<void(Files&)> signed_result(std::function<void(judge::RunResult&)> change,
                                          const ChangeStatement& statement = {}) {
  return signed_change(
      [=](Files& files) {
        auto result =
            judge::run_result_from_json(parse_json(files.at(kResult), "r").value()).value();
        change(result);
        files[kResult] = canonical(judge::to_json(result)) + "\n";
        files["junit.xml"] = reports::render_junit(result);
      },
      statement);
}

/// Everything above the verdicts as it follows from them.
void roll_up_again(judge::RunResult& result) {
  const auto plan =
      attest::plan_of_selection(world().files("sound.zip").at("selection.json"), suite().library)
          .value();
  const auto rows = run::catalogue_plan(suite().library, plan, result.run.started);
  result = judge::roll_up(result.run, result.cases, rows.requirements, rows.obligations,
                          result.examinations);
}

/// The head of what the transcript has become, so that the statement fits.
ChangeStatement new_root(const Files& files) {
  evidence::MerkleAccumulator tree;
  std::istringstream lines(files.at(kTranscript));
  for (std::string line; std::getline(lines, line);) tree.append(as_bytes(line));
  return [head = evidence::TreeHead{tree.size(), tree.root()}](evidence::TestStatement& statement) {
    statement.transcript = head;
  };
}

std::string line_of(const std::string& text, std::size_t number) {
  std::istringstream lines(text);
  std::string line;
  for (std::size_t i = 0; i <= number; ++i) std::getline(lines, line);
  return line + "\n";
}

TEST(Tampering, ASoundBundleHolds) {
  for (const char* name : {"sound.zip", "public.zip"}) {
    expect_found(world().archive(name), name, "V00", "");
  }
}

TEST(Tampering, OfTheArchive) {
  const Bytes sound = world().archive("sound.zip");
  const auto bent = [&](const std::function<void(Bytes&)>& change) {
    Bytes archive = sound;
    change(archive);
    return archive;
  };
  expect_found({}, "an empty file", "V01", "");
  expect_found(bent([](Bytes& a) { a.resize(a.size() / 2); }), "cut in half", "V01", "");
  expect_found(bent([](Bytes& a) { a.pop_back(); }), "cut by a byte", "V01", "");
  expect_found(bent([](Bytes& a) { a.push_back(0); }), "a byte more", "V01", "");
  expect_found(bent([](Bytes& a) { a[a.size() / 3] ^= 1; }), "a byte flipped", "V01", "");
  expect_found(bent([](Bytes& a) {
                 std::string text(as_text(a));
                 for (int i = 0; i < 2; ++i) replace(text, "junit.xml", "../it.xml");
                 a = to_bytes(text);
               }),
               "a name that climbs out", "V01", "");
}

// The certificates are left out: those above the signer's make no difference.
TEST(Tampering, OfAnyByteOfAnyFile) {
  const Files sound = world().files("sound.zip");
  for (const auto& [name, content] : sound) {
    if (name == "chain.pem") continue;
    for (std::size_t part = 0; part < 5; ++part) {
      Files files = sound;
      files[name][content.size() * part / 5] ^= 1;
      const auto lines = verify(packed(files));
      EXPECT_FALSE(attest::sound(lines)) << name << " at part " << part;
      EXPECT_THAT(first_failure(lines).id, testing::AnyOf("V02", "V04", "V05")) << name;
    }
  }
}

TEST(Tampering, OfTheSignature) {
  try_all({
      {"no envelope", "V02", "is not in the bundle", [](Files& f) { f.erase(kEnvelope); }},
      {"an empty envelope", "V02", "envelope", [](Files& f) { f[kEnvelope].clear(); }},
      {"a flipped envelope", "V02", "", flip(kEnvelope)},
      {"two envelopes", "V02", "more than one", [](Files& f) { f[kEnvelope] += f[kEnvelope]; }},
      {"another payload type", "V02", "",
       [](Files& f) { replace(f[kEnvelope], "vnd.in-toto+json", "vnd.in-toti+json"); }},
      {"a member twice", "V02", "",
       [](Files& f) { replace(f[kEnvelope], "{\"payload\"", "{\"payload\":\"\",\"payload\""); }},
      {"a stranger's signature", "V02", "", [](Files& f) { sign_again(f, world().stranger()); }},
      {"a stranger's envelope", "V02", "", take("strange.zip", kEnvelope)},
      {"no certificate", "V03", "is not in the bundle", [](Files& f) { f.erase("chain.pem"); }},
      {"a flipped certificate", "V03", "", flip("chain.pem")},
      {"a stranger's certificate", "V03", "foreign-root", take("strange.zip", "chain.pem")},
      {"a stranger's bundle", "V03", "foreign-root",
       [](Files& f) { f = world().files("strange.zip"); }},
  });
  attest::VerifyOptions late = asked();
  late.when += std::chrono::hours(24 * 365 * 6);
  expect_found(world().archive("sound.zip"), "years later", "V03", "expired", late);
  attest::VerifyOptions early = asked();
  early.when -= std::chrono::hours(24 * 365);
  expect_found(world().archive("sound.zip"), "a year before", "V03", "not-yet-valid", early);
}

TEST(Tampering, OfWhatWasSigned) {
  try_all({
      {"another run's envelope", "V04", "is not the one that was signed",
       take("other.zip", kEnvelope)},
      {"another run's manifest", "V04", "manifest.json", take("other.zip", "manifest.json")},
      {"another run's result", "V04", "result.json", take("other.zip", kResult)},
      {"a flipped result", "V04", "result.json", flip(kResult)},
      {"a flipped manifest", "V04", "manifest.json", flip("manifest.json")},
      {"no manifest", "V04", "manifest.json", [](Files& f) { f.erase("manifest.json"); }},
      {"another transcript", "V05", kTranscript, take("other.zip", kTranscript)},
      {"a flipped transcript", "V05", kTranscript, flip(kTranscript)},
      {"a flipped record", "V05", kBodies, flip(kBodies)},
      {"a flipped report", "V05", "report.html", flip("report.html")},
      {"a flipped junit.xml", "V05", "junit.xml", flip("junit.xml")},
      {"a flipped selection", "V05", "selection.json", flip("selection.json")},
      {"records taken out", "V05", kBodies, [](Files& f) { f.erase(kBodies); }},
      {"a file more", "V05", "extra.json", [](Files& f) { f["extra.json"] = "{}"; }},
  });
  attest::VerifyOptions other = asked();
  other.nonce = "regulator-8";
  expect_found(world().archive("sound.zip"), "asked by another", "V14", "regulator-7", other);
}

TEST(Tampering, OfTheTranscriptByTheLab) {
  const auto with_root = [](std::function<void(Files&)> change) {
    return [=](Files& files) {
      change(files);
      sign_again(files, world().lab(), new_root(files));
    };
  };
  const std::string other = world().files("other.zip").at(kTranscript);
  try_all({
      {"a line less", "V07", "lines, where",
       signed_change([](Files& f) { replace(f[kTranscript], line_of(f[kTranscript], 3), ""); })},
      {"a line changed", "V07", "another root",
       signed_change([](Files& f) { replace(f[kTranscript], "\"seq\":7", "\"seq\":8"); })},
      {"another run's record", "V08", "belongs to the run", with_root([&](Files& f) {
         replace(f[kTranscript], line_of(f[kTranscript], 3), line_of(other, 3));
       })},
      {"a record less", "V08", "transcript line",
       with_root([](Files& f) { replace(f[kTranscript], line_of(f[kTranscript], 3), ""); })},
      {"no end", "V08", "has no end", with_root([](Files& f) {
         std::string& text = f[kTranscript];
         text.resize(text.rfind('\n', text.size() - 2) + 1);
       })},
      {"another nonce signed", "V08", "another nonce",
       signed_change([](Files&) {}, [](auto& statement) { statement.nonce = "regulator-9"; })},
      {"another record's text", "V20", "opening of line",
       signed_change([](Files& f) { replace(f[kBodies], "\"seq\":7", "\"seq\":8"); })},
      {"a record not disclosed", "V20", "openings for",
       signed_change([](Files& f) { replace(f[kBodies], line_of(f[kBodies], 5), ""); })},
      {"records in another order", "V20", "is not where", signed_change([](Files& f) {
         const std::string line = line_of(f[kBodies], 5);
         replace(f[kBodies], line, "");
         f[kBodies] += line;
       })},
  });
}

TEST(Tampering, OfTheResultByTheLab) {
  const auto drop = [](judge::RunResult& result) {
    result.cases.pop_back();
    roll_up_again(result);
  };
  const auto turn = [](judge::RunResult& result) {
    judge::CaseResult& one = result.cases.front();
    one.checks.front().finding.verdict = judge::Verdict::kFail;
    one.verdict = judge::Verdict::kFail;
    one.attempts.back().verdict = judge::Verdict::kFail;
    roll_up_again(result);
  };
  const auto leave_out = [](judge::RunResult& result) {
    std::vector<judge::CheckResult>& checks = result.cases.front().checks;
    const judge::CheckResult& first = checks.front();
    result.cases.front().left_out = {
        {first.id, first.kind, first.requirements, "not-observable: nobody saw it"}};
    checks.erase(checks.begin());
    roll_up_again(result);
  };
  const auto lose = [](judge::RunResult& result) {
    std::vector<judge::CheckResult>& checks = result.cases.front().checks;
    checks.erase(checks.begin());
    roll_up_again(result);
  };
  const auto fail_first = [](evidence::TestStatement& statement) {
    statement.failed.push_back(statement.passed.front());
    statement.passed.erase(statement.passed.begin());
  };
  try_all({
      {"a verdict alone", "V06", "summary",
       signed_result([](auto& result) { result.cases.front().verdict = judge::Verdict::kFail; })},
      {"an attempt's verdict", "V11", "other findings", signed_result([](auto& result) {
         result.cases.front().attempts.front().verdict = judge::Verdict::kInconclusive;
       })},
      {"a space more", "V06", "canonical",
       signed_change([](Files& f) { replace(f[kResult], "{", "{ "); })},
      {"a better sentence", "V06", "signed was",
       signed_change([](Files&) {}, [](auto& statement) { statement.sentence = "conformant"; })},
      {"another catalogue", "V09", "rests on the catalogue",
       signed_result([](auto& result) { result.run.catalogue_digest = std::string(64, 'a'); })},
      {"a smaller plan", "V09", "another plan",
       signed_change([](Files& f) { replace(f["selection.json"], "\"text.both-ways\",", ""); })},
      {"a case dropped", "V10", "lacks \"text.reply",
       [&](Files& files) {
         // Its records are dropped as well; the plan remembers it.
         signed_result([&](auto& result) {
           const std::uint64_t records = result.cases.back().records;
           drop(result);
           result.cases.back().records += records;
           roll_up_again(result);
         })(files);
       }},
      {"a case that does not apply", "V08", "records, the result", signed_result([](auto& result) {
         judge::CaseResult& one = result.cases.front();
         judge::CaseResult out;
         out.id = one.id;
         out.disposition = judge::Disposition::kNotApplicable;
         out.reason = "because";
         one = out;
         roll_up_again(result);
       })},
      {"a check left out", "V10", "left out these checks", signed_result(leave_out)},
      {"a check dropped", "V10", "has other checks", signed_result(lose)},
      {"other lists in the statement", "V10", "lists other test cases",
       signed_change([](Files&) {}, fail_first)},
      {"a verdict with all that follows", "V11", "is stated as fail",
       signed_result(turn, fail_first)},
      {"a finding's text", "V11", "other findings", signed_result([](auto& result) {
         result.cases.front().checks.front().finding.observed += " indeed";
       })},
      {"a requirement", "V12", "requirements", signed_result([](auto& result) {
         result.requirements.front().status = judge::RequirementStatus::kSatisfied;
         result.requirements.front().title += "!";
         result.summary = judge::summarise(result);
       })},
      {"an exit code", "V12", "exit_code", signed_result([](auto& r) { r.exit_code = 2; })},
      {"a waiver", "V12", "requirements",
       signed_result([](auto& result) { result.requirements.front().waivers = {"W-1"}; })},
      {"a report", "V18", "junit.xml",
       signed_change([](Files& f) { replace(f["junit.xml"], "text.reply", "text.other"); })},
  });
}

}  // namespace
}  // namespace parley::cli
