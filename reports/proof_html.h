// The parts of pages that show why a fail of the suite can be believed, and a pass too.
#pragma once

#include <string>

#include "reports/proof.h"

namespace parley::reports {

/// The annex of report.html on how this suite was proven, below its heading: hash, counts, each
/// kind of check with the quirks that were made for it, what was left out, and what all this does
/// not show.
void append_proof(std::string& out, const Proof& proof);

/// Tables for the section and for the page of the kill matrix. Nothing where there is no row.
/// `collateral`: also finds that no quirk names.
void append_checks(std::string& out, const Proof& proof, bool collateral);
void append_equivalents(std::string& out, const Proof& proof);
void append_reasons(std::string& out, const std::vector<ProofReason>& reasons, const char* caption,
                    const char* what);
void append_unshown(std::string& out, const Proof& proof);
/// What is wrong with the matrix, in a box.
void append_troubles(std::string& out, const Proof& proof);

}  // namespace parley::reports
