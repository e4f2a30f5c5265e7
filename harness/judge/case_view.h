// The records of one test case, read as what they tell: a cast, steps with their outcomes, events.
// Holds pointers into the records that it was made from.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/evidence/record.h"
#include "harness/judge/check.h"

namespace parley::judge {

using evidence::Record;

/// An operation or an await of the scenario, as the engine recorded it.
struct StepView {
  std::string label;  ///< empty where the scenario gave none
  std::string actor;
  std::string operation;  ///< of an operation; else empty
  std::string event;      ///< of an await; else empty
  const Record* begin = nullptr;
  const Record* end = nullptr;      ///< null where the case stopped within the step
  const Record* arrived = nullptr;  ///< of an await that ended well: the record of its event

  bool is_await() const { return !event.empty(); }
  /// The operation was performed, or the awaited event came.
  bool ok() const;
  /// The operation's result or the event's facts; null where there is none.
  const json::object* outcome() const;
  /// The operation's arguments; null for an await.
  const json::object* arguments() const;
  /// The spelling of the error's code: "timeout"; empty where there is no error.
  std::string_view error_code() const;
  /// The id of the message that the operation sent or the await saw; empty where there is none.
  std::string_view message_id() const;
  /// For people: `alice performs send-text`.
  std::string text() const;
};

class CaseView {
 public:
  explicit CaseView(std::span<const Record> records);

  std::span<const Record> records() const { return records_; }

  bool ended() const { return end_ != nullptr; }         ///< the engine got to the end of the case
  bool completed() const;                                ///< all steps went as the scenario demands
  const json::object* actor(std::string_view id) const;  ///< its facts, or null
  std::vector<std::string_view> actors_of_kind(std::string_view kind) const;
  bool is_iut(std::string_view actor) const;
  std::vector<std::string_view> items_under_test() const;
  bool is_faulty(std::string_view actor) const;  ///< a mock that was told to misbehave

  /// The blame for a fault of `who`: an actor, a kind of actor, or the host name of an actor.
  Blame blame(std::string_view who) const;

  /// The actor whose host that is, as the mocks name their hosts; empty where it is nobody's.
  std::string_view actor_at(std::string_view host) const;

  /// Who sent what this record shows: an actor where it is one, also where the record names its
  /// host; else that host.
  std::string_view sender(const Record& record) const;

  const StepView* step(std::string_view label) const;
  std::span<const StepView> steps() const { return steps_; }
  /// The step at which the case ended early, or null.
  const StepView* stopped_at() const;

  /// Whose fault it is that an operation ended without a result. What a driver calls "failed" is a
  /// fault of the product or of its driver; a call that it never answers is the driver's.
  Attribution attribution_of_stop(const StepView& step) const;
  /// Whether an operation ended without a result by the doing of its driver or of the harness, so
  /// that it shows nothing of any party.
  bool broke_off(const StepView& step) const;

  /// What a check finds whose step `label` was never reached: an error of the harness where the
  /// case did end as planned, else inconclusive, with whatever stopped the case.
  Finding not_reached(std::string_view label) const;
  /// The same for a step that was reached and did not succeed.
  Finding not_performed(const StepView& step) const;

  /// Records of `kind` at `party` for which `match` holds, in order.
  std::vector<const Record*> select(std::string_view party, std::string_view kind,
                                    const std::function<bool(const Record&)>& match) const;
  /// Events of that name at the actor, in order.
  std::vector<const Record*> events(std::string_view actor, std::string_view event) const;

 private:
  void read_step(const Record& record);
  const Record* event_record(std::string_view actor, std::int64_t sequence) const;

  std::span<const Record> records_;
  const Record* begin_ = nullptr;
  const Record* end_ = nullptr;
  std::vector<StepView> steps_;
};

/// Who sent what this record shows: an actor, or the host of one.
std::string_view sender_of(const Record& record);

/// Whose fault it is that an operation ended with an error of this code.
Attribution attribution_of_error(std::string_view code);

/// What `${label.field}` stands for, as the records tell it.
std::optional<json::value> look_up(const CaseView& view, std::string_view name);

/// A member that holds a whole number. The same number is signed when it was read from a transcript
/// and may be unsigned when it was just recorded; both are accepted.
std::optional<std::int64_t> whole_number(const json::object& object, std::string_view name);

/// Arguments of a check. A missing one or one of another type throws std::invalid_argument, which
/// the caller of the check turns into an error of the harness: the loader has checked them before.
std::string text_argument(const json::object& arguments, std::string_view name);
std::optional<std::string> optional_text(const json::object& arguments, std::string_view name);
std::optional<std::int64_t> optional_count(const json::object& arguments, std::string_view name);
std::vector<std::string> texts_argument(const json::object& arguments, std::string_view name);
const json::object& object_argument(const json::object& arguments, std::string_view name);
/// An empty object where the argument is absent.
const json::object& optional_object(const json::object& arguments, std::string_view name);

/// "record 7" or "records 7, 9 and 12".
std::string cite(const std::vector<std::uint64_t>& evidence);
std::string plural(std::size_t count, std::string_view noun);  ///< "1 event", "2 events"

}  // namespace parley::judge
