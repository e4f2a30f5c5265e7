// The frame that all tables of a page have in common.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace parley::reports {

/// Caption and head of a table. Rows follow, then kTableEnd. Texts are escaped here. Without
/// columns it is a table of names and values, for fact_row().
std::string table_begin(std::string_view caption, std::initializer_list<std::string_view> columns,
                        std::string_view css_class = {});
inline constexpr std::string_view kTableEnd = "</tbody></table>\n";

/// Around a table that is wider than a narrow screen: it scrolls by itself, also by keyboard, and
/// the page does not. `label` says what is in it.
std::string scroll_begin(std::string_view label);
inline constexpr std::string_view kScrollEnd = "</div>\n";

/// A row of a table of names and values: both are shown as text.
std::string fact_row(std::string_view name, std::string_view value);

}  // namespace parley::reports
