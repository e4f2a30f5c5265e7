#include "harness/cli/driver_option.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "harness/base/diagnostic.h"
#include "harness/driver/contract.h"

namespace parley::cli {
namespace {

constexpr std::string_view kExample =
    R"(write --driver gatekeeper-client="node adapter.mjs --flag")";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

// Takes what stands in quotes, from behind the opening one to behind the closing one.
Status take_quoted(std::string_view text, std::size_t& at, std::string& word) {
  const char quote = text[at++];
  for (; at < text.size(); ++at) {
    if (text[at] == quote) {
      ++at;
      return {};
    }
    const bool escapes = quote == '"' && text[at] == '\\' && at + 1 < text.size() &&
                         (text[at + 1] == '"' || text[at + 1] == '\\');
    if (escapes) ++at;
    word += text[at];
  }
  return make_error(ErrorCode::kInvalid,
                    std::string("a quote (") + quote + ") does not end in: " + std::string(text));
}

// "ws", or "ws://127.0.0.1:9000"; nullopt for what is a command.
Result<std::optional<net::Endpoint>> dialled_place(std::string_view text) {
  constexpr std::string_view kScheme = "ws://";
  if (text == "ws") return std::optional(driver::DialInOptions().where);
  if (!text.starts_with(kScheme)) return std::optional<net::Endpoint>();
  text.remove_prefix(kScheme.size());
  if (text.ends_with('/')) text.remove_suffix(1);
  const Result<net::Endpoint> place = net::parse_endpoint(text);
  if (place.ok()) return std::optional(*place);
  return at("write SEAT=ws, or SEAT=ws://127.0.0.1:9000", place.error());
}

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::optional<std::string> word;  // the one that has begun
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (is_blank(c)) {
      if (word) words.push_back(*std::move(word));
      word.reset();
      ++at;
      continue;
    }
    if (!word) word.emplace();
    if (c == '\'' || c == '"') {
      PARLEY_TRY(take_quoted(text, at, *word));
    } else {
      if (c == '\\' && at + 1 < text.size()) ++at;
      *word += text[at++];
    }
  }
  if (word) words.push_back(*std::move(word));
  return words;
}

std::vector<std::string> drivable_seat_names() {
  const auto seats = driver::drivable_seats();
  return {seats.begin(), seats.end()};
}

Result<DriverOption> parse_driver_option(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) {
    return make_error(ErrorCode::kInvalid,
                      "\"" + std::string(text) + "\" has no SEAT=; " + std::string(kExample));
  }
  DriverOption option;
  option.seat = text.substr(0, equals);
  const std::vector<std::string> words = drivable_seat_names();
  if (std::ranges::find(words, option.seat) == words.end()) {
    const std::string hint = did_you_mean(option.seat, words);
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
    return make_error(ErrorCode::kInvalid, "no seat \"" + option.seat +
                                               "\" can be driven; there are " + all +
                                               (hint.empty() ? "" : "; " + hint));
  }
  PARLEY_ASSIGN(option.place, dialled_place(text.substr(equals + 1)));
  if (option.place) return option;
  PARLEY_ASSIGN(option.command, split_words(text.substr(equals + 1)));
  if (option.command.empty() || option.command[0].empty()) {
    return make_error(ErrorCode::kInvalid,
                      "no command stands behind " + option.seat + "=; " + std::string(kExample));
  }
  return option;
}

Result<std::vector<DriverOption>> parse_driver_options(const std::vector<std::string>& texts) {
  std::vector<DriverOption> options;
  std::vector<std::string> taken;
  for (const std::string& text : texts) {
    PARLEY_ASSIGN(DriverOption option, parse_driver_option(text));
    for (const std::string_view seat : driver::seats_behind(option.seat)) {
      if (std::ranges::find(taken, seat) != taken.end()) {
        return make_error(ErrorCode::kInvalid,
                          "a seat has one driver, and " + std::string(seat) + " would have two");
      }
      taken.emplace_back(seat);
    }
    options.push_back(std::move(option));
  }
  return options;
}

}  // namespace parley::cli
