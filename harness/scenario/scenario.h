// What a scenario file says, as plain values. A scenario is a template with a matrix; its test
// cases are the template with every `${matrix.…}` and `${actors.…}` filled in, and are what runs.
//
// Placeholders that only the run can fill stay in the texts of a test case's steps and checks:
//   ${canary}        a token that is unique to the step; it must never be seen by a server
//   ${label.field}   a field of the result, or of the event, that the step `as: label` produced
// placeholder.h resolves them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/diagnostic.h"
#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/scenario/spec_version.h"
#include "harness/scenario/vocabulary.h"

namespace parley::scenario {

/// One member of the cast.
struct Actor {
  std::string id;  ///< "alice"
  ActorKind kind = ActorKind::kGatekeeper;
  std::string of;         ///< partner-user: the id of its partner
  json::object settings;  ///< as the vocabulary lists them for the kind; defaults are not filled in
  std::string preset;     ///< partner: where some of the settings come from; may be empty
};

/// An actor performs an operation of the driver contract.
struct Operation {
  std::string actor;
  std::string operation;
  /// As the vocabulary lists them. `media: photo.jpg` stands for `content` (and gives `name` and
  /// `mime` where the scenario does not); see media.h.
  json::object arguments;
  /// The result must contain this, else the test case ends here and its checks are judged on what
  /// was recorded up to here. See match.h.
  std::optional<json::object> expect;
  /// The operation must end with this error. Without it any error ends the test case.
  std::optional<ErrorCode> expect_error;
};

inline constexpr Duration kDefaultWithin = std::chrono::seconds(30);

/// The run goes on when that event was seen at the actor. Events that earlier awaits have matched
/// are not matched again by an await for the same actor; events before the step count.
struct Await {
  std::string actor;
  std::string event;
  json::object where;  ///< the facts must contain this; see match.h
  Duration within = kDefaultWithin;
};

/// World time moves on.
struct Advance {
  Duration by{};
};

/// Everything under way comes to rest.
struct Settle {};

struct Step {
  std::variant<Operation, Await, Advance, Settle> act;
  std::string label;     ///< `as:`; empty where the step has none
  bool setup = false;    ///< comes from the scenario's set-up file
  std::string fragment;  ///< id of the fragment that it comes from; may be empty
  SourceMark mark;       ///< in the file of the scenario, the set-up or the fragment
};

/// The key of a check that may be left out.
inline constexpr std::string_view kWhenObservable = "when-observable";

/// A declared check: which kind judges, with which arguments, for which requirements.
struct Check {
  std::string id;    ///< unique within the scenario: "text-arrives"
  std::string kind;  ///< name of a check kind: "content-intact"
  std::vector<std::string> requirements;
  json::object arguments;  ///< all other keys, `blames` included
  /// Where it cannot be judged from the seats that are left, it is left out, and the rest of the
  /// test case stands; else the test case does not apply there.
  bool when_observable = false;
  SourceMark mark;
};

/// One value of a matrix axis. Its name is part of test-case ids; its value is what
/// `${matrix.axis}` stands for, and `${matrix.axis.field}` where the value is an object.
struct AxisValue {
  std::string name;
  json::value value;
};

struct Axis {
  std::string name;
  std::vector<AxisValue> values;
};

/// (axis name, value name), in the order of the axes.
using Combination = std::vector<std::pair<std::string, std::string>>;

/// One executable test: nothing in it depends on the matrix any more.
struct TestCase {
  std::string id;        ///< "media.intact[direction=to-partner,kind=image]"; without a matrix
                         ///< the scenario's id
  std::string scenario;  ///< id of its scenario
  Combination combination;  ///< empty without a matrix
  json::object matrix;      ///< axis name -> value name, for records and reports
  std::vector<Actor> actors;
  std::vector<Step> steps;  ///< the set-up's steps first
  std::vector<Check> checks;
  /// What is under test and holds none of these does not need it; empty where any seat will do.
  std::vector<std::string> seats{};

  const Actor* find_actor(std::string_view actor_id) const;
};

struct Scenario {
  std::string id;     ///< "text.both-ways"
  std::string title;  ///< one line
  std::string purpose;
  std::vector<std::string> requirements;  ///< every id that some check of it judges
  std::vector<std::string> tags;
  std::string setup;  ///< id of the set-up file; empty where there is none
  std::vector<Axis> matrix;
  bool pairs = false;             ///< `pairs: true`: the cases cover pairs of values only
  std::size_t pairs_covered = 0;  ///< of pairs_total; both 0 without `pairs`
  std::size_t pairs_total = 0;
  SpecWindow spec;
  std::vector<std::string> seats;  ///< whose holders it is about; empty where it says nothing
  std::string file;                ///< the path under which the library was given it
  std::vector<TestCase> cases;     ///< in matrix order, the last axis varying fastest
};

/// The definition of a test case as JSON: actors, steps, checks; no file positions. Equal
/// definitions give equal canonical bytes.
json::object to_json(const TestCase& test_case);

}  // namespace parley::scenario
