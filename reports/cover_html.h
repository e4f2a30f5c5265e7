// The first page: what was tested, and what came of it.
#pragma once

#include <string>

#include "reports/page.h"

namespace parley::reports {

/// Title, identity and sentence of the report; goes into <header>.
std::string cover(const Page& page);

/// For readers who do not write software: at most 250 words, then the points of Article 7 with
/// their statuses, and counts.
std::string summary_section(const Page& page);

/// The words of that summary alone, as paragraphs.
std::string summary_words(const judge::RunResult& result);

}  // namespace parley::reports
