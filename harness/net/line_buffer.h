// Bytes into lines, without I/O: what a stream of newline-ended lines has brought so far.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace parley::net {

class LineBuffer {
 public:
  /// No line may be longer than `limit` bytes, its newline not counted.
  explicit LineBuffer(std::size_t limit) : limit_(limit) {}

  void feed(std::string_view bytes) { bytes_.append(bytes); }

  /// The next whole line without its newline; nullopt where more bytes are needed; kLimit where the
  /// line is too long, from then on for good. To be asked until it says nullopt before more is fed:
  /// so no more than one line and one feed are ever kept.
  Result<std::optional<std::string>> next();

  /// Whether a line has begun and not ended.
  bool partial() const { return begin_ < bytes_.size(); }
  /// What was fed and not given; it is left empty.
  std::string take_rest();

 private:
  const std::size_t limit_;
  std::string bytes_;
  std::size_t begin_ = 0;     ///< of the line that is next
  std::size_t searched_ = 0;  ///< no newline stands between begin_ and here
};

}  // namespace parley::net
