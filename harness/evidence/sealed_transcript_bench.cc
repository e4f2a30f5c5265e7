// What sealing a run costs beside writing it, and what verifying it costs: 10,000 small records.
#include <benchmark/benchmark.h>

#include "harness/evidence/sealed_transcript.h"

namespace parley::evidence {
namespace {

std::vector<Record> ten_thousand() {
  std::vector<Record> records(10'000);
  for (std::size_t i = 0; i < records.size(); ++i) {
    Record& record = records[i];
    record.tap = Tap::kStanza;
    record.party = "gatekeeper";
    record.peer = "bob";
    record.kind = "stanza";
    record.facts = {{"text", std::string(400, 'A')}};
    record.seq = i;
    record.time = from_unix_seconds(1'800'000'000);
  }
  return records;
}

struct Run {
  std::vector<std::string> lines;
  std::vector<std::string> openings;
};

Run sealed(const std::vector<Record>& records) {
  SeededRandom random(1, "salts");
  TranscriptSealer sealer({.run_id = "R"}, SaltKey::draw(random));
  Run run;
  run.lines.push_back(sealer.begin());
  for (const Record& record : records) {
    TranscriptSealer::Sealed line = sealer.seal(record, "text[x=1]");
    run.lines.push_back(std::move(line.line));
    run.openings.push_back(std::move(line.opening));
  }
  return run;
}

void BM_SealARun(benchmark::State& state) {
  const std::vector<Record> records = ten_thousand();
  for (auto _ : state) benchmark::DoNotOptimize(sealed(records));
}
BENCHMARK(BM_SealARun)->Unit(benchmark::kMillisecond);

void BM_VerifyASealedRun(benchmark::State& state) {
  const Run run = sealed(ten_thousand());
  for (auto _ : state) {
    TranscriptVerifier verifier;
    for (const std::string& line : run.lines) {
      if (!verifier.line(line).ok()) state.SkipWithError("a line did not hold");
    }
    benchmark::DoNotOptimize(verifier.head());
  }
}
BENCHMARK(BM_VerifyASealedRun)->Unit(benchmark::kMillisecond);

void BM_OpenASealedRun(benchmark::State& state) {
  const Run run = sealed(ten_thousand());
  for (auto _ : state) {
    TranscriptVerifier verifier;
    if (!verifier.line(run.lines[0]).ok()) state.SkipWithError("the first line did not hold");
    for (std::size_t i = 0; i < run.openings.size(); ++i) {
      if (!verifier.opened_line(run.lines[i + 1], run.openings[i]).ok()) {
        state.SkipWithError("a record did not open");
      }
    }
  }
}
BENCHMARK(BM_OpenASealedRun)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace parley::evidence
