// One record as one line of a live console: who, to or from whom, what, and the attributes that say
// what it is about. Names of attributes are listed here: a text that somebody wrote, a key or a
// token is shown by no line, unless bodies are asked for.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/json.h"
#include "harness/evidence/record.h"

namespace parley::cli {

struct ConsoleStyle {
  bool color = false;
  bool show_bodies = false;  ///< also all facts, and the body: what users wrote
};

/// Text that steers no terminal and stays in its line: control characters of both sets, and marks
/// that turn the direction of writing, become U+FFFD.
std::string terminal_text(std::string_view text);

/// Without a line end: "2026-01-01 12:30:00.250  gatekeeper <- external  POST v.whatsapp.net …".
std::string console_line(const evidence::Record& record, const ConsoleStyle& style);

/// The same for programs: seq, time, tap, role, party, peer, direction, kind, what, attributes,
/// body_size; with bodies also facts and body_base64, as the transcript has them.
json::object console_json(const evidence::Record& record, bool show_bodies);

}  // namespace parley::cli
