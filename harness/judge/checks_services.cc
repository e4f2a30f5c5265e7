// Whether an act at one of the gatekeeper's services leaves another service as it was. Compared is
// what becomes of messages, before and after the act, at both services.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/judge/service_view.h"
#include "harness/wire/operations.h"

namespace parley::judge {
namespace {

using evidence::Direction;

/// What became of one message.
struct Fate {
  const StepView* step = nullptr;
  std::string service;
  std::string to;
  bool arrived = false;
  std::uint64_t came = 0;  ///< the record with which it came to the server; 0: none
  Evidence evidence;
};

bool is_stanza_of(const Record& record, std::string_view tag, std::string_view id) {
  if (record.tap != evidence::Tap::kStanza) return false;
  const json::object* node = get_object(record.facts, "node");
  if (node == nullptr || get_string(*node, "tag") != tag) return false;
  const json::object* attributes = get_object(*node, "attrs");
  return attributes != nullptr && get_string(*attributes, "id") == id;
}

/// Follows the message from its sender through the service's gatekeeper to its receiver. Whether
/// the server took it, it must say: what never got there tells nothing of consent.
std::variant<Fate, Finding> fate_of(const CaseView& view, const std::string& label) {
  const StepView* step = view.step(label);
  if (step == nullptr) return view.not_reached(label);
  const bool refused = step->error_code() == "refused";
  if (!step->ok() && !refused) return view.not_performed(*step);
  const std::string id(step->message_id());
  const json::object* arguments = step->arguments();
  Fate fate;
  fate.step = step;
  fate.service = service_of(view, step->actor);
  fate.to = arguments == nullptr ? "" : get_string(*arguments, "to").value_or("");
  const std::string expected = "\"" + label + "\" sends a message to a user of the same service";
  if ((id.empty() && !refused) || fate.service.empty() ||
      service_of(view, fate.to) != fate.service) {
    return harness_error("no-message", expected, step->text() + " to \"" + fate.to + "\"",
                         {step->end->seq});
  }
  const std::string_view gatekeeper = gatekeeper_of(view, fate.service);
  fate.evidence.push_back(step->end->seq);
  if (refused) return fate;  // openly, which is as good as an answer to the message
  bool taken = false;
  for (const Record& record : view.records()) {
    const bool in = record.direction == Direction::kIn;
    const bool at_server = record.party == gatekeeper;
    if (is_stanza_of(record, "message", id) && (at_server || (in && record.party == fate.to))) {
      const bool handed_on = !at_server || !in;
      (handed_on ? fate.arrived : taken) = true;
      if (!handed_on && fate.came == 0) fate.came = record.seq;
    } else if (in && record.party == step->actor && is_stanza_of(record, "ack", id)) {
      taken = true;
    } else {
      continue;
    }
    fate.evidence.push_back(record.seq);
  }
  if (!fate.arrived && !taken) {
    return undecided("message-not-taken", "the gatekeeper takes \"" + label + "\" from its sender",
                     "neither the message nor an acknowledgement of it is on record", fate.evidence,
                     Attribution::kUnknown);
  }
  return fate;
}

/// Whether the receiver has gone and not come back: then a message that does not arrive says
/// nothing.
bool is_away(const CaseView& view, const std::string& user) {
  const auto left = view.events(user, "disconnected");
  const auto came = view.events(user, "connected");
  return !left.empty() && (came.empty() || came.back()->seq < left.back()->seq);
}

/// Requests by which users change what becomes of their messages.
constexpr std::array<std::string_view, 3> kChanges = {
    wire::op::kSettingsSet, wire::op::kBlocklistSet, wire::op::kAccountDelete};

/// Who sent this record to a server of the service: one of its users; else empty.
std::string_view sender_at(const CaseView& view, const Record& record, std::string_view service) {
  std::string_view who = record.party;
  if (record.direction == Direction::kIn) {
    if (record.party != gatekeeper_of(view, service)) return {};
    who = view.actor(record.peer) == nullptr ? view.actor_at(record.peer) : record.peer;
  }
  const bool user = who != gatekeeper_of(view, service) && service_of(view, who) == service;
  return user ? who : std::string_view();
}

/// The request of a client at that service that changes something between the two records, or null.
const Record* change_between(const CaseView& view, std::uint64_t from, std::uint64_t to,
                             const std::string& service) {
  for (const Record& record : view.records()) {
    if (record.seq < from || record.seq > to) continue;
    if (record.tap != evidence::Tap::kStanza) continue;
    const auto operation = get_string(record.facts, "operation");
    if (std::find(kChanges.begin(), kChanges.end(), operation) == kChanges.end()) continue;
    if (!sender_at(view, record, service).empty()) return &record;
  }
  return nullptr;
}

std::string told_of(const Fate& fate) {
  return "\"" + fate.step->label + "\" " + (fate.arrived ? "arrived" : "was withheld");
}

/// Two messages at one service, before and after the act.
using Pair = std::array<Fate, 2>;

std::variant<Pair, Finding> pair_of(const CaseView& view, const json::object& arguments,
                                    std::string_view name) {
  const std::vector<std::string> labels = texts_argument(arguments, name);
  if (labels.size() != 2) {
    return harness_error("wrong-count", "two messages, before and after the act",
                         "\"" + std::string(name) + "\" has " + plural(labels.size(), "label"));
  }
  Pair pair;
  for (std::size_t i = 0; i < pair.size(); ++i) {
    auto found = fate_of(view, labels[i]);
    if (auto* finding = std::get_if<Finding>(&found)) return std::move(*finding);
    pair[i] = std::move(std::get<Fate>(found));
  }
  return pair;
}

std::string told_of(const Pair& pair) {
  return pair[0].service + ": " + told_of(pair[0]) + ", " + told_of(pair[1]);
}

bool is_after(const StepView& act, const Fate& fate) {
  return fate.step->begin->seq > act.end->seq;
}

bool lies_around(const StepView& act, const Pair& pair) {
  return pair[0].step->end->seq < act.begin->seq && is_after(act, pair[1]) &&
         pair[0].service == pair[1].service;
}

void append(Evidence& evidence, const Fate& fate) {
  evidence.insert(evidence.end(), fate.evidence.begin(), fate.evidence.end());
}

/// What one check compares, in the order in which it needs it: that the act crossed over can be
/// seen although it stopped the test case.
class Comparison {
 public:
  Comparison(const CheckInput& input, const CaseView& view, const StepView& act)
      : input_(input),
        view_(view),
        act_(act),
        here_(service_of(view, act.actor)),
        expected_("\"" + act.label + "\" has its effect at one service, and none at the other") {}

