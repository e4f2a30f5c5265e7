// Reads the members of one message of the driver contract, for contract.cc. Messages come from
// outside: what is missing, unknown, too long or of another type is refused by name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"

namespace parley::driver {

inline constexpr std::size_t kLongestName = 200;

/// The first thing wrong is kept.
class MessageReader {
 public:
  /// `object` must outlive the reader.
  MessageReader(std::string_view message, const json::object& object)
      : message_(message), object_(object) {}

  /// Every reader of a member leaves `into` alone where the member is not as it must be.
  void text(std::string_view name, std::string& into, std::size_t longest = kLongestName);
  void number(std::string_view name, std::int64_t& into);
  /// A text of several lines: a certificate.
  void lines(std::string_view name, std::string& into);
  /// One of these words; nothing happens where the member is left out.
  void word(std::string_view name, std::span<const std::string_view> words, std::string& into);
  void table(std::string_view name, std::map<std::string, std::string>& into,
             std::size_t longest = kLongestName);
  void texts(std::string_view name, std::vector<std::string>& into);
  const json::object* object(std::string_view name);
  std::vector<const json::object*> objects(std::string_view name);

  bool has(std::string_view name) const { return object_.contains(name); }
  void refuse(std::string_view name, const std::string& why);

  /// To be called when every member was asked for.
  Status finish();

 private:
  const json::value* take(std::string_view name);

  const std::string message_;
  const json::object& object_;
  std::vector<std::string> known_;
  std::optional<Error> trouble_;
};

}  // namespace parley::driver
