// Where a part of report.html can be pointed at: "#text.delivery", "#MSG-003.4". Links into a
// report go on working as long as the ids of test cases, checks and requirements do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace parley::reports {

/// The id of the element for something with that id. Different ids give different anchors; letters,
/// digits and ".-=,:" stay as they are and "[...]" becomes "(...)", so that people can read and
/// write them: "text.both-ways(to=partner)".
std::string anchor(std::string_view id);

/// A record of a test case: "text.delivery.34".
std::string record_anchor(std::string_view case_id, std::uint64_t seq);

/// The finding of a check of a test case: "text.delivery/content-intact".
std::string finding_anchor(std::string_view case_id, std::string_view check_id);

/// The n-th piece of evidence for a requirement, from 1: "MSG-003.4".
std::string evidence_anchor(std::string_view requirement, std::size_t number);

/// A link inside the page. `text` is shown as it is, not as markup.
std::string link_to(std::string_view anchor, std::string_view text);

/// The first 24 of those records of a test case, and how many more there are; as links where the
/// page has the case's records (`traced`). "–" where there are none.
std::string record_links(std::string_view case_id, std::span<const std::uint64_t> records,
                         bool traced);

/// Links to those requirements, "none" where there are none.
std::string requirement_links(std::span<const std::string> ids);

}  // namespace parley::reports
