#include "harness/cli/claimed_operations.h"

#include <algorithm>
#include <string>

#include "harness/run/observability.h"
#include "harness/scenario/vocabulary.h"

namespace parley::cli {
namespace {

// Whether an actor who performs it sits in one of the seats. A partner's proxy performs nothing of
// its own.
bool is_asked_of(std::string_view operation, std::span<const std::string_view> seats) {
  return std::ranges::any_of(scenario::actor_kinds(), [&](const scenario::ActorKindSpec& kind) {
    return scenario::find_operation(operation, kind.kind) != nullptr &&
           std::ranges::find(seats, run::seat_of_kind(kind.name)) != seats.end();
  });
}

}  // namespace

std::vector<driver::ClaimedOperation> claimed_operations(const scenario::Claim& claim,
                                                         std::span<const std::string_view> seats) {
  std::vector<driver::ClaimedOperation> out;
  for (const scenario::ClaimItem& item : scenario::claim_items()) {
    if (!claim.find(item.group, item.name).value_or(false)) continue;
    for (const std::string_view operation : item.operations) {
      const bool known =
          std::ranges::find(out, operation, &driver::ClaimedOperation::operation) != out.end();
      if (known || !is_asked_of(operation, seats)) continue;
      out.push_back(
          {std::string(operation), std::string(item.group) + "." + std::string(item.name)});
    }
  }
  return out;
}

}  // namespace parley::cli
