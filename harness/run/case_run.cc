#include "harness/run/case_run.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>
#include <span>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "harness/driver/company.h"
#include "harness/evidence/recorder.h"
#include "harness/evidence/secret_redaction.h"
#include "harness/run/invented_events.h"
#include "harness/run/observability.h"
#include "harness/scenario/match.h"
#include "harness/scenario/placeholder.h"

namespace parley::run {
namespace {

using evidence::Observation;
using evidence::Role;
using evidence::Tap;
using scenario::Step;

// Plaintext shorter than this may turn up by chance in bytes that are not it.
constexpr std::size_t kShortestCanary = 8;

json::object error_facts(const Error& error) {
  json::object out;
  out["code"] = json::string(to_string(error.code));
  out["message"] = error.text();
  return out;
}

// The driver contract's view of the cast.
std::vector<driver::ActorSpec> cast_of(const scenario::TestCase& test_case,
                                       const CaseEnvironment& environment) {
  std::vector<driver::ActorSpec> cast;
  for (const scenario::Actor& actor : test_case.actors) {
    driver::ActorSpec spec{actor.id, std::string(scenario::to_string(actor.kind)), actor.of,
                           actor.settings};
    const auto more = environment.settings.find(spec.kind);
    if (more != environment.settings.end()) {
      for (const auto& setting : more->second) spec.settings.insert(setting);
    }
    cast.push_back(std::move(spec));
  }
  return cast;
}

template <class Words>
bool contains(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class CaseRunner {
 public:
  CaseRunner(const scenario::TestCase& test_case, const CaseEnvironment& environment,
             net::World& world)
      : case_(test_case),
        environment_(environment),
        world_(world),
        recorder_(world.clock(), environment.keeps_tokens),
        random_(world.random("engine")),
        cast_(cast_of(test_case, environment)) {}

  net::awaitable<Status> play();
  /// What was recorded; where the case came to its end, what came after it is not.
  std::vector<evidence::Record> take_records() {
    return records_ ? *std::move(records_) : recorder_.take();
  }
  std::map<std::string, json::object, std::less<>> take_labels() { return std::move(labels_); }
  void drop_parties() { parties_.clear(); }

 private:
  Status make_parties();
  net::awaitable<Status> ready_parties();
  net::awaitable<Result<bool>> play_steps();
  net::awaitable<void> dismiss_parties();
  bool party_lost() const;
  std::optional<Error> failed_party();
  std::optional<Error> lying_driver();
  bool under_test(const driver::ActorSpec& actor) const;
  void record_step(std::string kind, json::object facts);
  void begin();
  driver::Party& party(const std::string& id) { return *parties_.at(id); }
  void tell(const std::string& what) {
    if (environment_.waiting) environment_.waiting(what);
  }

  std::optional<json::value> look_up(std::string_view name);
  /// look_up() that leaves the name of what it did not find in `missing`.
  scenario::Lookup noting(std::string& missing);
  void record_canaries(const Step& step, const json::object& arguments);
  void record_content_canary(const Step& step, const json::object& arguments);

  // Each returns false where the test case ends here: the world did not do as the scenario demands.
  Result<bool> cannot_begin(const Step& step, const std::string& actor, std::string_view missing,
                            const Error& why);
  net::awaitable<Result<bool>> perform(const Step& step, const scenario::Operation& operation);
  net::awaitable<Result<bool>> await_event(const Step& step, const scenario::Await& await);
  net::awaitable<Result<bool>> act(const Step& step);

  const scenario::TestCase& case_;
  const CaseEnvironment& environment_;
  net::World& world_;
  evidence::Recorder recorder_;
  std::unique_ptr<Random> random_;
  const std::vector<driver::ActorSpec> cast_;
  std::optional<std::vector<evidence::Record>> records_;
  std::map<std::string, std::unique_ptr<driver::Party>, std::less<>> parties_;
  std::map<std::string, json::object, std::less<>> labels_;
  std::map<std::string, std::set<std::uint64_t>, std::less<>> matched_;  // events per actor
  std::string canary_;  // of the current step, once asked for
  std::int64_t index_ = 0;
};

void CaseRunner::record_step(std::string kind, json::object facts) {
  Observation observation;
  observation.tap = Tap::kStep;
  observation.role = Role::kHarness;
  observation.party = "harness";
  observation.kind = std::move(kind);
  observation.facts = std::move(facts);
  recorder_.record(std::move(observation));
}

Status CaseRunner::make_parties() {
  for (std::size_t i = 0; i < cast_.size(); ++i) {
    auto made = environment_.make_party(world_, recorder_, cast_, i);
    if (!made.ok()) return at(cast_[i].id, std::move(made).error());
    parties_.emplace(cast_[i].id, std::move(made).value());
  }
  return {};
}

net::awaitable<Status> CaseRunner::ready_parties() {
  std::vector<driver::Party*> everybody;
  for (const driver::ActorSpec& actor : cast_) everybody.push_back(&party(actor.id));
  co_return co_await driver::begin_all(std::move(everybody));
}

net::awaitable<void> CaseRunner::dismiss_parties() {
  for (const driver::ActorSpec& actor : cast_) {
    const Status left = co_await party(actor.id).finish();
    if (!left.ok()) world_.log().warning(at(case_.id + ": " + actor.id, left.error()).text());
  }
}

bool CaseRunner::party_lost() const {
  return std::any_of(parties_.begin(), parties_.end(),
                     [](const auto& entry) { return entry.second->failure().has_value(); });
}

// A driver that died: on record, so that no check takes its silence for the implementation's.
std::optional<Error> CaseRunner::failed_party() {
  for (const driver::ActorSpec& actor : cast_) {
    std::optional<Error> failure = party(actor.id).failure();
    if (!failure) continue;
    json::object facts;
    facts["actor"] = actor.id;
    facts["message"] = failure->text();
    record_step("driver.failed", std::move(facts));
    return at(actor.id, *std::move(failure));
  }
  return lying_driver();
}

// One that tells of a message which nobody has sent may have told anything.
std::optional<Error> CaseRunner::lying_driver() {
  std::vector<std::string> driven;
  for (const driver::ActorSpec& actor : cast_) {
    if (contains(environment_.driven_seats, seat_of_kind(actor.kind))) driven.push_back(actor.id);
  }
  const auto invented = invented_event(recorder_.records(), driven);
  if (!invented) return std::nullopt;
  Error error = make_error(ErrorCode::kInternal,
                           "the driver told of a " + invented->event + " \"" + invented->id +
                               "\", of which nobody else in the test case knows");
  record_step("driver.failed", {{"actor", invented->actor}, {"message", error.text()}});
  return at(invented->actor, std::move(error));
}

bool CaseRunner::under_test(const driver::ActorSpec& actor) const {
  return contains(environment_.iut, actor.id) || contains(environment_.iut_kinds, actor.kind);
}

void CaseRunner::begin() {
  json::object actors;
  json::array iut;
  for (const driver::ActorSpec& actor : cast_) {
    json::object facts = actor.settings;
    facts["kind"] = actor.kind;
    if (under_test(actor)) iut.push_back(json::string(actor.id));
    facts["role"] = json::string(evidence::to_string(party(actor.id).role()));
    if (!actor.of.empty()) facts["of"] = actor.of;
    actors[actor.id] = std::move(facts);
  }
  json::object facts;
  facts["case"] = case_.id;
  facts["actors"] = std::move(actors);
  facts["matrix"] = case_.matrix;
  if (!iut.empty()) facts["iut"] = std::move(iut);
  record_step("case.begin", std::move(facts));
}

std::optional<json::value> CaseRunner::look_up(std::string_view name) {
  if (name == "canary") {
    if (canary_.empty()) canary_ = "canary-" + hex(random_->bytes(12));
    return json::string(canary_);
  }
  const std::size_t dot = name.find('.');
  const auto label = labels_.find(name.substr(0, dot));
  if (label == labels_.end() || dot == std::string_view::npos) return std::nullopt;
  const json::object* object = &label->second;
  std::string_view rest = name.substr(dot + 1);
  for (;;) {
    const std::size_t next = rest.find('.');
    const json::value* field = object->if_contains(rest.substr(0, next));
    if (field == nullptr) return std::nullopt;
    if (next == std::string_view::npos) return *field;
    object = field->if_object();
    if (object == nullptr) return std::nullopt;
    rest.remove_prefix(next + 1);
  }
}

// What a user wrote must never be seen by a server: the step's own token where the scenario put one
// into the field, else the field as a whole.
void CaseRunner::record_canaries(const Step& step, const json::object& arguments) {
  for (const std::string_view field : {"text", "caption", "name"}) {
    const auto value = get_string(arguments, field);
    if (!value) continue;
    const bool tagged = !canary_.empty() && value->find(canary_) != std::string_view::npos;
    // An untagged file name, "photo.jpg", is nobody's secret.
    if (!tagged && (value->size() < kShortestCanary || field == "name")) continue;
    json::object facts;
    facts["label"] = step.label;
    facts["of"] = json::string(field);
    facts["value"] = tagged ? json::string(canary_) : json::string(*value);
    record_step("canary", std::move(facts));
  }
  record_content_canary(step, arguments);
}

// Of a file its middle stands for the whole: the beginning is the same in all files of a type.
void CaseRunner::record_content_canary(const Step& step, const json::object& arguments) {
  constexpr std::size_t kPiece = 32;  // in base64: 24 bytes
  const auto content = get_string(arguments, "content");
  if (!content || content->size() < 4 * kPiece) return;
  json::object facts;
  facts["label"] = step.label;
  facts["of"] = "content";
  facts["base64"] = content->substr(content->size() / 8 * 4, kPiece);
  record_step("canary", std::move(facts));
}

// The content of a file is too long for a step record: its size and digest stand for it.
json::object without_content(const json::object& arguments) {
  json::object out;
  for (const auto& [key, value] : arguments) {
    if (key != "content") out.emplace(key, value);
  }
  const auto content = get_string(arguments, "content");
  if (!content) return out;
  const Result<Bytes> bytes = decode_base64(*content);
  if (bytes.ok()) {
    out["size"] = bytes->size();
    out["sha256"] = hex(crypto::sha256(*bytes));
  }
  return out;
}

scenario::Lookup CaseRunner::noting(std::string& missing) {
  return [this, &missing](std::string_view name) {
    auto value = look_up(name);
    if (!value) missing = name;
    return value;
  };
}

// A step needs what an earlier one should have brought. Who did not bring it is for the checks to
// say: the case ends here. What no step was to bring is missing by the harness's own fault.
Result<bool> CaseRunner::cannot_begin(const Step& step, const std::string& actor,
                                      std::string_view missing, const Error& why) {
  const std::string_view label = missing.substr(0, missing.find('.'));
  const auto before = std::span(case_.steps).first(static_cast<std::size_t>(index_));
  if (std::ranges::find(before, label, &Step::label) == before.end()) return why;
  record_step(
      "step.unready",
      {{"index", index_}, {"actor", actor}, {"label", step.label}, {"error", error_facts(why)}});
  return false;
}

net::awaitable<Result<bool>> CaseRunner::perform(const Step& step,
                                                 const scenario::Operation& operation) {
  std::string missing;
  const scenario::Lookup look = noting(missing);
  auto resolved = scenario::resolve(operation.arguments, look);
  if (!resolved.ok()) co_return cannot_begin(step, operation.actor, missing, resolved.error());
  json::object arguments = *std::move(resolved);
  // Elsewhere "media" is what a media host does.
  if (operation.operation == "send-media") {
    PARLEY_CO_ASSIGN(arguments,
                     scenario::with_media_content(std::move(arguments), environment_.media));
  }
  if (operation.operation.starts_with("send-")) record_canaries(step, arguments);

  json::object facts;
  facts["index"] = index_;
  facts["actor"] = operation.actor;
  facts["operation"] = operation.operation;
  facts["label"] = step.label;
  json::object begin = facts;
  begin["arguments"] = without_content(arguments);
  record_step("step.begin", std::move(begin));
  tell(operation.actor + " performs " + operation.operation);

  std::string name = operation.operation;
  auto outcome = co_await driver::perform_within(world_, party(operation.actor), std::move(name),
                                                 std::move(arguments), environment_.patience);
  Result<json::object> result =
      make_error(ErrorCode::kTimeout, "no answer within " + duration_text(environment_.patience));
  const bool answered = outcome.has_value();
  if (answered) result = *std::move(outcome);

  facts["ok"] = result.ok();
  bool goes_on = false;
  if (result.ok()) {
    facts["result"] = *result;
    if (operation.expect) {
      PARLEY_CO_ASSIGN(const json::object expected, scenario::resolve(*operation.expect, look));
      goes_on = scenario::matches(expected, *result);
    } else {
      goes_on = true;
    }
    if (operation.expect_error) goes_on = false;
    if (!step.label.empty()) labels_[step.label] = *std::move(result);
  } else {
    facts["error"] = error_facts(result.error());
    if (!answered) facts["unanswered"] = true;
    goes_on = operation.expect_error == result.error().code;
  }
  facts["as_expected"] = goes_on;
  record_step("step.end", std::move(facts));
  co_return goes_on;
}

net::awaitable<Result<bool>> CaseRunner::await_event(const Step& step,
                                                     const scenario::Await& await) {
  std::string missing;
  const scenario::Lookup look = noting(missing);
  const auto resolved = scenario::resolve(await.where, look);
  if (!resolved.ok()) co_return cannot_begin(step, await.actor, missing, resolved.error());
  const json::object& where = *resolved;
  json::object facts;
  facts["index"] = index_;
  facts["actor"] = await.actor;
  facts["event"] = await.event;
  facts["label"] = step.label;
  facts["where"] = where;
  record_step("await.begin", facts);
  tell("waits for " + await.event + " at " + await.actor);

  std::set<std::uint64_t>& matched = matched_[await.actor];
  driver::EventLog& log = party(await.actor).events();
  const std::function<bool(const driver::Event&)> match = [&](const driver::Event& event) {
    return event.name == await.event && !matched.contains(event.sequence) &&
           scenario::matches(where, event.facts);
  };
  const Result<std::size_t> found = co_await log.wait(0, match, world_.now() + await.within);
  facts["ok"] = found.ok();
  if (found.ok()) {
    const driver::Event& event = log.events()[*found];
    matched.insert(event.sequence);
    facts["facts"] = event.facts;
    facts["event_seq"] = event.sequence;
    if (!step.label.empty()) labels_[step.label] = event.facts;
  } else {
    facts["error"] = error_facts(found.error());
  }
  record_step("await.end", std::move(facts));
  co_return found.ok();
}

net::awaitable<Result<bool>> CaseRunner::act(const Step& step) {
  canary_.clear();
  if (const auto* operation = std::get_if<scenario::Operation>(&step.act)) {
    co_return co_await perform(step, *operation);
  }
  if (const auto* await = std::get_if<scenario::Await>(&step.act)) {
    co_return co_await await_event(step, *await);
  }
  json::object facts;
  facts["index"] = index_;
  if (const auto* advance = std::get_if<scenario::Advance>(&step.act)) {
    facts["by"] = duration_text(advance->by);
    record_step("advance", std::move(facts));
    tell("lets " + duration_text(advance->by) + " pass");
    co_await world_.advance(advance->by);
  } else {
    record_step("settle", std::move(facts));
    co_await world_.settle();
  }
  co_return true;
}

// True where all steps went as the scenario demands.
net::awaitable<Result<bool>> CaseRunner::play_steps() {
  for (const Step& step : case_.steps) {
    Result<bool> goes_on = co_await act(step);
    if (!goes_on.ok()) {
      std::string place = "line " + std::to_string(step.mark.line);
      if (!step.fragment.empty()) place += " of the fragment " + step.fragment;
      co_return at("step " + std::to_string(index_ + 1) + " (" + place + ")",
                   std::move(goes_on).error());
    }
    if (!*goes_on || party_lost()) co_return false;
    ++index_;
  }
  co_return true;
}

net::awaitable<Status> CaseRunner::play() {
  PARLEY_CO_TRY(make_parties());
  begin();
  const Status ready = co_await ready_parties();
  bool completed = false;
  if (ready.ok()) {
    PARLEY_CO_ASSIGN(completed, co_await play_steps());
  }
  co_await world_.settle();
  const std::optional<Error> failed = failed_party();
  json::object facts;
  facts["completed"] = completed && !failed;
  facts["steps"] = index_;
  record_step("case.end", std::move(facts));
  records_ = recorder_.take();
  co_await dismiss_parties();
  PARLEY_CO_TRY(ready);
  if (failed) co_return *failed;
  co_return Status();
}

// Whoever repeated them.
void hide_secrets(CaseRun& run, std::span<const std::string> secrets) {
  for (evidence::Record& record : run.records) evidence::hide_secrets(record, secrets);
  for (auto& [label, facts] : run.labels) evidence::hide_secrets(facts, secrets);
  run.engine_error = evidence::without_secrets(run.engine_error, secrets);
}

}  // namespace

WorldSeeds world_seeds(std::uint64_t run_seed, std::string_view case_id) {
  return {run_seed, SeededRandom(run_seed, case_id).next_u64()};
}

CaseRun run_case(const scenario::TestCase& test_case, const CaseEnvironment& environment) {
  CaseRun out;
  auto world = environment.make_world(world_seeds(environment.seed, test_case.id));
  if (!world.ok()) {
    out.engine_error = at("world", std::move(world).error()).text();
    return out;
  }
  CaseRunner runner(test_case, environment, **world);
  const Status played = net::run(**world, runner.play());
  if (!played.ok()) out.engine_error = played.error().text();
  // Suspended coroutines refer to the parties: they go first, then the parties, then the World.
  (*world)->shutdown();
  runner.drop_parties();
  out.records = runner.take_records();
  out.labels = runner.take_labels();
  if (!environment.secrets.empty()) hide_secrets(out, environment.secrets);
  return out;
}

}  // namespace parley::run
