#include "harness/judge/multi_search.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace parley::judge {
namespace {

constexpr std::size_t kPairs = 65'536;
constexpr std::size_t kLongestWindow = 1024;

std::uint16_t pair_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(text[at]) << 8 |
                                    static_cast<unsigned char>(text[at + 1]));
}

}  // namespace

MultiSearch::MultiSearch(std::vector<std::string> needles) : needles_(std::move(needles)) {
  if (needles_.empty()) return;
  window_ = kLongestWindow;
  for (const std::string& needle : needles_) {
    if (needle.size() < kShortestNeedle) throw std::invalid_argument("a needle is too short");
    window_ = std::min(window_, needle.size());
  }
  shift_.assign(kPairs, static_cast<std::uint16_t>(window_ - 1));
  for (const std::string& needle : needles_) {
    for (std::size_t i = 0; i + 1 < window_; ++i) {
      std::uint16_t& shift = shift_[pair_at(needle, i)];
      shift = std::min(shift, static_cast<std::uint16_t>(window_ - 2 - i));
    }
  }
  endings_.reserve(needles_.size());
  for (std::size_t i = 0; i < needles_.size(); ++i) {
    endings_.push_back({pair_at(needles_[i], window_ - 2), static_cast<std::uint32_t>(i)});
  }
  std::sort(endings_.begin(), endings_.end());
}

std::optional<MultiSearch::Hit> MultiSearch::find(std::string_view text, std::size_t from) const {
  if (needles_.empty() || text.size() < window_ || from > text.size() - window_) {
    return std::nullopt;
  }
  for (std::size_t at = from; at + window_ <= text.size();) {
    const std::uint16_t pair = pair_at(text, at + window_ - 2);
    if (shift_[pair] > 0) {
      at += shift_[pair];
      continue;
    }
    for (auto it = std::lower_bound(endings_.begin(), endings_.end(), Ending{pair, 0});
         it != endings_.end() && it->pair == pair; ++it) {
      if (text.substr(at).starts_with(needles_[it->needle])) return Hit{it->needle, at};
    }
    ++at;
  }
  return std::nullopt;
}

}  // namespace parley::judge
