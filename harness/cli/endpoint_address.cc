#include "harness/cli/endpoint_address.h"

#include <algorithm>
#include <charconv>

namespace parley::cli {

std::optional<EndpointAddress> parse_endpoint_address(std::string_view text) {
  EndpointAddress out;
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    const std::string_view word = text.substr(0, scheme);
    out.port = word == "http" || word == "ws" ? 80 : 443;
    text.remove_prefix(scheme + 3);
    const std::size_t end = text.find_first_of("/?#");
    if (end != std::string_view::npos) out.path = text.substr(end, text.find('#') - end);
    text = text.substr(0, end);
  }
  if (text.starts_with('[')) {  // IPv6
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    out.host = text.substr(0, end + 1);
    text.remove_prefix(end + 1);
  } else {
    const std::size_t colon = text.find(':');
    out.host = text.substr(0, colon);
    text.remove_prefix(out.host.size());
  }
  if (text.starts_with(':')) {
    text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out.port);
    if (error != std::errc() || end != text.data() + text.size() || out.port == 0) {
      return std::nullopt;
    }
    text = {};
  }
  const bool host = !out.host.empty() && std::ranges::all_of(out.host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-_:[]").find(c) != std::string_view::npos;
  });
  if (!host || !text.empty()) return std::nullopt;
  return out;
}

bool may_be_contacted(const std::vector<std::string>& addresses, std::string_view host,
                      std::uint16_t port) {
  const std::string with_port = std::string(host) + ":" + std::to_string(port);
  return std::ranges::any_of(
      addresses, [&](const std::string& one) { return one == host || one == with_port; });
}

}  // namespace parley::cli
