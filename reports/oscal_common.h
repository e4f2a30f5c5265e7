// For oscal*.cc: the parts that all OSCAL documents share.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/json.h"
#include "harness/judge/result.h"

namespace parley::reports {

inline constexpr std::string_view kOscalNamespace = "https://parley.example/ns/oscal";

json::object oscal_property(std::string_view name, std::string_view value);

/// A text as OSCAL takes it: one line, without blanks at its ends, never empty ("-").
std::string oscal_line(std::string_view text);

/// A name of letters, digits and "._-" that begins with a letter.
std::string oscal_token(std::string_view text);

json::object oscal_metadata(const judge::RunResult& result, std::string_view title);

/// {"control-selections": ...}: what the run was to judge, and what does not apply.
json::object oscal_reviewed_controls(const judge::RunResult& result);

/// {"NAME": document}, canonical, with a newline.
std::string oscal_document(std::string_view name, json::object document);

}  // namespace parley::reports
