#include "harness/net/byte_range.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace parley::net {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The text before and after the first `mark`; nullopt where there is none.
std::optional<std::pair<std::string_view, std::string_view>> split(std::string_view text,
                                                                   char mark) {
  const std::size_t place = text.find(mark);
  if (place == std::string_view::npos) return std::nullopt;
  return std::pair(text.substr(0, place), text.substr(place + 1));
}

struct Asked {
  bool satisfiable = false;
  ByteRange range;
};

/// nullopt where the header is to be passed over.
std::optional<Asked> parse_range(std::string_view header, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit)) return std::nullopt;
  const auto ends = split(header.substr(kUnit.size()), '-');
  if (!ends) return std::nullopt;
  const auto first = number(ends->first);
  const auto last = number(ends->second);
  if ((!first && !ends->first.empty()) || (!last && !ends->second.empty())) return std::nullopt;
  Asked asked;
  asked.range.size = size;
  if (first) {
    if (last && *last < *first) return std::nullopt;
    asked.satisfiable = *first < size;
    asked.range.first = *first;
    asked.range.last = std::min(last.value_or(size), size) - (last && *last < size ? 0 : 1);
  } else {
    if (!last) return std::nullopt;
    asked.satisfiable = *last > 0 && size > 0;
    asked.range.first = size - std::min(*last, size);
    asked.range.last = size - 1;
  }
  return asked;
}

}  // namespace

std::string ByteRange::text() const {
  return "bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" + std::to_string(size);
}

std::optional<ByteRange> parse_content_range(std::string_view text) {
  constexpr std::string_view kUnit = "bytes ";
  if (!text.starts_with(kUnit)) return std::nullopt;
  const auto parts = split(text.substr(kUnit.size()), '/');
  const auto ends = parts ? split(parts->first, '-') : std::nullopt;
  if (!ends) return std::nullopt;
  const auto first = number(ends->first);
  const auto last = number(ends->second);
  const auto size = number(parts->second);
  if (!first || !last || !size || *first > *last || *last >= *size) return std::nullopt;
  return ByteRange{*first, *last, *size};
}

std::string range_from(std::uint64_t first) { return "bytes=" + std::to_string(first) + "-"; }

HttpResponse with_range(const HttpRequest& request, HttpResponse whole) {
  whole.headers.emplace_back("Accept-Ranges", "bytes");
  const auto asked = parse_range(find_header(request.headers, "Range"), whole.body.size());
  if (!asked) return whole;
  if (!asked->satisfiable) {
    const std::string size = std::to_string(whole.body.size());
    return {416, {{"Content-Range", "bytes */" + size}, {"Accept-Ranges", "bytes"}}, {}};
  }
  const auto begin = whole.body.begin() + static_cast<std::ptrdiff_t>(asked->range.first);
  const auto end = whole.body.begin() + static_cast<std::ptrdiff_t>(asked->range.last + 1);
  HttpResponse part{206, std::move(whole.headers), Bytes(begin, end)};
  part.headers.emplace_back("Content-Range", asked->range.text());
  return part;
}

}  // namespace parley::net
