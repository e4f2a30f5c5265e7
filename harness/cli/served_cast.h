// The cast of `parley serve`: who is there, which of them Parley plays, and which are the
// product's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/cli/suite.h"
#include "harness/driver/party.h"
#include "harness/scenario/scenario.h"

namespace parley::cli {

/// The side that Parley plays. The other one is the product's: nobody is made for it, and the cast
/// only tells the mocks of it.
enum class ServedSide { kGatekeeper, kPartner };
std::string_view to_string(ServedSide side);  ///< "gatekeeper", "partner"

/// Whether actors of that kind are on the side.
bool plays(ServedSide side, std::string_view kind);

struct ServedCast {
  std::string title;
  std::vector<driver::ActorSpec> actors;
  std::vector<scenario::Operation> steps;   ///< what the side's own actors do at the beginning
  std::vector<std::string> left_to_others;  ///< "bob: enlist": what they do not do, being others'
};

/// Reads a set-up in the scenario language (docs/scenarios.md): a file, or one that Parley carries
/// by its id; empty: the cast of docs/serve.md. Steps of the side's actors must be operations.
/// nullopt, and at least one diagnostic, where anything is wrong, or nobody is on the side.
std::optional<ServedCast> load_served_cast(const Suite& suite, const std::string& name,
                                           ServedSide side, std::vector<Diagnostic>& diagnostics);

}  // namespace parley::cli
