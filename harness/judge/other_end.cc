#include "harness/judge/other_end.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "harness/judge/case_view.h"

namespace parley::judge {
namespace {

using evidence::Direction;
using evidence::Tap;

constexpr std::array<std::string_view, 10> kKinds{
    "client-refuses", "http-body-fields", "http-exchange", "indistinguishable", "key-sets-apart",
    "push-token",     "refused-with",     "stanza-fields", "stanza-seen",       "timestamp-sane"};

bool is_exchange(const Record& record) {
  return (record.tap == Tap::kHttp || record.tap == Tap::kStanza) &&
         record.direction != Direction::kNone;
}

// The actor under test at the other end; empty where there is none, or it is not the product's.
std::string_view product_at(const CaseView& view, const Record& record) {
  const std::string_view peer = record.peer;
  const std::string_view actor = view.actor(peer) == nullptr ? view.actor_at(peer) : peer;
  return view.is_iut(actor) && !view.is_iut(record.party) ? actor : std::string_view();
}

Record from_other_end(const CaseView& view, const Record& record, std::string_view actor) {
  Record other = record;
  other.party = std::string(actor);
  other.peer = record.party;
  other.direction = record.direction == Direction::kIn ? Direction::kOut : Direction::kIn;
  const json::object* facts = view.actor(actor);
  const auto role = facts == nullptr ? std::nullopt : get_string(*facts, "role");
  if (role) {
    if (const auto parsed = evidence::parse_role(*role); parsed.ok()) other.role = *parsed;
  }
  return other;
}

}  // namespace

bool goes_by_other_end(std::string_view check_kind) {
  return std::ranges::find(kKinds, check_kind) != kKinds.end();
}

std::vector<Record> seen_from_both_ends(std::span<const Record> records) {
  const CaseView view(records);
  const bool any = std::ranges::any_of(records, [&view](const Record& record) {
    return is_exchange(record) && !product_at(view, record).empty();
  });
  if (!any) return {};
  std::vector<Record> both;
  both.reserve(2 * records.size());
  for (const Record& record : records) {
    both.push_back(record);
    if (!is_exchange(record)) continue;
    const std::string_view actor = product_at(view, record);
    if (!actor.empty()) both.push_back(from_other_end(view, record, actor));
  }
  return both;
}

}  // namespace parley::judge
