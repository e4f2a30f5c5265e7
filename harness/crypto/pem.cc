#include "harness/crypto/pem.h"

#include <algorithm>
#include <optional>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"

namespace parley::crypto {
namespace {

constexpr std::size_t kMaxText = 256 * 1024;
constexpr std::size_t kLineLength = 64;
constexpr std::string_view kDashes = "-----";

/// The label of a line "-----BEGIN label-----", or END.
std::optional<std::string_view> label_of(std::string_view line, std::string_view word) {
  if (!line.starts_with(kDashes) || line.size() < 2 * kDashes.size() || !line.ends_with(kDashes)) {
    return std::nullopt;
  }
  line = line.substr(kDashes.size(), line.size() - 2 * kDashes.size());
  if (!line.starts_with(word)) return std::nullopt;
  return line.substr(word.size());
}

Error broken(std::size_t line, std::string what) {
  return make_error(ErrorCode::kInvalid, std::move(what), "PEM line " + std::to_string(line));
}

void wipe_text(std::string& text) {
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  text.clear();
}

/// One line off the front, without its end.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::string write_pem(std::string_view label, BytesView der) {
  std::string digits = base64(der);  // of a private key, perhaps
  std::string out = "-----BEGIN " + std::string(label) + "-----\n";
  for (std::size_t at = 0; at < digits.size(); at += kLineLength) {
    out.append(digits, at, kLineLength).push_back('\n');
  }
  wipe_text(digits);
  return out + "-----END " + std::string(label) + "-----\n";
}

Result<std::vector<PemBlock>> read_pem(std::string_view text) {
  if (text.size() > kMaxText) {
    return make_error(ErrorCode::kLimit, "PEM text is over 256 KiB");
  }
  std::vector<PemBlock> blocks;
  std::optional<std::string> label;
  std::string digits;
  digits.reserve(text.size());  // so that no copy is left behind
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (!label) {
      if (const auto begun = label_of(line, "BEGIN ")) label = std::string(*begun);
      continue;
    }
    const auto ended = label_of(line, "END ");
    if (!ended) {
      if (line.starts_with(kDashes) || line.empty()) {
        return broken(number, "the block before does not end");
      }
      digits += line;
      continue;
    }
    if (*ended != *label) return broken(number, "the block begins and ends with different labels");
    Result<Bytes> der = decode_base64(digits);
    wipe_text(digits);
    if (!der) return broken(number, "the block before is no strict base64");
    blocks.push_back({*std::move(label), *std::move(der)});
    label.reset();
  }
  if (label) return make_error(ErrorCode::kInvalid, "the last PEM block does not end");
  return blocks;
}

}  // namespace parley::crypto
