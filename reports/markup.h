// Text inside HTML, SVG and XML. What parties sent is shown, never obeyed.
#pragma once

#include <string>
#include <string_view>

namespace parley::reports {

/// The text with markup characters escaped, for element content and quoted attributes. Characters
/// that XML 1.0 forbids, and bytes that are no UTF-8, become U+FFFD.
std::string escaped(std::string_view text);

/// The same for element content alone: quotes, which need no escape there, stay as they are.
std::string escaped_content(std::string_view text);

/// At most `characters` Unicode characters, with "…" where something was cut off. Not escaped.
std::string shortened(std::string_view text, std::size_t characters);

}  // namespace parley::reports
