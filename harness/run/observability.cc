#include "harness/run/observability.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "harness/base/glob.h"
#include "harness/base/join.h"
#include "harness/evidence/record.h"
#include "harness/judge/other_end.h"
#include "harness/scenario/payload.h"

namespace parley::run {
namespace {

using evidence::Tap;

// Whose records a check needs.
enum class Whose {
  kActor,        ///< of the actor that the argument names
  kActors,       ///< of those that it lists
  kStep,         ///< of the actor of the step that the argument names
  kSteps,        ///< of the steps that it lists
  kServers,      ///< of every partner's server
  kProber,       ///< of who calls with other versions of TLS
  kGatekeepers,  ///< of every gatekeeper's server
};

struct Need {
  std::string_view check;
  Tap tap;
  Whose whose;
  std::string_view argument;
};

// What a kind of check cannot do without. Kinds that are not here go by events, results and what
// the other end of an exchange records. A test holds the kinds to those that exist.
constexpr std::array kNeeds = std::to_array<Need>({
    {"client-address-passed", Tap::kNoise, Whose::kGatekeepers, ""},
    {"client-refuses", Tap::kStanza, Whose::kStep, "step"},
    {"ciphertext-only", Tap::kHttp, Whose::kActor, "at"},
    {"download-stated", Tap::kHttp, Whose::kActor, "at"},
    {"download-stated", Tap::kMessage, Whose::kStep, "message"},
    {"frames-unchanged", Tap::kNoise, Whose::kActor, "at"},
    {"frames-unchanged", Tap::kNoise, Whose::kGatekeepers, ""},
    {"http-body-fields", Tap::kHttp, Whose::kActor, "at"},
    {"http-exchange", Tap::kHttp, Whose::kActor, "at"},
    {"ids-unique", Tap::kMessage, Whose::kActor, "actor"},
    {"indistinguishable", Tap::kStanza, Whose::kActor, "at"},
    {"key-sets-apart", Tap::kHttp, Whose::kActor, "at"},
    {"media-refused", Tap::kMessage, Whose::kStep, "message"},
    {"not-degraded", Tap::kMessage, Whose::kActors, "baseline"},
    {"not-degraded", Tap::kMessage, Whose::kActors, "compared"},
    {"old-tls-refused", Tap::kHttp, Whose::kProber, ""},
    {"one-upstream-each", Tap::kNoise, Whose::kGatekeepers, ""},
    {"padding-varies", Tap::kMessage, Whose::kActor, "at"},
    {"padding-varies", Tap::kStanza, Whose::kActor, "at"},
    {"proxy-refused", Tap::kMessage, Whose::kStep, "message"},
    {"push-token", Tap::kHttp, Whose::kActor, "at"},
    {"relayed-unchanged", Tap::kHttp, Whose::kActor, "at"},
    {"relayed-unchanged", Tap::kHttp, Whose::kServers, ""},
    {"relayed-unchanged", Tap::kMessage, Whose::kStep, "message"},
    {"sent-by-device", Tap::kHttp, Whose::kGatekeepers, ""},
    {"stanza-fields", Tap::kStanza, Whose::kActor, "at"},
    {"stanza-seen", Tap::kStanza, Whose::kActor, "at"},
    {"timestamp-sane", Tap::kStanza, Whose::kActor, "at"},
    {"tls-accepted", Tap::kHttp, Whose::kProber, ""},
    {"upstream-ends", Tap::kNoise, Whose::kGatekeepers, ""},
    {"withdrawal-as-easy", Tap::kStanza, Whose::kSteps, "giving"},
    {"withdrawal-as-easy", Tap::kStanza, Whose::kSteps, "withdrawing"},
});

// What lies on a partner's server, as the gatekeeper asks for it.
constexpr std::string_view kReference = "/{reference}";

// Who is at the other end of an HTTP exchange, by the kind of actor at whose end it is looked for
// and by its target. What does not stand here may be with anybody, or with nobody of the cast.
struct HttpOtherEnd {
  std::string_view kind;
  std::string_view target;
  std::array<std::string_view, 2> seats;
};

constexpr std::array kHttpOtherEnds = std::to_array<HttpOtherEnd>({
    {"partner", "/push", {"gatekeeper-server"}},
    {"partner", "/abuse", {"gatekeeper-server"}},
    {"partner", "/.well-known/*", {"gatekeeper-server"}},
    {"partner", "/links/*", {"gatekeeper-server", "gatekeeper-client"}},
    {"partner", "/token", {"partner-client"}},
    {"partner", "/media", {"partner-client"}},
    {"partner", kReference, {"gatekeeper-server"}},
    {"partner-user", "/3p/*", {"gatekeeper-server"}},
    {"partner-user", "/v/*", {"gatekeeper-server"}},
    {"partner-user", "/interop/*", {"gatekeeper-server"}},
    {"partner-user", "/wake", {"partner-server"}},
});

// The target of which a check speaks, also where its kind says so alone.
std::string_view target_of(const scenario::PlannedCheck& check) {
  if (check.kind == "push-token") return "/push";
  if (check.kind == "ciphertext-only") return kReference;
  if (check.kind == "key-sets-apart") return "/.well-known/jwks";
  return get_string(check.arguments, "target").value_or("");
}

// The seats of those with whom an actor of that kind exchanges what the check looks for; none where
// they are not known.
std::vector<std::string_view> other_ends(const scenario::PlannedCheck& check, Tap tap,
                                         std::string_view kind) {
  if (tap == Tap::kMessage) {
    // Who opens a message finds how long it was.
    if (check.kind != "padding-varies") return {};
    if (kind == "partner-user") return {"gatekeeper-client"};
    return {"partner-client"};
  }
  if (kind == "gatekeeper") {
    if (tap == Tap::kStanza) return {"partner-client", "gatekeeper-client"};
    return {"partner-client", "gatekeeper-client", "partner-server"};
  }
  if (tap == Tap::kStanza) return {"gatekeeper-server"};
  std::vector<std::string_view> seats;
  for (const HttpOtherEnd& row : kHttpOtherEnds) {
    if (tap != Tap::kHttp || row.kind != kind || !glob_match(row.target, target_of(check)))
      continue;
    for (const std::string_view seat : row.seats) {
      if (!seat.empty()) seats.push_back(seat);
    }
  }
  return seats;
}

// Whether what the check needs of that actor stands in the records of who is at the other end.
bool seen_at_other_end(const scenario::PlannedCheck& check, Tap tap, std::string_view kind,
                       std::span<const std::string> driven_seats) {
  if (!judge::goes_by_other_end(check.kind)) return false;
  const auto seats = other_ends(check, tap, kind);
  return !seats.empty() && std::ranges::none_of(seats, [&](std::string_view seat) {
    return std::ranges::find(driven_seats, seat) != driven_seats.end();
  });
}

// Requests whose refusal the one who made them reports with its reason, as their result; that of a
// message is an event. Of any other operation, and where an error is all that comes back, the
// reason stands in the answer of the other side alone.
constexpr std::array<std::string_view, 4> kReported{"connect", "enlist", "request-token", "report"};

// What a client may not get done without its own server, whose refusal nobody else sees.
constexpr std::array<std::string_view, 6> kAsksOwnServer{
    "connect", "enlist", "probe-media", "request-token", "retry-media", "send-media"};

bool reports_refusal(const scenario::Operation& refused) {
  if (refused.operation.starts_with("send-")) return true;
  return !refused.expect_error &&
         std::ranges::find(kReported, refused.operation) != kReported.end();
}

// Of a larger file the transcript keeps the beginning; that it was sealed is then known from who
// opened it.
bool is_large(const scenario::Operation& sending) {
  const json::object* media = get_object(sending.arguments, "media");
  if (media == nullptr) return false;
  const auto payload = scenario::read_payload(*media);
  return payload.ok() && payload->size > evidence::kMaxBodyBytes;
}

const scenario::Operation* step_of(const scenario::TestCase& test_case, std::string_view label) {
  for (const scenario::Step& step : test_case.steps) {
    if (step.label == label) return std::get_if<scenario::Operation>(&step.act);
  }
  return nullptr;
}

std::vector<std::string_view> words(const json::object& arguments, std::string_view name) {
  std::vector<std::string_view> out;
  if (const auto word = get_string(arguments, name)) out.push_back(*word);
  if (const json::array* list = get_array(arguments, name)) {
    for (const json::value& item : *list) {
      if (item.is_string()) out.emplace_back(item.get_string());
      if (!item.is_array()) continue;
      for (const json::value& inner : item.get_array()) {
        if (inner.is_string()) out.emplace_back(inner.get_string());
      }
    }
  }
  return out;
}

// The actors whose records the check needs.
std::vector<std::string> looked_at(const scenario::TestCase& test_case,
                                   const scenario::PlannedCheck& check, const Need& need) {
  std::vector<std::string> actors;
  switch (need.whose) {
    case Whose::kActor:
    case Whose::kActors:
      for (const std::string_view who : words(check.arguments, need.argument)) {
        actors.emplace_back(who);
      }
      break;
    case Whose::kStep:
    case Whose::kSteps:
      for (const std::string_view label : words(check.arguments, need.argument)) {
        const scenario::Operation* operation = step_of(test_case, label);
        if (operation != nullptr) actors.push_back(operation->actor);
      }
      break;
    case Whose::kServers:
    case Whose::kGatekeepers: {
      const scenario::ActorKind kind = need.whose == Whose::kServers
                                           ? scenario::ActorKind::kPartner
                                           : scenario::ActorKind::kGatekeeper;
      for (const scenario::Actor& actor : test_case.actors) {
        if (actor.kind == kind) actors.push_back(actor.id);
      }
      break;
    }
    case Whose::kProber:
      for (const scenario::Step& step : test_case.steps) {
        const auto* operation = std::get_if<scenario::Operation>(&step.act);
        if (operation != nullptr && operation->operation == "probe-tls") {
          actors.push_back(operation->actor);
        }
      }
      break;
  }
  return actors;
}

std::string_view meaning(Tap tap) {
  switch (tap) {
    case Tap::kHttp:
      return "the HTTP exchanges";
    case Tap::kNoise:
      return "the frames";
    case Tap::kStanza:
      return "the stanzas";
    case Tap::kMessage:
      return "the decrypted messages";
    default:
      return "the records";
  }
}

std::string told(const scenario::PlannedCheck& check, Tap tap, const std::string& actor) {
  return "not-observable: the check " + check.kind + " needs " + std::string(meaning(tap)) +
         " as " + actor + " sees them, and " + actor + " is under test";
}

// A driver is told of time that passes in one leap: however often its product would have woken up
// in between, it wakes up once.
std::string in_one_leap(const std::string& actor) {
  return "not-observable: how long " + actor +
         " waits between two attempts, where time passes in " + "one leap for it, and " + actor +
         " is under test";
}

// A test case with drivers in some of its seats.
class Watched {
 public:
  Watched(const scenario::TestCase& test_case, std::span<const std::string> driven_seats)
      : test_case_(test_case), driven_seats_(driven_seats) {}

