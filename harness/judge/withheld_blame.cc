#include "harness/judge/withheld_blame.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "harness/judge/finding.h"
#include "harness/scenario/placeholder.h"

namespace parley::judge {
namespace {

using evidence::Direction;
using evidence::Role;

constexpr std::array<std::string_view, 15> kOmissions{"not-seen",
                                                      "not-delivered",
                                                      "no-receipt",
                                                      "silent-loss",
                                                      "messages-lost",
                                                      "no-answer",
                                                      "no-explicit-refusal",
                                                      "no-result",
                                                      "did-not-survive",
                                                      "wrong-count",
                                                      "slower",
                                                      "too-late",
                                                      "no-address",
                                                      "no-upstream-of-its-own",
                                                      "not-served"};

constexpr std::string_view kGatekeeper = "gatekeeper";
constexpr std::string_view kWrongOrder = "wrong-order";

// Where a message was lost, or fell behind another: with an actor, or, without one, between two of
// them.
struct Loss {
  std::string_view holder;
  Attribution attribution = Attribution::kUnknown;  ///< where there is no holder
  std::string how;
};

bool is_message(const Record& record, std::string_view id) {
  if (record.kind != "stanza") return false;
  const json::object* node = get_object(record.facts, "node");
  const json::object* attributes = node == nullptr ? nullptr : get_object(*node, "attrs");
  return attributes != nullptr && get_string(*node, "tag") == "message" &&
         get_string(*attributes, "id") == id;
}

// Whether the party's own eyes are on record.
bool is_tapped(const CaseView& view, std::string_view party) {
  return std::ranges::any_of(view.records(), [party](const Record& record) {
    return record.kind == "stanza" && record.party == party;
  });
}

template <class Match>
bool has_message(const CaseView& view, std::string_view id, Direction direction, Match match) {
  return std::ranges::any_of(view.records(), [&](const Record& record) {
    return record.direction == direction && match(record) && is_message(record, id);
  });
}

// By its own account, at the end of the case.
bool is_connected(const CaseView& view, std::string_view actor) {
  bool connected = false;
  for (const Record& record : view.records()) {
    if (record.party != actor || record.tap != evidence::Tap::kEvent) continue;
    if (record.kind == "event.connected") connected = true;
    if (record.kind == "event.disconnected") connected = false;
  }
  return connected;
}

// Whether it connected once more after that record: what it had not acknowledged was due again.
bool came_back(const CaseView& view, std::string_view actor, std::uint64_t after) {
  return std::ranges::any_of(view.records(), [&](const Record& record) {
    return record.seq > after && record.party == actor && record.kind == "event.connected";
  });
}

// What was sealed for the receiver, and so had everything that it takes to be sent.
bool is_sealed(const CaseView& view, std::string_view from, std::string_view id) {
  return !view.select(from, "message",
                      [id](const Record& record) {
                        return record.direction == Direction::kOut &&
                               get_string(record.facts, "id") == id;
                      })
              .empty();
}

// A server that says why it keeps a message for itself may have been made to do so by either end.
bool is_refused(const CaseView& view, std::string_view id) {
  return std::ranges::any_of(view.records(), [id](const Record& record) {
    if (record.role != Role::kGatekeeperServer) return false;
    if (record.kind == "event.dropped") return get_string(record.facts, "id") == id;
    if (record.kind != "stanza" || record.direction != Direction::kOut) return false;
    const json::object* node = get_object(record.facts, "node");
    const json::object* attributes = node == nullptr ? nullptr : get_object(*node, "attrs");
    return attributes != nullptr && get_string(*node, "tag") == "ack" &&
           attributes->contains("error") && get_string(*attributes, "id") == id;
  });
}

// Nothing where the message came to its receiver, or where nobody saw how far it came.
std::optional<Loss> loss_of(const CaseView& view, const StepView& sending, std::string_view to) {
  const std::string_view id = sending.message_id();
  const std::string_view from = sending.actor;
  const auto at = [](std::string_view party) {
    return [party](const Record& record) { return record.party == party; };
  };
  const auto at_server = [](const Record& record) {
    return record.role == Role::kGatekeeperServer;
  };
  const auto servers = view.actors_of_kind(kGatekeeper);
  if (id.empty() || servers.empty() || !is_tapped(view, from) || !is_tapped(view, to)) return {};
  if (has_message(view, id, Direction::kIn, at(to))) return {};
  if (!has_message(view, id, Direction::kOut, at(from))) {
    if (!is_sealed(view, from, id)) return {};
    return Loss{from, Attribution::kUnknown, std::string(from) + " did not send the message"};
  }
  if (std::ranges::none_of(servers, [&](std::string_view one) { return is_tapped(view, one); })) {
    return {};
  }
  if (!has_message(view, id, Direction::kIn, at_server)) {
    return Loss{{}, Attribution::kNetwork, "the message was sent and did not come to the server"};
  }
  const auto out = std::ranges::find_if(view.records(), [&](const Record& record) {
    return record.direction == Direction::kOut && at_server(record) && record.peer == to &&
           is_message(record, id);
  });
  if (out != view.records().end() && came_back(view, to, out->seq)) {
    return Loss{
        servers.front(), Attribution::kUnknown,
        "the server did not pass the message on again when " + std::string(to) + " had come back"};
  }
  if (out != view.records().end()) {
    return Loss{{},
                Attribution::kNetwork,
                "the server sent the message and it did not come to " + std::string(to)};
  }
  if (is_refused(view, id) || !is_connected(view, to)) return {};
  return Loss{servers.front(), Attribution::kUnknown, "the server did not pass the message on"};
}

const StepView* sending_step(const CaseView& view, std::string_view id) {
  const auto steps = view.steps();
  const auto found = std::ranges::find_if(
      steps, [&](const StepView& step) { return !step.is_await() && step.message_id() == id; });
  return found == steps.end() ? nullptr : &*found;
}

// The step that sent the message which the check is about, and to whom; null where it is about
// none.
std::pair<const StepView*, std::string> message_of(const CaseView& view,
                                                   const json::object& arguments) {
  const auto label = get_string(arguments, "message");
  const auto at = get_string(arguments, "at");
  if (label && at) return {view.step(*label), std::string(*at)};
  const auto actor = get_string(arguments, "actor");
  const json::object* where = get_object(arguments, "where");
  if (!actor || where == nullptr || get_string(arguments, "event") != "message") return {};
  const scenario::Lookup look = [&view](std::string_view name) { return look_up(view, name); };
  const auto resolved = scenario::resolve(*where, look);
  const auto id = resolved.ok() ? get_string(*resolved, "id") : std::nullopt;
  if (!id) return {};
  return {sending_step(view, *id), std::string(*actor)};
}

// Where at one place the first of two messages passed; nothing where either is not on record there.
template <class Match>
std::optional<bool> passed_in_order(const CaseView& view, std::string_view first,
                                    std::string_view then, Direction direction, Match match) {
  const auto place = [&](std::string_view id) {
    return std::ranges::find_if(view.records(), [&](const Record& record) {
      return record.direction == direction && match(record) && is_message(record, id);
    });
  };
  const auto a = place(first);
  const auto b = place(then);
  if (a == view.records().end() || b == view.records().end()) return std::nullopt;
  return a < b;
}

// Who, or what, first had the two messages the wrong way round; nothing where they were not sent
// by one actor in this order, or where one of the places on their way kept no records.
std::optional<Loss> disorder_of(const CaseView& view, const StepView& first, const StepView& then) {
  const std::string_view a = first.message_id();
  const std::string_view b = then.message_id();
  const std::string_view to = first.actor;
  const StepView* sent_a = a.empty() ? nullptr : sending_step(view, a);
  const StepView* sent_b = b.empty() ? nullptr : sending_step(view, b);
  if (sent_a == nullptr || sent_b == nullptr || sent_a->actor != sent_b->actor ||
      then.actor != to || sent_a->begin->seq > sent_b->begin->seq) {
    return {};
  }
  const std::string_view from = sent_a->actor;
  const auto at = [](std::string_view party) {
    return [party](const Record& record) { return record.party == party; };
  };
  const auto at_server = [](const Record& record) {
    return record.role == Role::kGatekeeperServer;
  };
  const auto to_receiver = [to](const Record& record) {
    return record.role == Role::kGatekeeperServer && record.peer == to;
  };
  const auto servers = view.actors_of_kind(kGatekeeper);
  const auto left = passed_in_order(view, a, b, Direction::kOut, at(from));
  const auto taken = passed_in_order(view, a, b, Direction::kIn, at_server);
  const auto relayed = passed_in_order(view, a, b, Direction::kOut, to_receiver);
  const auto arrived = passed_in_order(view, a, b, Direction::kIn, at(to));
  if (servers.empty() || !left || !taken || !relayed || !arrived) return {};
  if (!*left) return Loss{from, Attribution::kUnknown, std::string(from) + " sent them so"};
  if (!*taken) return Loss{{}, Attribution::kNetwork, "they came to the server so"};
  if (!*relayed)
    return Loss{servers.front(), Attribution::kUnknown, "the server passed them on so"};
  if (!*arrived) return Loss{{}, Attribution::kNetwork, "they came to " + std::string(to) + " so"};
  return Loss{to, Attribution::kUnknown, "they came to " + std::string(to) + " in their order"};
}

void withhold(Finding& finding, Blame blame, const std::string& why) {
  finding.verdict = Verdict::kInconclusive;
  finding.attribution = blame.attribution;
  finding.blamed = std::move(blame.party);
  finding.observed += "; but " + why;
}

}  // namespace

bool is_omission(std::string_view code) {
  return std::ranges::find(kOmissions, code) != kOmissions.end();
}

void withhold_blame(const CaseView& view, const DeclaredCheck& declared, CheckResult& check) {
  Finding& finding = check.finding;
  if (finding.verdict != Verdict::kFail) return;
  std::optional<Loss> loss;
  if (finding.code == kWrongOrder) {
    const StepView* first = view.step(text_argument(declared.arguments, "first"));
    const StepView* then = view.step(text_argument(declared.arguments, "then"));
    if (first != nullptr && then != nullptr) loss = disorder_of(view, *first, *then);
  } else if (is_omission(finding.code)) {
    const StepView* stop = view.stopped_at();
    // "invalid" may be what a client says of an answer that it cannot read. To set something is
    // nobody's answer: there it says that the driver does not take the value.
    const bool may_be_about_others =
        stop != nullptr && stop->error_code() == "invalid" && stop->operation != "set";
    if (stop != nullptr && view.broke_off(*stop) && !may_be_about_others) {
      return withhold(finding, view.attribution_of_stop(*stop),
                      "the case ended earlier: " + stop->text());
    }
    const auto [sending, to] = message_of(view, declared.arguments);
    if (sending != nullptr && sending->ok()) loss = loss_of(view, *sending, to);
  }
  if (!loss) return;
  const Blame holder = loss->holder.empty() ? Blame(loss->attribution) : view.blame(loss->holder);
  if (!loss->holder.empty() && holder.party == finding.blamed) return;
  withhold(finding, holder, loss->how);
}

}  // namespace parley::judge
