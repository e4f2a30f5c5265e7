#include "reports/table_html.h"

#include "reports/markup.h"

namespace parley::reports {

std::string table_begin(std::string_view caption, std::initializer_list<std::string_view> columns,
                        std::string_view css_class) {
  std::string out = "<table";
  if (columns.size() == 0) css_class = "facts";
  if (!css_class.empty()) out += " class=\"" + std::string(css_class) + "\"";
  out += "><caption>" + escaped_content(caption) + "</caption>";
  if (columns.size() > 0) {
    out += "<thead><tr>";
    for (const std::string_view column : columns) {
      out += "<th scope=\"col\">" + escaped_content(column) + "</th>";
    }
    out += "</tr></thead>";
  }
  return out + "<tbody>\n";
}

std::string scroll_begin(std::string_view label) {
  return "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"" + escaped(label) +
         "\">";
}

std::string fact_row(std::string_view name, std::string_view value) {
  return "<tr><th scope=\"row\">" + escaped_content(name) + "</th><td>" + escaped_content(value) +
         "</td></tr>\n";
}

}  // namespace parley::reports
