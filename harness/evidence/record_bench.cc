// What recording and writing a run of 60 test cases costs: about 10,000 records, of which some
// hundred carry a media file.
#include <benchmark/benchmark.h>

#include "harness/base/bytes.h"
#include "harness/crypto/hash.h"
#include "harness/evidence/recorder.h"

namespace parley::evidence {
namespace {

class FixedClock final : public Clock {
 public:
  TimePoint now() const override { return from_unix_seconds(1'700'000'000); }
};

Observation small() {
  return {
      .tap = Tap::kStanza,
      .role = Role::kGatekeeperServer,
      .party = "gatekeeper",
      .peer = "bob",
      .direction = Direction::kIn,
      .kind = "stanza",
      .facts = {{"conn", 3},
                {"operation", "message.send"},
                {"basis", "public"},
                {"node",
                 {{"tag", "message"},
                  {"attrs", {{"id", "3EB0AABBCCDD"}, {"to", "33612345678@s.whatsapp.net"}}},
                  {"children", json::array{{{"tag", "enc"}, {"bytes", std::string(400, 'A')}}}}}}},
      .body = Bytes(350, 0x5A)};
}

Observation large() {
  Observation observation = small();
  observation.tap = Tap::kHttp;
  observation.body = Bytes(50'000);
  for (std::size_t i = 0; i < observation.body.size(); ++i) {
    observation.body[i] = static_cast<std::uint8_t>(i * 131 + (i >> 8));
  }
  return observation;
}

constexpr int kRecords = 10'000;
constexpr int kEvery = 40;

std::vector<Observation> run_of_sixty() {
  std::vector<Observation> run;
  for (int i = 0; i < kRecords; ++i) run.push_back(i % kEvery == 0 ? large() : small());
  return run;
}

void BM_RecordARun(benchmark::State& state) {
  const std::vector<Observation> run = run_of_sixty();
  FixedClock clock;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<Observation> copy = run;
    Recorder recorder(clock);
    state.ResumeTiming();
    for (Observation& observation : copy) recorder.record(std::move(observation));
    benchmark::DoNotOptimize(recorder.records().size());
  }
}
BENCHMARK(BM_RecordARun)->Unit(benchmark::kMillisecond);

void BM_WriteARun(benchmark::State& state) {
  FixedClock clock;
  Recorder recorder(clock);
  for (Observation& observation : run_of_sixty()) recorder.record(std::move(observation));
  std::size_t bytes = 0;
  for (auto _ : state) {
    bytes = 0;
    for (const Record& record : recorder.records()) bytes += to_line(record, "text[x=1]").size();
    benchmark::DoNotOptimize(bytes);
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(BM_WriteARun)->Unit(benchmark::kMillisecond);

void BM_ReadARun(benchmark::State& state) {
  FixedClock clock;
  Recorder recorder(clock);
  for (Observation& observation : run_of_sixty()) recorder.record(std::move(observation));
  std::vector<std::string> lines;
  for (const Record& record : recorder.records()) lines.push_back(to_line(record, "text[x=1]"));
  for (auto _ : state) {
    for (const std::string& line : lines) {
      if (!parse_line(line).ok()) state.SkipWithError("a line did not come back");
    }
  }
}
BENCHMARK(BM_ReadARun)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace parley::evidence
