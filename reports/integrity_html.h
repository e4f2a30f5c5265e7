// What ties this page to a run, and how a reader checks it without believing anybody.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// What is known before anything is signed: digests of result and transcript. The page is itself
/// among what is signed, so signature, ledger and time stamp cannot stand in it; the section says
/// how to check them, with Parley and without.
std::string integrity_section(const judge::RunResult& result);

/// Hex SHA-256 of result.json as it is written: canonical JSON and a newline.
std::string result_digest(const judge::RunResult& result);

}  // namespace parley::reports
