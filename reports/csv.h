// findings.csv (RFC 4180), for spreadsheets and databases.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// A header, then one row per judged check; one row with an empty check for a case that has none
/// (it was not executed), and one per examination of the document register, whose case is
/// "register". Every cell is quoted and has one line, lines end with CRLF, and no cell is a formula
/// to a spreadsheet: one that would be begins with an apostrophe.
std::string render_csv(const judge::RunResult& result);

}  // namespace parley::reports
