// How every page of ours looks.
#pragma once

#include <string>
#include <string_view>

namespace parley::reports {

/// Pages are readable without it; nothing is fetched. Verdicts keep their words and symbols, so
/// that no colour is needed to tell them apart.
extern const std::string_view kPageStyle;

/// Style for the foot of every printed page: the report, the first 16 digits of its result's
/// digest, and which page of how many it is.
std::string running_titles(std::string_view report, std::string_view result_digest);

}  // namespace parley::reports
