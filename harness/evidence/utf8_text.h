// Text in transcripts is UTF-8. Parties may have seen anything.
#pragma once

#include <string>
#include <string_view>

namespace parley::evidence {

/// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

/// The text with every byte that belongs to no well-formed character replaced by U+FFFD.
std::string as_utf8(std::string_view text);

}  // namespace parley::evidence
