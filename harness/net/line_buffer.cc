#include "harness/net/line_buffer.h"

namespace parley::net {

Result<std::optional<std::string>> LineBuffer::next() {
  const std::size_t end = bytes_.find('\n', searched_);
  const std::size_t size = (end == std::string::npos ? bytes_.size() : end) - begin_;
  if (size > limit_) {
    return make_error(ErrorCode::kLimit,
                      "a line is longer than " + std::to_string(limit_) + " bytes");
  }
  if (end == std::string::npos) {
    bytes_.erase(0, begin_);
    begin_ = 0;
    searched_ = bytes_.size();
    return std::optional<std::string>();
  }
  std::optional<std::string> line = bytes_.substr(begin_, size);
  begin_ = searched_ = end + 1;
  return line;
}

std::string LineBuffer::take_rest() {
  std::string rest = bytes_.substr(begin_);
  bytes_.clear();
  begin_ = searched_ = 0;
  return rest;
}

}  // namespace parley::net
