// Everything in a record that can be read as text: its body, and every string of its facts, member
// names included.
#pragma once

#include <functional>
#include <string_view>

#include "harness/base/json.h"
#include "harness/evidence/record.h"

namespace parley::judge {

/// Calls `visit(text, place)` with each text until it returns true; returns whether it did. `place`
/// names the part: "body", or the path of the fact: "facts.headers.host".
bool visit_texts(const evidence::Record& record,
                 const std::function<bool(std::string_view text, std::string_view place)>& visit);

}  // namespace parley::judge
