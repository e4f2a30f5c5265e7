#include "harness/judge/case_view.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "harness/judge/finding.h"
#include "harness/judge/service_view.h"

namespace parley::judge {
namespace {

std::string text_of(const json::object& facts, std::string_view name) {
  return std::string(get_string(facts, name).value_or(std::string_view()));
}

struct ErrorBlame {
  std::string_view code;
  Attribution attribution;
};
constexpr std::array<ErrorBlame, 6> kErrorBlames{{{"unsupported", Attribution::kDriver},
                                                  {"internal", Attribution::kHarness},
                                                  {"invalid", Attribution::kHarness},
                                                  {"timeout", Attribution::kNetwork},
                                                  {"closed", Attribution::kNetwork},
                                                  {"io", Attribution::kNetwork}}};

// Where partners and devices live in every World; mocks/cast/hosts.h gives them these names.
constexpr std::array<std::string_view, 2> kActorHosts{".device.test", ".partner.test"};

[[noreturn]] void bad_argument(std::string_view name, std::string_view type) {
  throw std::invalid_argument("argument \"" + std::string(name) + "\" must be " +
                              std::string(type));
}

}  // namespace

bool StepView::ok() const { return end != nullptr && get_bool(end->facts, "ok").value_or(false); }

const json::object* StepView::outcome() const {
  if (!ok()) return nullptr;
  return get_object(end->facts, is_await() ? "facts" : "result");
}

const json::object* StepView::arguments() const {
  return begin == nullptr ? nullptr : get_object(begin->facts, "arguments");
}

std::string_view StepView::error_code() const {
  const json::object* error = end == nullptr ? nullptr : get_object(end->facts, "error");
  if (error == nullptr) return {};
  return get_string(*error, "code").value_or(std::string_view());
}

std::string_view StepView::message_id() const {
  const json::object* facts = outcome();
  if (facts == nullptr) return {};
  return get_string(*facts, "id").value_or(std::string_view());
}

std::string StepView::text() const {
  return is_await() ? "\"" + event + "\" at " + actor : actor + " performs " + operation;
}

CaseView::CaseView(std::span<const Record> records) : records_(records) {
  for (const Record& record : records_) {
    if (record.tap != evidence::Tap::kStep) continue;
    if (record.kind == "case.begin") {
      begin_ = &record;
    } else if (record.kind == "case.end") {
      end_ = &record;
    } else {
      read_step(record);
    }
  }
}

void CaseView::read_step(const Record& record) {
  const bool begins = record.kind == "step.begin" || record.kind == "await.begin";
  const bool ends = record.kind == "step.end" || record.kind == "await.end";
  if (!begins && !ends) return;
  const auto index = whole_number(record.facts, "index");
  // Steps follow one another: an end belongs to the last step, if that one is still open and has
  // the same index. An end without a beginning still is a step.
  const bool continues = ends && !steps_.empty() && steps_.back().end == nullptr &&
                         steps_.back().begin != nullptr &&
                         whole_number(steps_.back().begin->facts, "index") == index;
  if (!continues) {
    StepView step;
    step.label = text_of(record.facts, "label");
    step.actor = text_of(record.facts, "actor");
    step.operation = text_of(record.facts, "operation");
    step.event = text_of(record.facts, "event");
    steps_.push_back(std::move(step));
  }
  StepView& step = steps_.back();
  (begins ? step.begin : step.end) = &record;
  if (!ends || !step.is_await() || !step.ok()) return;
  if (const auto sequence = whole_number(record.facts, "event_seq")) {
    step.arrived = event_record(step.actor, *sequence);
  }
}

// A party's events are numbered from 0, and each is one record at the event tap.
const Record* CaseView::event_record(std::string_view actor, std::int64_t sequence) const {
  for (const Record& record : records_) {
    if (record.tap != evidence::Tap::kEvent || record.party != actor) continue;
    if (sequence-- == 0) return &record;
  }
  return nullptr;
}

bool CaseView::completed() const {
  return end_ != nullptr && get_bool(end_->facts, "completed").value_or(true);
}

const json::object* CaseView::actor(std::string_view id) const {
  const json::object* actors = begin_ == nullptr ? nullptr : get_object(begin_->facts, "actors");
  return actors == nullptr ? nullptr : get_object(*actors, id);
}

std::vector<std::string_view> CaseView::actors_of_kind(std::string_view kind) const {
  std::vector<std::string_view> ids;
  const json::object* actors = begin_ == nullptr ? nullptr : get_object(begin_->facts, "actors");
  if (actors == nullptr) return ids;
  for (const auto& [id, facts] : *actors) {
    const json::object* object = facts.if_object();
    if (object != nullptr && get_string(*object, "kind") == kind) ids.push_back(id);
  }
  return ids;
}

std::vector<std::string_view> CaseView::items_under_test() const {
  std::vector<std::string_view> ids;
  const json::array* iut = begin_ == nullptr ? nullptr : get_array(begin_->facts, "iut");
  if (iut == nullptr) return ids;
  for (const json::value& id : *iut) {
    if (id.is_string()) ids.emplace_back(id.get_string());
  }
  return ids;
}

bool CaseView::is_iut(std::string_view actor) const {
  const json::array* iut = begin_ == nullptr ? nullptr : get_array(begin_->facts, "iut");
  if (iut == nullptr) return false;
  return std::any_of(iut->begin(), iut->end(), [&](const json::value& id) {
    return id.is_string() && std::string_view(id.get_string()) == actor;
  });
}

bool CaseView::is_faulty(std::string_view id) const {
  const json::object* facts = actor(id);
  return facts != nullptr && facts->contains("fault");
}

Blame CaseView::blame(std::string_view who) const {
  if (who.empty()) return {};
  if (actor(who) == nullptr && !actor_at(who).empty()) who = actor_at(who);
  if (const json::object* facts = actor(who)) {
    return {is_iut(who) ? Attribution::kIut : Attribution::kPeer,
            get_string(*facts, "kind").value_or("")};
  }
  const std::vector<std::string_view> ids = actors_of_kind(who);
  const bool iut =
      std::any_of(ids.begin(), ids.end(), [this](std::string_view id) { return is_iut(id); });
  return {iut ? Attribution::kIut : Attribution::kPeer, ids.empty() ? std::string_view() : who};
}

std::string_view CaseView::actor_at(std::string_view host) const {
  if (const std::string_view service = service_at(host); !service.empty()) {
    return gatekeeper_of(*this, service);
  }
  for (const std::string_view domain : kActorHosts) {
    if (!host.ends_with(domain)) continue;
    host.remove_suffix(domain.size());
    return actor(host) == nullptr ? std::string_view() : host;
  }
  return {};
}

std::string_view CaseView::sender(const Record& record) const {
  const std::string_view who = sender_of(record);
  if (actor(who) != nullptr) return who;
  const std::string_view known = actor_at(who);
  return known.empty() ? who : known;
}

const StepView* CaseView::step(std::string_view label) const {
  if (label.empty()) return nullptr;
  for (const StepView& step : steps_) {
    if (step.label == label) return &step;
  }
  return nullptr;
}

const StepView* CaseView::stopped_at() const {
  return completed() || steps_.empty() ? nullptr : &steps_.back();
}

bool CaseView::broke_off(const StepView& step) const {
  if (step.end == nullptr || step.is_await() || step.ok()) return false;
  if (get_bool(step.end->facts, "unanswered").value_or(false)) return true;
  const Attribution attribution = attribution_of_error(step.error_code());
  return attribution == Attribution::kDriver || attribution == Attribution::kHarness;
}

Attribution CaseView::attribution_of_stop(const StepView& step) const {
  if (step.end != nullptr && get_bool(step.end->facts, "unanswered").value_or(false)) {
    return Attribution::kDriver;
  }
  if (step.error_code() == "internal" && is_iut(step.actor)) return Attribution::kUnknown;
  // A value that a driver does not take: to set something is nobody's answer.
  if (step.error_code() == "invalid" && step.operation == "set" && is_iut(step.actor)) {
    return Attribution::kDriver;
  }
  return attribution_of_error(step.error_code());
}

Finding CaseView::not_reached(std::string_view label) const {
  const std::string expected = "the step \"" + std::string(label) + "\" is performed";
  if (begin_ == nullptr || end_ == nullptr) {
    return harness_error("case-cut-off", expected,
                         begin_ == nullptr ? "the case has no beginning on record"
                                           : "the case has no end on record");
  }
  if (completed()) {
    return harness_error("no-such-label", expected, "no step of the case has this label");
  }
  const StepView* stop = stopped_at();
  if (stop == nullptr) {
    return undecided("step-not-reached", expected, "the case ended before its first step",
                     {end_->seq}, Attribution::kUnknown);
  }
  Attribution attribution = attribution_of_stop(*stop);
  if (stop->is_await() || attribution == Attribution::kNetwork) attribution = Attribution::kUnknown;
  return undecided("step-not-reached", expected, "the case ended earlier: " + stop->text(),
                   {stop->end == nullptr ? stop->begin->seq : stop->end->seq}, attribution);
}

Finding CaseView::not_performed(const StepView& step) const {
  const std::string expected = "the step \"" + step.label + "\" succeeds";
  if (step.end == nullptr) {
    return harness_error("case-cut-off", expected, "the step has no end on record",
                         {step.begin->seq});
  }
  const std::string code(step.error_code());
  return undecided("step-not-performed", expected,
                   step.text() + ": " + (code.empty() ? "no result" : code), {step.end->seq},
                   step.is_await() ? Attribution::kUnknown : attribution_of_stop(step));
}

std::vector<const Record*> CaseView::select(std::string_view party, std::string_view kind,
                                            const std::function<bool(const Record&)>& match) const {
  std::vector<const Record*> found;
  for (const Record& record : records_) {
    if (record.kind == kind && record.party == party && match(record)) found.push_back(&record);
  }
  return found;
}

std::vector<const Record*> CaseView::events(std::string_view actor, std::string_view event) const {
  return select(actor, "event." + std::string(event),
                [](const Record& record) { return record.tap == evidence::Tap::kEvent; });
}

std::string_view sender_of(const Record& record) {
  return record.direction == evidence::Direction::kOut ? record.party : record.peer;
}

Attribution attribution_of_error(std::string_view code) {
  for (const ErrorBlame& blame : kErrorBlames) {
    if (blame.code == code) return blame.attribution;
  }
  return Attribution::kUnknown;
}

std::optional<json::value> look_up(const CaseView& view, std::string_view name) {
  std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const StepView* step = view.step(name.substr(0, dot));
  const json::object* object = step == nullptr ? nullptr : step->outcome();
  while (object != nullptr) {
    name.remove_prefix(dot + 1);
    dot = name.find('.');
    const json::value* field = object->if_contains(name.substr(0, dot));
    if (field == nullptr) return std::nullopt;
    if (dot == std::string_view::npos) return *field;
    object = field->if_object();
  }
  return std::nullopt;
}

std::optional<std::int64_t> whole_number(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || value->is_double()) return std::nullopt;
  boost::system::error_code ec;
  const auto number = value->to_number<std::int64_t>(ec);
  return ec ? std::nullopt : std::optional(number);
}

