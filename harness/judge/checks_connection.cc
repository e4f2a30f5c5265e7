// Checks on chat connections as a whole: how they begin, what a client says of itself, and when it
// comes back.
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/scenario/match.h"
#include "schemas/chat.pb.h"

namespace parley::judge {
namespace {

using evidence::Direction;

/// Whether the record shows something that `actor` sent while its connection had no name yet: at
/// the server, which knows the device's host, or, where the server is not ours, at the actor.
bool sent_by(const CaseView& view, const Record& record, std::string_view actor, bool at_server) {
  if (!at_server) return record.party == actor && record.direction == Direction::kOut;
  if (record.role != evidence::Role::kGatekeeperServer || record.direction != Direction::kIn) {
    return false;
  }
  return record.peer == actor || view.actor_at(record.peer) == actor;
}

/// What the actor sent of that kind, as the server saw it if it saw any of it.
std::vector<const Record*> sent_records(const CaseView& view, std::string_view actor,
                                        std::string_view kind) {
  for (const bool at_server : {true, false}) {
    std::vector<const Record*> found;
    for (const Record& record : view.records()) {
      if (record.kind == kind && sent_by(view, record, actor, at_server)) found.push_back(&record);
    }
    if (!found.empty()) return found;
  }
  return {};
}

/// The ephemeral key of a client hello; empty where the frame is another.
Bytes hello_ephemeral(const Record& record) {
  wire::pb::HandshakeMessage message;
  if (!message.ParseFromArray(record.body.data(), static_cast<int>(record.body.size())) ||
      !message.has_client_hello()) {
    return {};
  }
  return to_bytes(as_bytes(message.client_hello().ephemeral()));
}

std::vector<std::string> optional_texts(const json::object& arguments, std::string_view name) {
  return arguments.contains(name) ? texts_argument(arguments, name) : std::vector<std::string>();
}

/// The first two of the records that have the same in that field; none where all differ. One
/// without it has nothing that another could have, too.
Evidence first_with_same(const std::vector<const Record*>& records, std::string_view field) {
  std::map<std::string, std::uint64_t> seen;
  for (const Record* record : records) {
    const json::value* value = record->facts.if_contains(field);
    if (value == nullptr) continue;
    const auto [place, fresh] = seen.emplace(canonical(*value), record->seq);
    if (!fresh) return {place->second, record->seq};
  }
  return {};
}

bool lacks_field(const json::object& facts, const std::vector<std::string>& fields,
                 std::string& missing) {
  for (const std::string& field : fields) {
    if (facts.contains(field)) continue;
    missing = field;
    return true;
  }
  return false;
}

/// Pauses between the attempts to connect while the service was down, one list per outage.
std::vector<std::vector<Duration>> pauses_by_outage(const CaseView& view, std::string_view actor,
                                                    Evidence& evidence) {
  std::vector<std::vector<Duration>> outages;
  std::optional<TimePoint> last;
  bool down = false;
  for (const Record& record : view.records()) {
    if (record.kind == "step.begin" && get_string(record.facts, "operation") == "set") {
      const json::object* arguments = get_object(record.facts, "arguments");
      const auto chat = arguments == nullptr ? std::nullopt : get_string(*arguments, "chat");
      if (!chat) continue;
      if (*chat == "down" && !down) outages.emplace_back();
      down = *chat == "down";
      last.reset();
    }
    if (!down || record.kind != "event.turned-away") continue;
    if (get_string(record.facts, "from_actor") != actor) continue;
    if (last) outages.back().push_back(record.time - *last);
    last = record.time;
    evidence.push_back(record.seq);
  }
  return outages;
}

std::string seconds_text(const std::vector<Duration>& pauses) {
  std::string text;
  for (const Duration pause : pauses) {
    const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(pause).count() / 100;
    text += (text.empty() ? "" : ", ") + std::to_string(tenths / 10) + "." +
            std::to_string(tenths % 10) + " s";
  }
  return text;
}

/// Whether two outages were answered in lockstep: every pause the same within a hundredth.
bool in_step(const std::vector<Duration>& a, const std::vector<Duration>& b) {
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const Duration difference = a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
    if (difference * 100 > a[i]) return false;
  }
  return true;
}

}  // namespace

