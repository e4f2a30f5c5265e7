// What happened in a test case: the sequence diagram, and its records as a table.
#pragma once

#include <span>
#include <string>

#include "harness/evidence/record.h"
#include "harness/judge/result.h"

namespace parley::reports {

/// Nothing of what happened is left out, but a case that passed is told shorter. There, the diagram
/// has the steps, what checks cite and what passed between; in the table, acts between the same two
/// parties that no check cites share a row, each with its number; and only cited records are
/// decoded to the last field.
void append_trace(std::string& out, const judge::CaseResult& result,
                  std::span<const evidence::Record> records);

}  // namespace parley::reports
