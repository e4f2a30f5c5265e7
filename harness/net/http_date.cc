#include "harness/net/http_date.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>

namespace parley::net {
namespace {

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view kForm = "Sun, 06 Nov 1994 08:49:37 GMT";

template <std::size_t N>
std::optional<unsigned> place_of(const std::array<std::string_view, N>& names,
                                 std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<unsigned>(found - names.begin());
}

unsigned number(std::string_view digits) {
  unsigned out = 0;
  for (const char c : digits) out = out * 10 + static_cast<unsigned>(c - '0');
  return out;
}

// Digits where the form has digits, letters where it has letters, and the rest as it stands there.
bool has_form(std::string_view text) {
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    if (digit(kForm[i]) != digit(text[i]) || letter(kForm[i]) != letter(text[i])) return false;
    if (!digit(kForm[i]) && !letter(kForm[i]) && kForm[i] != text[i]) return false;
  }
  return text.ends_with(" GMT");
}

}  // namespace

Result<TimePoint> parse_http_date(std::string_view text) {
  const auto bad = [&] {
    return make_error(ErrorCode::kInvalid,
                      "no date of HTTP, which has the form \"" + std::string(kForm) + "\"");
  };
  if (!has_form(text)) return bad();
  const auto weekday = place_of(kDays, text.substr(0, 3));
  const auto month = place_of(kMonths, text.substr(8, 3));
  if (!weekday || !month) return bad();
  const std::chrono::year_month_day date{
      std::chrono::year(static_cast<int>(number(text.substr(12, 4)))),
      std::chrono::month(*month + 1), std::chrono::day(number(text.substr(5, 2)))};
  const unsigned hour = number(text.substr(17, 2));
  const unsigned minute = number(text.substr(20, 2));
  const unsigned second = number(text.substr(23, 2));
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return bad();  // 60: a leap second
  const std::chrono::sys_days day(date);
  if (std::chrono::weekday(day).c_encoding() != *weekday) return bad();
  return TimePoint(std::chrono::duration_cast<Duration>(
      day.time_since_epoch() + std::chrono::hours(hour) + std::chrono::minutes(minute) +
      std::chrono::seconds(second)));
}

}  // namespace parley::net