  Finding judge() {
    auto unchanged = pair_of(view_, input_.arguments, "unchanged");
    if (auto* finding = std::get_if<Finding>(&unchanged)) return std::move(*finding);
    const Pair& there = std::get<Pair>(unchanged);
    for (const Fate& fate : there) append(evidence_, fate);
    if (here_.empty() || there[0].service == here_ || !lies_around(act_, there)) {
      return senseless(told_of(there) + ", and not at another service, before and after the act");
    }
    if (there[0].arrived != there[1].arrived) return crossed(there);
    return judge_effect(there);
  }

 private:
  Finding crossed(const Pair& there) const {
    if (there[0].arrived && is_away(view_, there[1].to)) {
      return undecided("receiver-away", expected_,
                       told_of(there) + "; " + there[1].to + " was not connected", evidence_,
                       Attribution::kUnknown);
    }
    // A client that uses both services may have carried it over itself, by a request of its own.
    const Fate& after = there[1];
    const std::uint64_t sent = after.step->begin->seq;
    if (const Record* change = change_between(view_, act_.begin->seq, sent, after.service)) {
      const std::string_view who = sender_at(view_, *change, there[1].service);
      return failed("carried-over", expected_,
                    told_of(there) + " because " + std::string(who) + " asked for it (record " +
                        std::to_string(change->seq) + ")",
                    {change->seq}, view_.blame(who));
    }
    // A message that was long on its way met with what later acts had made of the service.
    if (const Record* change = change_between(view_, sent, after.came, after.service)) {
      return undecided("came-late", expected_,
                       told_of(there) + "; it came to the server only after another act (record " +
                           std::to_string(change->seq) + ")",
                       {change->seq, after.came}, Attribution::kUnknown);
    }
    return failed("crossed-over", expected_, told_of(there) + " although nobody acted there",
                  evidence_, view_.blame(text_argument(input_.arguments, "blames")));
  }

  /// Nothing crossed over: could it have?
  Finding judge_effect(const Pair& there) {
    auto changed = pair_of(view_, input_.arguments, "changed");
    if (auto* finding = std::get_if<Finding>(&changed)) return std::move(*finding);
    const Pair& here = std::get<Pair>(changed);
    for (const Fate& fate : here) append(evidence_, fate);
    if (here[0].service != here_ || !lies_around(act_, here)) {
      return senseless(told_of(here) + ", and not at the act's service, before and after it");
    }
    auto found = fate_of(view_, text_argument(input_.arguments, "sentinel"));
    if (auto* finding = std::get_if<Finding>(&found)) return std::move(*finding);
    const Fate& sentinel = std::get<Fate>(found);
    append(evidence_, sentinel);
    if (sentinel.service != there[0].service || !is_after(act_, sentinel)) {
      return senseless(told_of(sentinel) + ", and not at the other service after the act");
    }
    const std::string seen = told_of(here) + "; " + told_of(there) + ", " + told_of(sentinel);
    if (here[0].arrived == here[1].arrived) {
      return undecided("act-without-effect", expected_, seen, evidence_, Attribution::kUnknown);
    }
    if (sentinel.arrived == there[1].arrived) {
      return undecided("sentinel-alike", expected_, seen, evidence_, Attribution::kUnknown);
    }
    return passed(expected_, seen, evidence_);
  }

  Finding senseless(std::string observed) const {
    return harness_error("senseless-comparison", expected_, std::move(observed), evidence_);
  }

  const CheckInput& input_;
  const CaseView& view_;
  const StepView& act_;
  const std::string here_;
  const std::string expected_;
  Evidence evidence_;
};

}  // namespace

Finding judge_services_independent(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string label = text_argument(input.arguments, "act");
  const StepView* act = view.step(label);
  if (act == nullptr) return view.not_reached(label);
  if (!act->ok()) return view.not_performed(*act);
  return Comparison(input, view, *act).judge();
}

}  // namespace parley::judge
