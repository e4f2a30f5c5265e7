#include "harness/attest/seal_run.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <utility>

#include "harness/attest/public_result.h"
#include "harness/attest/selection.h"
#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "harness/evidence/sealed_transcript.h"
#include "harness/evidence/transcript.h"
#include "harness/judge/result_json.h"
#include "harness/judge/waivers.h"
#include "reports/html.h"
#include "reports/junit.h"

namespace parley::attest {
namespace {

using evidence::BundleContent;
using evidence::BundleFile;
using evidence::Confidentiality;

constexpr std::string_view kSaltLabel = "parley run salts v1";
constexpr std::uint64_t kOpeningsPerFile = 10'000;
constexpr const char* kJson = "application/json";
constexpr const char* kJsonLines = "application/jsonl";

// Keeps the first damage.
class FirstDamage final : public evidence::CorruptionSink {
 public:
  void corruption(std::size_t line, std::size_t, const Error& error) override {
    if (!first) first = at("transcript.jsonl line " + std::to_string(line), error);
  }
  std::optional<Error> first;
};

// The sections of report.html, each as soon as the records of its test case are all there.
class SectionWriter {
 public:
  explicit SectionWriter(const judge::RunResult& result)
      : result_(result), sections_(result.cases.size()) {
    for (std::size_t i = 0; i < result.cases.size(); ++i) places_.emplace(result.cases[i].id, i);
  }

  void take(std::string_view test_case, evidence::Record record) {
    if (test_case != case_) finish();
    case_ = test_case;
    records_.push_back(std::move(record));
  }

  std::vector<reports::CaseSection> sections() {
    finish();
    return std::move(sections_);
  }

 private:
  void finish() {
    const auto place = places_.find(case_);
    if (place != places_.end() && !records_.empty()) {
      sections_[place->second] =
          reports::render_case_html(result_.cases[place->second], result_.run, records_);
    }
    records_.clear();
  }

