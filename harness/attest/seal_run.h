// From the files that a run wrote to what is signed: the transcript sealed, its records behind
// commitments, and a statement that says what the result says.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/crypto/signing_key.h"
#include "harness/evidence/bundle.h"
#include "harness/evidence/commitment.h"
#include "harness/judge/result.h"
#include "reports/proof.h"

namespace parley::attest {

/// What `parley run --out` leaves behind, but for its reports: those are rendered anew, from the
/// records as they are written, so that a verifier can do the same.
struct RunFiles {
  judge::RunResult result;
  std::string selection;
  std::string transcript;
};

/// One per run and lab: both editions of a run get the same salts, hence the same root, and nobody
/// without the lab's key can tell them.
evidence::SaltKey salts_of(const crypto::SigningKey& lab, const judge::RunInfo& run);

/// SHA-256 over what result.json says of who held the seats.
crypto::Digest32 iut_digest(const judge::RunInfo& run);
/// What was under test, for people: "PartnerApp@3.1.0, Other@2"; "mocks only" where nothing was.
std::string iut_text(const judge::RunInfo& run);
/// SHA-256 of the program's file, as the result has it; over name and version where it has none.
crypto::Digest32 harness_digest(const judge::RunInfo& run);
/// "base/1.0.0"
std::string profile_text(const judge::RunInfo& run);

/// The statement about a result, without subjects and without its transcript.
evidence::TestStatement statement_of(const judge::RunResult& result, const std::string& nonce);

/// `proof` is what report.html says of the suite itself.
/// kInvalid where the transcript is damaged or is not the one that the result names. The result of
/// a run that was killed names none: recover_run() first.
Result<evidence::BundleContent> seal_run(const RunFiles& files, evidence::Confidentiality edition,
                                         const std::string& nonce, evidence::SaltKey salts,
                                         const reports::Proof& proof);

}  // namespace parley::attest
