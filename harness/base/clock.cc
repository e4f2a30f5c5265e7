#include "harness/base/clock.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>
#include <charconv>

namespace parley {
namespace {

struct Unit {
  std::string_view suffix;
  std::int64_t nanos;
};

// Largest first, so that duration_text finds the largest that divides.
constexpr std::array<Unit, 6> kUnits{{{"d", 86'400'000'000'000},
                                      {"h", 3'600'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"s", 1'000'000'000},
                                      {"ms", 1'000'000},
                                      {"ns", 1}}};
constexpr std::int64_t kLongest = 100LL * 365 * 86'400'000'000'000 / 1;
static_assert(kLongest > 0);

}  // namespace

std::string utc_text(TimePoint t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date(day);
  const auto second = std::chrono::duration_cast<std::chrono::seconds>(t - day).count();
  // Compiled: every record carries a time.
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z"),
                     static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), second / 3600, second / 60 % 60,
                     second % 60);
}

Result<Duration> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
  if (ec == std::errc() && !text.empty() && text[0] != '-') {
    for (const Unit& unit : kUnits) {
      if (unit.suffix != suffix || suffix == "ns") continue;
      if (number > kLongest / unit.nanos) {
        return make_error(ErrorCode::kLimit,
                          "\"" + std::string(text) + "\" is longer than 100 years");
      }
      return Duration(number * unit.nanos);
    }
  }
  return make_error(ErrorCode::kInvalid, "\"" + std::string(text) +
                                             "\" is no duration; write a whole number and one of "
                                             "ms, s, m, h, d: \"30s\", \"30d\"");
}

std::string duration_text(Duration d) {
  if (d.count() == 0) return "0s";
  for (const Unit& unit : kUnits) {
    if (d.count() % unit.nanos == 0) {
      return std::to_string(d.count() / unit.nanos) + std::string(unit.suffix);
    }
  }
  return std::to_string(d.count()) + "ns";
}

Result<TimePoint> parse_date(std::string_view text) {
  const auto number = [&](std::size_t from, std::size_t count) {
    int value = -1;
    const char* first = text.data() + from;
    const auto [end, ec] = std::from_chars(first, first + count, value);
    return ec == std::errc() && end == first + count ? value : -1;
  };
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                           std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                           std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    // Nanoseconds since 1970 in 64 bits end in 2262.
    if (date.ok() && static_cast<int>(date.year()) >= 1970 &&
        static_cast<int>(date.year()) < 2200) {
      return TimePoint(std::chrono::sys_days(date));
    }
  }
  return make_error(ErrorCode::kInvalid,
                    "\"" + std::string(text) + "\" is no date; write it as \"2026-11-22\"");
}

}  // namespace parley
