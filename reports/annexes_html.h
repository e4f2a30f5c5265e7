// The annexes that need nothing but the run's own description.
#pragma once

#include <string>

#include "harness/judge/result.h"

namespace parley::reports {

/// What the items under test are said to offer, and what the tests were told besides (ICS, IXIT).
std::string capabilities_section(const judge::RunResult& result);

/// Versions, digests, clock and seed: all that makes the run repeatable.
std::string environment_section(const judge::RunResult& result);

/// The report's words, in plain language.
std::string glossary_section();

/// How the page was made for everybody to read.
std::string accessibility_section();

}  // namespace parley::reports
