// What shows that the suite's checks can fail: a kill matrix and the catalogue of quirks, put
// together for reports.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/cli/suite.h"
#include "harness/judge/result.h"
#include "harness/prove/impostor_trials.h"
#include "harness/prove/kill_matrix.h"
#include "mocks/quirks/quirk.h"
#include "mocks/quirks/separation.h"
#include "mocks/quirks/unshown.h"
#include "reports/proof.h"

namespace parley::cli {

/// Of a matrix as prove::to_json() writes it. What the matrix and the catalogue do not agree on is
/// among the troubles: a quirk of one that the other lacks, a kind of check that does not exist,
/// something that an impostor passes without an excuse.
reports::Proof proof_of(const json::object& matrix, std::span<const mocks::quirks::Quirk> quirks,
                        std::span<const mocks::quirks::Separation> separations,
                        std::span<const prove::Excuse> excuses = {},
                        std::span<const mocks::quirks::Unshown> unshown = {});

/// Of a matrix that was just seen, with what its rules say against it.
reports::Proof proof_of(const prove::KillMatrix& seen, std::span<const mocks::quirks::Quirk> quirks,
                        std::span<const mocks::quirks::Separation> separations,
                        std::span<const prove::Excuse> excuses = {},
                        std::span<const mocks::quirks::Unshown> unshown = {});

/// The accepted matrix that the binary carries. kInvalid where it cannot be read.
Result<json::object> embedded_matrix(const Suite& suite);

/// Of the accepted matrix; no trial is run. nullopt, with diagnostics, where the suite carries none
/// that can be read.
std::optional<reports::Proof> accepted_proof(const Suite& suite,
                                             std::vector<Diagnostic>& diagnostics);

/// What result.json says of it.
judge::SuiteInfo suite_info(const reports::Proof& proof);

}  // namespace parley::cli