std::string text_argument(const json::object& arguments, std::string_view name) {
  const auto text = get_string(arguments, name);
  if (!text) bad_argument(name, "a text");
  return std::string(*text);
}

std::optional<std::string> optional_text(const json::object& arguments, std::string_view name) {
  if (!arguments.contains(name)) return std::nullopt;
  return text_argument(arguments, name);
}

std::optional<std::int64_t> optional_count(const json::object& arguments, std::string_view name) {
  if (!arguments.contains(name)) return std::nullopt;
  const auto value = whole_number(arguments, name);
  if (!value || *value < 0) bad_argument(name, "a whole number from 0 up");
  return value;
}

std::vector<std::string> texts_argument(const json::object& arguments, std::string_view name) {
  const json::array* array = get_array(arguments, name);
  if (array == nullptr) bad_argument(name, "a list of texts");
  std::vector<std::string> texts;
  for (const json::value& item : *array) {
    if (!item.is_string()) bad_argument(name, "a list of texts");
    texts.emplace_back(item.get_string());
  }
  return texts;
}

const json::object& object_argument(const json::object& arguments, std::string_view name) {
  const json::object* object = get_object(arguments, name);
  if (object == nullptr) bad_argument(name, "a mapping");
  return *object;
}

const json::object& optional_object(const json::object& arguments, std::string_view name) {
  static const json::object kNone;
  return arguments.contains(name) ? object_argument(arguments, name) : kNone;
}

std::string cite(const std::vector<std::uint64_t>& evidence) {
  std::string out = evidence.size() == 1 ? "record " : "records ";
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    if (i > 0) out += i + 1 == evidence.size() ? " and " : ", ";
    out += std::to_string(evidence[i]);
  }
  return out;
}

std::string plural(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace parley::judge