Finding judge_ephemerals_fresh(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string actor = text_argument(input.arguments, "at");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const auto wanted =
      static_cast<std::size_t>(optional_count(input.arguments, "count").value_or(2));
  const std::string expected = "each of " + plural(wanted, "connection") + " of " + actor +
                               " or more begins with an ephemeral key of its own";
  std::map<Bytes, std::uint64_t> seen;
  Evidence evidence;
  for (const Record* record : sent_records(view, actor, "noise.handshake")) {
    const Bytes ephemeral = hello_ephemeral(*record);
    if (ephemeral.empty()) continue;
    evidence.push_back(record->seq);
    const auto [place, fresh] = seen.emplace(ephemeral, record->seq);
    if (fresh) continue;
    return failed("ephemeral-key-reused", expected,
                  "the same key in " + cite({place->second, record->seq}),
                  {place->second, record->seq}, blame);
  }
  if (seen.size() < wanted) {
    return undecided("too-few-connections", expected, plural(seen.size(), "handshake") + " seen",
                     evidence, Attribution::kUnknown);
  }
  return passed(expected, plural(seen.size(), "key") + ", all different", evidence);
}

Finding judge_login_payload(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string actor = text_argument(input.arguments, "at");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const json::object& equals = optional_object(input.arguments, "equals");
  const std::vector<std::string> fields = optional_texts(input.arguments, "fields");
  const std::vector<std::string> fresh = optional_texts(input.arguments, "fresh");
  std::string expected = "every login of " + actor;
  std::string_view joint = " ";
  const auto expect = [&](const std::string& what) {
    expected += std::string(std::exchange(joint, ", and ")) + what;
  };
  if (!equals.empty()) expect("says " + canonical(equals));
  for (const std::string& field : fields) expect("has " + field);
  for (const std::string& field : fresh) expect("has another " + field);
  const std::vector<const Record*> logins = sent_records(view, actor, "login.payload");
  Evidence evidence;
  for (const Record* login : logins) {
    evidence.push_back(login->seq);
    std::string missing;
    if (lacks_field(login->facts, fields, missing)) {
      return failed("field-missing", expected, cite({login->seq}) + " has no " + missing,
                    {login->seq}, blame);
    }
    if (scenario::matches(equals, login->facts)) continue;
    return failed("login-differs", expected, canonical(login->facts), {login->seq}, blame);
  }
  for (const std::string& field : fresh) {
    const Evidence same = first_with_same(logins, field);
    if (!same.empty()) {
      return failed("field-reused", expected, "the same " + field + " in " + cite(same), same,
                    blame);
    }
  }
  if (!fresh.empty() && logins.size() == 1) {
    return undecided("too-few-logins", expected, "1 login seen", evidence, Attribution::kUnknown);
  }
  if (logins.empty()) {
    return undecided("no-login", expected, "no login on record", {}, Attribution::kUnknown);
  }
  return passed(expected, plural(logins.size(), "login") + " seen", evidence);
}

Finding judge_reconnects_spread(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string actor = text_argument(input.arguments, "at");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  constexpr std::size_t kPauses = 4;
  const std::string expected =
      actor + " waits longer after each failure, and not by the same clock each time";
  Evidence evidence;
  const auto outages = pauses_by_outage(view, actor, evidence);
  std::string observed;
  for (const auto& pauses : outages) {
    observed += (observed.empty() ? "" : "; ") + seconds_text(pauses);
  }
  bool enough = outages.size() >= 2;
  for (const auto& pauses : outages) {
    enough = enough && pauses.size() >= kPauses;
    // One outage is enough to see that pauses do not grow.
    if (pauses.size() < kPauses || pauses.back() >= 2 * pauses.front()) continue;
    return failed("no-backoff", expected, observed, evidence, blame);
  }
  if (!enough) {
    return undecided("too-few-attempts", expected,
                     "needed are two outages of " + plural(kPauses, "pause") +
                         ", seen: " + (observed.empty() ? "none" : observed),
                     evidence, Attribution::kUnknown);
  }
  if (in_step(outages[0], outages[1])) {
    return failed("no-jitter", expected, observed, evidence, blame);
  }
  return passed(expected, observed, evidence);
}

}  // namespace parley::judge
