// Runs one test case: builds a World and its parties, performs the steps, keeps the records.
// What the steps amount to is the judge's business.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/json.h"
#include "harness/driver/party.h"
#include "harness/evidence/record.h"
#include "harness/judge/judge.h"
#include "harness/net/world.h"
#include "harness/scenario/media.h"
#include "harness/scenario/scenario.h"

namespace parley::run {

/// Of one test case's World.
struct WorldSeeds {
  std::uint64_t people = 1;  ///< keys and ids: the run's, so that who has one name is one person
  std::uint64_t links = 1;   ///< latency, jitter and loss: the test case's own
};

using WorldFactory = std::function<Result<std::unique_ptr<net::World>>(const WorldSeeds&)>;

/// What all test cases of a run share.
struct CaseEnvironment {
  std::uint64_t seed = 1;  ///< of the run
  WorldFactory make_world;
  driver::PartyFactory make_party;
  scenario::MediaSource media;
  /// Ids of the actors that are implementations under test; empty where every party is a mock.
  std::vector<std::string> iut;
  /// Kinds of actor whose seat an implementation under test holds: "whatsapp-user".
  std::vector<std::string> iut_kinds;
  /// The seats in question: "partner-client". What could be seen in them alone is not judged; see
  /// observability.h.
  std::vector<std::string> driven_seats;
  /// Settings that the actors of a kind get on top of those of the scenario, which win.
  std::map<std::string, json::object, std::less<>> settings;
  /// Why a test case cannot be run with these parties; empty where it can. May be empty itself.
  std::function<std::string(const scenario::TestCase& test_case)> cannot_run;
  /// The recorder has the defect of keeping tokens; see evidence::Recorder.
  bool keeps_tokens = false;
  /// How long an operation may take.
  Duration patience = driver::kOperationDeadline;
  /// What a party was told in confidence, and nobody is to read in records: see
  /// evidence/secret_redaction.h.
  std::vector<std::string> secrets = {};
  /// Told what is awaited and from whom; may be empty. Called on the thread that runs the case.
  std::function<void(const std::string& what)> waiting;
  /// Asks the checks for their findings; empty: they answer themselves.
  judge::Judging judging = {};
};

struct CaseRun {
  std::vector<evidence::Record> records;
  /// label -> result of the operation, or facts of the event, that the labelled step produced
  std::map<std::string, json::object, std::less<>> labels;
  /// What stopped the engine itself; empty where the steps alone decided the course.
  std::string engine_error;
};

/// Another run seed or another id gives other links; other test cases do not matter.
WorldSeeds world_seeds(std::uint64_t run_seed, std::string_view case_id);

/// Runs the case to its end, or to the first step that did not go as the scenario demands.
CaseRun run_case(const scenario::TestCase& test_case, const CaseEnvironment& environment);

}  // namespace parley::run