  /// Why the check cannot be judged; empty where it can.
  std::string why_not(const scenario::PlannedCheck& check) const {
    if (check.invariant) return {};
    for (const Need& need : kNeeds) {
      if (need.check != check.kind) continue;
      for (const std::string& actor : looked_at(test_case_, check, need)) {
        if (is_hidden(check, need.tap, actor)) return told(check, need.tap, actor);
      }
    }
    if (check.kind == "reconnects-spread") {
      const std::string at(get_string(check.arguments, "at").value_or(""));
      return is_driven(at) ? in_one_leap(at) : std::string();
    }
    return check.kind == "refused-with" ? why_no_reason(check) : std::string();
  }

  /// Why nothing of the test case can be judged, whatever it checks; empty where something can.
  std::string why_nothing() const {
    for (const scenario::Step& step : test_case_.steps) {
      const auto* sending = std::get_if<scenario::Operation>(&step.act);
      if (sending == nullptr || !is_large(*sending)) continue;
      const std::string to(get_string(sending->arguments, "to").value_or(""));
      if (!is_driven(to)) continue;
      return "not-observable: whether a file of that size is sealed on its way is known from " +
             to + ", who opens it and is under test";
    }
    return {};
  }

 private:
  bool is_driven(const std::string& id) const {
    const scenario::Actor* actor = test_case_.find_actor(id);
    return actor != nullptr &&
           std::ranges::find(driven_seats_, seat_of_kind(scenario::to_string(actor->kind))) !=
               driven_seats_.end();
  }
  bool is_hidden(const scenario::PlannedCheck& check, Tap tap, const std::string& id) const {
    const scenario::Actor* actor = test_case_.find_actor(id);
    return is_driven(id) &&
           !seen_at_other_end(check, tap, scenario::to_string(actor->kind), driven_seats_);
  }
  std::string why_no_reason(const scenario::PlannedCheck& check) const {
    const auto label = get_string(check.arguments, "step");
    const scenario::Operation* refused = label ? step_of(test_case_, *label) : nullptr;
    if (refused == nullptr || reports_refusal(*refused)) return {};
    const bool own_server =
        std::ranges::find(kAsksOwnServer, refused->operation) != kAsksOwnServer.end();
    const bool hidden =
        own_server ? is_driven(refused->actor) : is_hidden(check, Tap::kStanza, refused->actor);
    return hidden ? told(check, Tap::kStanza, refused->actor) : std::string();
  }