  const judge::RunResult& result_;
  std::map<std::string_view, std::size_t> places_;
  std::vector<reports::CaseSection> sections_;
  std::string case_;
  std::vector<evidence::Record> records_;
};

Result<evidence::RunBegin> begin_of(const judge::RunInfo& run, const std::string& nonce) {
  PARLEY_ASSIGN(const Bytes plan, decode_hex(run.plan_digest));
  if (plan.size() != 32) return make_error(ErrorCode::kInvalid, "names no plan", "result.json");
  return evidence::RunBegin{
      .run_id = run.id,
      .time = run.started,
      .iut_sha256 = iut_digest(run),
      .harness_sha256 = harness_digest(run),
      .plan_sha256 = to_array<32>(plan),
      .nonce = nonce,
      .ledger_index = run.ledger ? std::optional(run.ledger->index) : std::nullopt};
}

BundleFile& bodies_file(std::vector<BundleFile>& files, std::uint64_t record) {
  if (record % kOpeningsPerFile == 0) {
    files.push_back(
        {fmt::format("{}{:04}.jsonl", evidence::kBodiesFolder, record / kOpeningsPerFile), "",
         kJsonLines, Confidentiality::kConfidential});
  }
  return files.back();
}

// transcript.jsonl and bodies/ into `content`, its head into the statement, its records to the
// report.
Status seal_transcript(const RunFiles& files, const evidence::RunBegin& begin,
                       evidence::SaltKey salts, SectionWriter& report, BundleContent& content) {
  evidence::TranscriptSealer sealer(begin, std::move(salts));
  std::string lines = sealer.begin() + "\n";
  std::vector<BundleFile> bodies;
  std::uint64_t records = 0;
  FirstDamage damage;
  evidence::TranscriptReader reader(
      [&](std::string_view test_case, evidence::Record record) {
        const auto sealed = sealer.seal(record, test_case);
        lines += sealed.line + "\n";
        bodies_file(bodies, records++).content += sealed.opening + "\n";
        if (content.edition == Confidentiality::kConfidential) {
          report.take(test_case, std::move(record));
        }
      },
      damage);
  reader.text(files.transcript);
  if (damage.first) return *damage.first;
  if (files.result.run.state == judge::RunState::kComplete) {
    lines += sealer.end(files.result.run.ended) + "\n";
  }
  content.statement.transcript = sealer.head();
  content.files.push_back({std::string(evidence::kTranscriptFile), std::move(lines), kJsonLines,
                           Confidentiality::kPublic});
  for (BundleFile& file : bodies) content.files.push_back(std::move(file));
  return {};
}

}  // namespace

evidence::SaltKey salts_of(const crypto::SigningKey& lab, const judge::RunInfo& run) {
  const std::string pem = lab.pem();
  return evidence::SaltKey(crypto::hmac_sha256(
      as_bytes(pem), {as_bytes(kSaltLabel), as_bytes(run.id), as_bytes(run.transcript_digest)}));
}

crypto::Digest32 iut_digest(const judge::RunInfo& run) {
  json::array seats;
  for (const judge::SeatHolder& one : run.seats) {
    seats.push_back(json::object{{"driver", one.driver},
                                 {"driver_version", one.driver_version},
                                 {"implementation", one.implementation},
                                 {"seat", one.seat},
                                 {"under_test", one.under_test},
                                 {"version", one.version}});
  }
  return crypto::sha256(as_bytes(canonical(json::value(std::move(seats)))));
}

std::string iut_text(const judge::RunInfo& run) {
  std::string out;
  for (const judge::SeatHolder& one : run.seats) {
    if (!one.under_test) continue;
    out += (out.empty() ? "" : ", ") + one.implementation + "@" + one.version;
  }
  return out.empty() ? "mocks only" : out;
}

crypto::Digest32 harness_digest(const judge::RunInfo& run) {
  const Result<Bytes> digest = decode_hex(run.harness_digest);
  if (digest.ok() && digest->size() == 32) return to_array<32>(*digest);
  return crypto::sha256(as_bytes(run.harness_name + " " + run.harness_version));
}

std::string profile_text(const judge::RunInfo& run) {
  return run.profile_id + "/" + run.profile_version;
}

evidence::TestStatement statement_of(const judge::RunResult& result, const std::string& nonce) {
  evidence::TestStatement out;
  for (const judge::CaseResult& one : result.cases) {
    if (one.disposition == judge::Disposition::kNotApplicable) continue;
    const bool passed = one.verdict == judge::Verdict::kPass;
    auto& list = passed ? out.passed : judge::wholly_waived(result, one) ? out.warned : out.failed;
    list.push_back(one.id);
  }
  out.sentence = judge::to_string(result.statement);
  out.profile = profile_text(result.run);
  out.run_id = result.run.id;
  out.nonce = nonce;
  return out;
}

Result<BundleContent> seal_run(const RunFiles& files, Confidentiality edition,
                               const std::string& nonce, evidence::SaltKey salts,
                               const reports::Proof& proof) {
  const judge::RunInfo& run = files.result.run;
  PARLEY_ASSIGN(const evidence::RunBegin begin, begin_of(run, nonce));
  if (hex(crypto::sha256(as_bytes(files.transcript))) != run.transcript_digest) {
    return make_error(ErrorCode::kInvalid, "is not the transcript that result.json names",
                      "transcript.jsonl");
  }
  BundleContent content;
  content.edition = edition;
  content.statement = statement_of(files.result, nonce);
  content.statement.configuration = {{"plan.json", begin.plan_sha256}};
  SectionWriter report(files.result);
  PARLEY_TRY(seal_transcript(files, begin, std::move(salts), report, content));
  const judge::RunResult shown =
      edition == Confidentiality::kPublic ? public_result(files.result) : files.result;
  content.files.push_back({std::string(evidence::kResultFile),
                           canonical(judge::to_json(shown)) + "\n", kJson,
                           Confidentiality::kPublic});
  content.files.push_back(
      {"junit.xml", reports::render_junit(shown), "application/xml", Confidentiality::kPublic});
  content.files.push_back(
      {std::string(kSelectionFile), files.selection, kJson, Confidentiality::kPublic});
  if (edition == Confidentiality::kConfidential) {
    content.files.push_back({"report.html",
                             reports::render_html(files.result, report.sections(), proof),
                             "text/html", Confidentiality::kConfidential});
  }
  return content;
}

}  // namespace parley::attest
