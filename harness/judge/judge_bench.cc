// What judging a run of 60 test cases costs: 100 records each, five of them media files of 50 KB at
// server taps, eight declared checks and all invariants.
#include <benchmark/benchmark.h>

#include "harness/judge/rollup.h"
#include "harness/judge/staged_case.h"

namespace parley::judge {
namespace {

constexpr std::size_t kMediaBytes = 50'000;
constexpr int kCases = 60;

Bytes ciphertext(std::uint32_t seed) {
  Bytes bytes(kMediaBytes);
  for (auto& byte : bytes) {
    seed = seed * 1'664'525 + 1'013'904'223;
    byte = static_cast<std::uint8_t>(seed >> 24);
  }
  return bytes;
}

StagedCase busy_case() {
  StagedCase staged;
  for (int i = 0; i < 4; ++i) {
    const std::string id = "M" + std::to_string(i);
    const std::string canary = "canary-0123456789abcdef0123456" + std::to_string(i);
    for (const std::string_view of : {"text", "name"}) {
      staged.step_record("canary",
                         {{"label", id}, {"of", of}, {"value", canary + std::string(of)}});
    }
    const json::object content = {{"id", id}, {"kind", "text"}, {"text", canary}};
    staged.begin_step(id, "alice", "send-text", {{"to", "bob"}, {"text", canary}});
    staged.message("alice", evidence::Direction::kOut, content);
    staged.end_step(id, "alice", "send-text", {{"id", id}});
    staged.message("bob", evidence::Direction::kIn, content);
    staged.event("bob", "message", content);
    staged.event("alice", "receipt", {{"ids", {id, id}}, {"type", "delivery"}});
  }
  const wire::Node ping("iq", {{"id", "1"}, {"type", "get"}, {"xmlns", "w:p"}});
  for (int i = 0; i < 15; ++i) {
    staged.stanza("bob", evidence::Direction::kOut, "gatekeeper", ping, "server-ping",
                  "native-derived");
    staged.stanza("gatekeeper", evidence::Direction::kIn, "bob", ping, "server-ping",
                  "native-derived");
    for (const std::string_view party : {"bob", "gatekeeper"}) {
      staged.add(evidence::Tap::kNoise, party, "noise.frame", {{"key", "aabb"}, {"n", i}},
                 party == "bob" ? evidence::Direction::kOut : evidence::Direction::kIn, {},
                 Bytes(120, 7));
    }
  }
  for (std::uint32_t i = 0; i < 5; ++i) {
    staged.add(evidence::Tap::kHttp, i % 2 == 0 ? "gatekeeper" : "acme", "http.request",
               {{"method", "POST"},
                {"target", "/media"},
                {"headers", {{"host", "x"}, {"user-agent", "parley"}}}},
               evidence::Direction::kIn, "egress.whatsapp.net", ciphertext(i));
  }
  staged.end();
  return staged;
}

CasePlan plan() {
  CasePlan plan;
  plan.id = "busy";
  plan.requirements = {"MSG-001"};
  for (int i = 0; i < 4; ++i) {
    const std::string id = "M" + std::to_string(i);
    plan.checks.push_back({"intact-" + id,
                           "content-intact",
                           {{"message", id}, {"at", "bob"}, {"blames", "gatekeeper"}},
                           {"MSG-001"},
                           CheckRole::kPurpose});
    plan.checks.push_back({"once-" + id,
                           "delivered-once",
                           {{"message", id}, {"at", "bob"}, {"blames", "gatekeeper"}},
                           {"MSG-001"},
                           CheckRole::kPurpose});
  }
  return plan;
}

void BM_JudgeARun(benchmark::State& state) {
  StagedCase staged = busy_case();
  const CasePlan case_plan = plan();
  RequirementPlan requirement;
  requirement.id = "MSG-001";
  for (auto _ : state) {
    std::vector<CaseResult> cases;
    for (int i = 0; i < kCases; ++i) {
      cases.push_back(judge_case(case_plan, staged.records(), staged_profile()));
      if (cases.back().verdict != Verdict::kPass) state.SkipWithError("the case did not pass");
    }
    RunInfo run;
    run.state = RunState::kComplete;
    benchmark::DoNotOptimize(roll_up(run, std::move(cases), std::array{requirement}, {}));
  }
  state.counters["records"] = static_cast<double>(staged.records().size() * kCases);
}
BENCHMARK(BM_JudgeARun)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace parley::judge
