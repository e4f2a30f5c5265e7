// Whether bytes are text.
#pragma once

#include <string_view>

namespace parley::wire {

/// Well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
bool is_utf8(std::string_view text);

/// The same without control characters other than tab and line ends.
bool is_printable_utf8(std::string_view text);

}  // namespace parley::wire
