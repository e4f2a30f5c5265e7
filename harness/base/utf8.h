// Whether bytes from outside are text, and text made of those that are not.
#pragma once

#include <string>
#include <string_view>

namespace parley {

/// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

/// The same without control characters other than tab and line ends.
bool is_printable_utf8(std::string_view text);

/// The text with every byte that belongs to no well-formed character replaced by U+FFFD.
std::string as_utf8(std::string_view text);

}  // namespace parley
