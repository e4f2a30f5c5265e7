// Finds any of many byte strings in a text in one pass (Wu and Manber's method: a table over pairs
// of bytes tells how far the window may jump). For needles of eight bytes and more in
// random-looking bodies, it looks at about every seventh byte.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::judge {

class MultiSearch {
 public:
  static constexpr std::size_t kShortestNeedle = 2;

  struct Hit {
    std::size_t needle = 0;  ///< its index
    std::size_t offset = 0;
  };

  /// Needles have at least kShortestNeedle bytes; shorter ones throw std::invalid_argument.
  explicit MultiSearch(std::vector<std::string> needles);

  const std::vector<std::string>& needles() const { return needles_; }

  /// The hit with the smallest offset at or behind `from`; of several there, the lowest index.
  std::optional<Hit> find(std::string_view text, std::size_t from = 0) const;

 private:
  std::vector<std::string> needles_;
  std::size_t window_ = 0;            ///< length of the shortest needle
  std::vector<std::uint16_t> shift_;  ///< by pair of bytes: how far the window may move
  struct Ending {
    std::uint16_t pair = 0;    ///< at the window's end
    std::uint32_t needle = 0;  ///< its index
    auto operator<=>(const Ending&) const = default;
  };
  std::vector<Ending> endings_;  ///< sorted
};

}  // namespace parley::judge
