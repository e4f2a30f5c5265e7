// What every request and stanza must look like.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/wire/node_codec.h"
#include "harness/wire/operations.h"
#include "harness/wire/profile.h"

namespace parley::judge {
namespace {

using evidence::Direction;

// "/push" also where the partner's base address has a path of its own.
bool is_push(const Record& record, const wire::Operation& push) {
  if (record.kind != "http.request" || get_string(record.facts, "method") != push.method) {
    return false;
  }
  std::string_view target = get_string(record.facts, "target").value_or(std::string_view());
  target = target.substr(0, target.find('?'));
  return target.ends_with(push.path) && (record.role == evidence::Role::kPartnerServer ||
                                         record.role == evidence::Role::kGatekeeperServer);
}

std::string what_is_wrong(const Record& push) {
  const Result<json::value> body = parse_json(as_text(push.body), "body", {64 * 1024, 16});
  if (!body) return "the body is no JSON: " + body.error().message;
  const json::object* object = body->if_object();
  if (object == nullptr) return "the body is no object";
  if (!get_string(*object, "to")) return "\"to\" is missing or no text";
  for (const auto& member : *object) {
    if (member.key() != "to") return "the body also carries \"" + std::string(member.key()) + "\"";
  }
  return {};
}

bool is_client(evidence::Role role) {
  return role == evidence::Role::kGatekeeperClient || role == evidence::Role::kPartnerClient;
}

// Whether the node means to be that operation: its element, its fixed attributes and its children
// are those of the operation, whatever else may be wrong.
bool means(const wire::Operation& operation, const wire::Node& node) {
  const wire::ElementTemplate& wanted = *operation.stanza;
  if (!wanted.accepts_tag(node.tag)) return false;
  for (const auto& attribute : wanted.attributes) {
    if (attribute.absent && node.has(attribute.name)) return false;
    if (attribute.absent || !attribute.slot.is_literal() || !node.has(attribute.name)) continue;
    const std::vector<std::string>& words = attribute.slot.literals;
    if (std::find(words.begin(), words.end(), node.attribute(attribute.name)) == words.end()) {
      return false;
    }
  }
  return std::all_of(
      wanted.children.begin(), wanted.children.end(), [&](const wire::ElementTemplate& child) {
        const bool needed = child.cardinality == wire::Cardinality::kOne ||
                            child.cardinality == wire::Cardinality::kSome;
        return !needed ||
               std::any_of(node.children().begin(), node.children().end(),
                           [&](const wire::Node& n) { return child.accepts_tag(n.tag); });
      });
}

// Whether the profile does not know at all what the node is about. A native product speaks of many
// such things; only a stanza that means to be one of the profile's operations can be wrong.
bool is_foreign(const wire::Profile& profile, const wire::Node& node, wire::Direction direction) {
  return std::none_of(profile.operations().begin(), profile.operations().end(),
                      [&](const wire::Operation& operation) {
                        return operation.stanza && operation.direction == direction &&
                               means(operation, node);
                      });
}

bool is_native_product(const CaseView& view, std::string_view who) {
  const json::object* actor = view.actor(who);
  return view.is_iut(who) && actor != nullptr && get_string(*actor, "kind") == "whatsapp-user";
}

// A stanza that we send and that is wrong makes the test worthless: our error. One of a product
// under test, or of a mock that was told to misbehave, is a finding.
Finding invalid_stanza(const CaseView& view, const Record& record, const std::string& expected,
                       const std::string& wrong) {
  const std::string_view sender = view.sender(record);
  const std::string observed =
      std::string(sender) + " sent record " + std::to_string(record.seq) + ": " + wrong;
  if (view.is_iut(sender) || view.is_faulty(sender)) {
    return failed("invalid-stanza", expected, observed, {record.seq}, view.blame(sender));
  }
  return harness_error("invalid-stanza", expected, observed, {record.seq});
}

// Whether the harness has told the actor to send what is none of the profile's stanzas.
bool told_to_disturb(const CaseView& view, std::string_view actor, std::uint64_t before) {
  return std::ranges::any_of(view.steps(), [&](const StepView& step) {
    return step.actor == actor && (step.operation == "inject" || step.operation == "fault") &&
           step.begin->seq < before;
  });
}

/// Stanzas that were made wrong on purpose: who sent them, and their ids. A product under test
/// cannot excuse itself: only what it was told to do counts.
std::set<std::pair<std::string, std::string>> deliberate(const CaseView& view) {
  std::set<std::pair<std::string, std::string>> stanzas;
  for (const Record& record : view.records()) {
    if (record.kind != "event.disturbed") continue;
    if (view.is_iut(record.party) && !told_to_disturb(view, record.party, record.seq)) continue;
    if (!get_bool(record.facts, "malformed").value_or(false)) continue;
    stanzas.emplace(record.party, get_string(record.facts, "id").value_or(""));
  }
  return stanzas;
}

}  // namespace

Finding judge_push_body_minimal(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string expected = R"(the body of a push is exactly {"to": …})";
  const wire::Operation* push = input.profile.find(wire::op::kPush);
  if (push == nullptr || push->path.empty()) {
    return harness_error("no-such-operation", expected,
                         "the wire profile does not say what a push is");
  }
  std::size_t pushes = 0;
  for (const Record& record : view.records()) {
    if (!is_push(record, *push)) continue;
    ++pushes;
    const std::string wrong = what_is_wrong(record);
    if (wrong.empty()) continue;
    const std::string sender = record.direction == Direction::kOut ? record.party : "gatekeeper";
    return failed("push-says-more", expected, "record " + std::to_string(record.seq) + ": " + wrong,
                  {record.seq}, view.blame(sender));
  }
  return upheld(expected,
                plural(pushes, "push record") + " in " + plural(input.records.size(), "record") +
                    ": all minimal",
                pushes);
}

Finding judge_wire_profile_valid(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string expected =
      "every stanza is one that wire profile " + input.profile.id() + " allows";
  std::size_t stanzas = 0;
  std::size_t foreign = 0;
  const auto disturbed = deliberate(view);
  for (const Record& record : view.records()) {
    if (record.tap != evidence::Tap::kStanza || record.kind != "stanza") continue;
    // Each stanza once: where it is sent, and, where a product under test sent it, on arrival.
    const bool sent = record.direction == Direction::kOut && !view.is_iut(record.party);
    const std::string_view sender = view.sender(record);
    const bool from_iut = record.direction == Direction::kIn && view.is_iut(sender);
    if (!sent && !from_iut) continue;
    const bool from_client = is_client(record.role) == (record.direction == Direction::kOut);
    const Result<wire::Node> node = wire::unpack_stanza(record.body);
    if (!node) return invalid_stanza(view, record, expected, node.error().text());
    if (disturbed.contains({std::string(sender), std::string(node->attribute("id"))})) continue;
    const wire::Direction direction =
        from_client ? wire::Direction::kClientToServer : wire::Direction::kServerToClient;
    const bool native = is_native_product(view, sender);
    if (native && is_foreign(input.profile, *node, direction)) {
      ++foreign;
      continue;
    }
    ++stanzas;
    // It may also say more than an operation needs.
    if (native && input.profile.classify(*node, direction) != nullptr) continue;
    const Status valid = input.profile.validate(*node, direction);
    if (!valid) return invalid_stanza(view, record, expected, valid.error().text());
  }
  const std::string passed_over =
      foreign == 0 ? "" : "; passed over: " + plural(foreign, "stanza") + " of native talk";
  return upheld(expected,
                plural(stanzas, "stanza") + " in " + plural(input.records.size(), "record") +
                    ": all valid" + passed_over,
                stanzas);
}

}  // namespace parley::judge
