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

constexpr std::array<std::string_view, 22> kKinds{
    "canary-contained", "ciphertext-only",   "client-refuses", "content-intact",
    "fields-declared",  "http-body-fields",  "http-exchange",  "indistinguishable",
    "key-sets-apart",   "media-refused",     "padding-varies", "personal-data-contained",
    "proxy-refused",    "push-token",        "refused-with",   "report-selected-only",
    "report-verified",  "served-over",       "stanza-fields",  "stanza-seen",
    "timestamp-sane",   "withdrawal-as-easy"};

bool is_exchange(const Record& record) {
  return (record.tap == Tap::kHttp || record.tap == Tap::kStanza) &&
         record.direction != Direction::kNone;
}

// The actors under test who have written down nothing of what they exchanged. A mock may be called
// the one under test, too, and keeps records as ever.
std::vector<std::string_view> unseen_products(const CaseView& view) {
  std::vector<std::string_view> unseen = view.items_under_test();
  std::erase_if(unseen, [&view](std::string_view actor) {
    return std::ranges::any_of(view.records(), [actor](const Record& record) {
      return record.party == actor && is_exchange(record);
    });
  });
  return unseen;
}

// Which of them the record shows an exchange with; empty where it shows none.
std::string_view product_at(const CaseView& view, const std::vector<std::string_view>& unseen,
                            const Record& record) {
  if (!is_exchange(record)) return {};
  const std::string_view peer = record.peer;
  const std::string_view actor = view.actor(peer) == nullptr ? view.actor_at(peer) : peer;
  return std::ranges::find(unseen, actor) == unseen.end() ? std::string_view() : actor;
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
  const std::vector<std::string_view> unseen = unseen_products(view);
  if (unseen.empty()) return {};
  std::vector<Record> both;
  both.reserve(2 * records.size());
  for (const Record& record : records) {
    both.push_back(record);
    const std::string_view actor = product_at(view, unseen, record);
    if (!actor.empty()) both.push_back(from_other_end(view, record, actor));
  }
  if (both.size() == records.size()) return {};
  return both;
}

}  // namespace parley::judge
