#include "reports/anchors.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "reports/markup.h"

namespace parley::reports {

std::string anchor(std::string_view id) {
  constexpr std::string_view kPlain = ".-=,:";
  std::string out;
  out.reserve(id.size());
  for (const char c : id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       kPlain.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else if (c == '[') {
      out += '(';
    } else if (c == ']') {
      out += ')';
    } else {
      fmt::format_to(std::back_inserter(out), "_{:02x}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string record_anchor(std::string_view case_id, std::uint64_t seq) {
  return anchor(case_id) + "." + std::to_string(seq);
}

std::string finding_anchor(std::string_view case_id, std::string_view check_id) {
  return anchor(case_id) + "/" + anchor(check_id);
}

std::string evidence_anchor(std::string_view requirement, std::size_t number) {
  return anchor(requirement) + "." + std::to_string(number);
}

std::string link_to(std::string_view anchor, std::string_view text) {
  return fmt::format("<a href=\"#{}\">{}</a>", anchor, escaped_content(text));
}

std::string record_links(std::string_view case_id, std::span<const std::uint64_t> records,
                         bool traced) {
  constexpr std::size_t kMost = 24;
  if (records.empty()) return "–";
  std::string out;
  for (const std::uint64_t seq : records.first(std::min(kMost, records.size()))) {
    const std::string number = std::to_string(seq);
    if (!out.empty()) out += ", ";
    out += traced ? link_to(record_anchor(case_id, seq), number) : number;
  }
  if (records.size() > kMost) out += " and " + std::to_string(records.size() - kMost) + " more";
  return out;
}

std::string requirement_links(std::span<const std::string> ids) {
  std::string out;
  for (const std::string& id : ids) out += (out.empty() ? "" : ", ") + link_to(anchor(id), id);
  return out.empty() ? "none" : out;
}

}  // namespace parley::reports
