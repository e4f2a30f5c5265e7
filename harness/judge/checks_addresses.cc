// Checks on the addresses in stanzas: that they are internal ones, and that they survive the binary
// form.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/judge/case_view.h"
#include "harness/judge/checks.h"
#include "harness/judge/finding.h"
#include "harness/wire/node_codec.h"

namespace parley::judge {
namespace {

/// Attributes by which stanzas are routed.
constexpr std::array<std::string_view, 5> kRouting = {"to", "from", "jid", "participant",
                                                      "recipient"};
/// Servers of addresses: native users, partners' users, and native users once more.
constexpr std::array<std::string_view, 3> kServers = {"s.whatsapp.net", "interop", "lid"};

void collect_addresses(const wire::Node& node, std::vector<std::string>& addresses) {
  for (const auto& [name, value] : node.attributes) {
    if (std::ranges::find(kRouting, std::string_view(name)) != kRouting.end()) {
      addresses.push_back(value);
    }
  }
  for (const wire::Node& child : node.children()) collect_addresses(child, addresses);
}

bool is_internal(const std::string& address) {
  const std::string_view server =
      address.starts_with('@') ? std::string_view(address).substr(1) : std::string_view(address);
  if (std::ranges::find(kServers, server) != kServers.end()) return true;
  const std::optional<wire::Jid> jid = wire::Jid::parse(address);
  return jid && std::ranges::find(kServers, jid->server) != kServers.end();
}

std::set<std::string, std::less<>> visible_identifiers(const CaseView& view) {
  std::set<std::string, std::less<>> identifiers;
  for (const std::string_view id : view.actors_of_kind("partner-user")) {
    const json::object* facts = view.actor(id);
    const auto identifier = facts == nullptr ? std::nullopt : get_string(*facts, "identifier");
    if (identifier) identifiers.emplace(*identifier);
  }
  return identifiers;
}

/// The stanzas that the party sent, where their bytes are on record as a whole: as they left a
/// mock, as they arrived from a product under test.
std::vector<std::pair<const Record*, wire::Node>> stanzas_of(const CaseView& view,
                                                             std::string_view party) {
  std::vector<std::pair<const Record*, wire::Node>> found;
  const auto wanted = view.is_iut(party) ? evidence::Direction::kIn : evidence::Direction::kOut;
  for (const Record& record : view.records()) {
    if (record.kind != "stanza" || record.direction != wanted || view.sender(record) != party ||
        record.body.size() != record.body_size) {
      continue;
    }
    Result<wire::Node> node = wire::unpack_stanza(record.body);
    if (node.ok()) found.emplace_back(&record, *std::move(node));
  }
  return found;
}

}  // namespace

Finding judge_addresses_internal(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string at = text_argument(input.arguments, "at");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected = "internal addresses alone in the stanzas of " + at;
  if (view.actor(at) == nullptr) {
    return harness_error("no-such-actor", expected, "the case has no actor \"" + at + "\"");
  }
  const auto identifiers = visible_identifiers(view);
  std::size_t count = 0;
  for (const auto& [record, node] : stanzas_of(view, at)) {
    std::vector<std::string> addresses;
    collect_addresses(node, addresses);
    for (const std::string& address : addresses) {
      if (identifiers.contains(address)) {
        return failed("visible-identifier", expected, "a stanza is addressed by " + address,
                      {record->seq}, blame);
      }
      if (!is_internal(address)) {
        return failed("foreign-address", expected, "a stanza is addressed by " + address,
                      {record->seq}, blame);
      }
      ++count;
    }
  }
  if (count == 0) {
    return undecided("nothing-to-judge", expected, "no stanza of its has an address", {},
                     Attribution::kUnknown);
  }
  return passed(expected, std::to_string(count) + " addresses, all internal");
}

Finding judge_addresses_round_trip(const CheckInput& input) {
  const CaseView view(input.records);
  const std::string at = text_argument(input.arguments, "at");
  const Blame blame = view.blame(text_argument(input.arguments, "blames"));
  const std::string expected = "interop addresses of " + at + " that read the same written again";
  if (view.actor(at) == nullptr) {
    return harness_error("no-such-actor", expected, "the case has no actor \"" + at + "\"");
  }
  std::size_t count = 0;
  Evidence evidence;
  for (const auto& [record, node] : stanzas_of(view, at)) {
    std::vector<std::string> addresses;
    collect_addresses(node, addresses);
    std::erase_if(addresses, [](const std::string& a) { return !a.ends_with("@interop"); });
    if (addresses.empty()) continue;
    for (const std::string& address : addresses) {
      const std::optional<wire::Jid> jid = wire::Jid::parse(address);
      if (jid && jid->integrator != 0 && jid->text() == address) continue;
      return failed("malformed-address", expected, address, {record->seq}, blame);
    }
    const Result<wire::Node> again = wire::unpack_stanza(wire::pack_stanza(node));
    if (!again.ok() || wire::to_json(*again) != wire::to_json(node)) {
      return failed("changed-by-writing", expected, "a stanza reads differently", {record->seq},
                    blame);
    }
    count += addresses.size();
    if (evidence.size() < 10) evidence.push_back(record->seq);
  }
  if (count == 0) {
    return undecided("nothing-to-judge", expected, "no stanza of its has an interop address", {},
                     Attribution::kUnknown);
  }
  return passed(expected, std::to_string(count) + " addresses", evidence);
}

}  // namespace parley::judge