  const scenario::TestCase& test_case_;
  std::span<const std::string> driven_seats_;
};

// Why a test case that is about the holders of some seats is not for those under test.
std::string about_others(const scenario::TestCase& test_case,
                         std::span<const std::string> driven_seats) {
  if (driven_seats.empty() || test_case.seats.empty()) return {};
  const bool theirs = std::ranges::any_of(test_case.seats, [&](const std::string& seat) {
    return std::ranges::find(driven_seats, seat) != driven_seats.end();
  });
  return theirs ? "" : "it is about who holds " + joined(test_case.seats, " or ");
}

}  // namespace

std::string_view seat_of_kind(std::string_view actor_kind) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kSeats{{
      {"gatekeeper", "gatekeeper-server"},
      {"whatsapp-user", "gatekeeper-client"},
      {"partner", "partner-server"},
      {"partner-user", "partner-client"},
  }};
  for (const auto& [kind, seat] : kSeats) {
    if (kind == actor_kind) return seat;
  }
  return {};
}

std::string not_observable(const scenario::PlannedCase& planned,
                           std::span<const std::string> driven_seats) {
  std::string why = about_others(*planned.test_case, driven_seats);
  const Watched watched(*planned.test_case, driven_seats);
  if (why.empty()) why = watched.why_nothing();
  for (const scenario::PlannedCheck& check : planned.checks) {
    if (!why.empty()) break;
    if (!check.when_observable) why = watched.why_not(check);
  }
  return why;
}

std::string why_left_out(const scenario::PlannedCase& planned, const scenario::PlannedCheck& check,
                         std::span<const std::string> driven_seats) {
  if (!check.when_observable) return {};
  return Watched(*planned.test_case, driven_seats).why_not(check);
}

std::vector<std::string> driven_seats_of(const judge::RunInfo& run) {
  std::vector<std::string> driven;
  for (const judge::SeatHolder& holder : run.seats) {
    if (!holder.driver.empty()) driven.push_back(holder.seat);
  }
  return driven;
}

}  // namespace parley::run
