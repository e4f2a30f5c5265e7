#include "mocks/client/proxy_preface.h"

#include <algorithm>
#include <array>

namespace parley::mocks {
namespace {

constexpr std::array<std::uint8_t, 12> kSignature = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D,
                                                     0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
constexpr std::uint8_t kVersion2Proxy = 0x21;
constexpr std::uint8_t kUnspecified = 0x00;
constexpr std::uint8_t kAddress = 0xE0;

std::size_t read_length(BytesView bytes) { return std::size_t{bytes[0]} << 8 | bytes[1]; }

void put_length(Bytes& out, std::size_t length) {
  out.push_back(static_cast<std::uint8_t>(length >> 8));
  out.push_back(static_cast<std::uint8_t>(length));
}

Error invalid(const char* what) { return make_error(ErrorCode::kInvalid, what); }

// The one address among the values; others are passed over.
Result<std::string> find_address(BytesView values) {
  std::optional<std::string> address;
  while (!values.empty()) {
    if (values.size() < 3) return invalid("a value of the proxy's preface is cut off");
    const std::uint8_t type = values[0];
    const std::size_t length = read_length(values.subspan(1));
    values = values.subspan(3);
    if (length > values.size()) return invalid("a value of the proxy's preface is cut off");
    if (type == kAddress) {
      if (address) return invalid("the proxy's preface has two addresses");
      address = std::string(as_text(values.first(length)));
    }
    values = values.subspan(length);
  }
  if (!address) return invalid("the proxy's preface has no address");
  if (!is_proxied_address(*address)) return invalid("the proxied address is no address");
  return *std::move(address);
}

}  // namespace

bool is_proxied_address(std::string_view text) {
  return !text.empty() && text.size() <= kMaxProxiedAddress &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == ':';
         });
}

Bytes write_proxy_preface(std::string_view client_address) {
  Bytes out(kSignature.begin(), kSignature.end());
  out.push_back(kVersion2Proxy);
  out.push_back(kUnspecified);
  put_length(out, 3 + client_address.size());
  out.push_back(kAddress);
  put_length(out, client_address.size());
  append(out, as_bytes(client_address));
  return out;
}

Result<std::optional<ProxyPreface>> read_proxy_preface(BytesView bytes) {
  const std::size_t known = std::min(bytes.size(), kSignature.size());
  if (!std::equal(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(known),
                  kSignature.begin())) {
    return invalid("a proxy's connection does not begin with its preface");
  }
  if (bytes.size() < kProxyHeaderBytes) return std::optional<ProxyPreface>();
  if (bytes[12] != kVersion2Proxy || bytes[13] != kUnspecified) {
    return invalid("the proxy's preface is of another version or family");
  }
  const std::size_t size = kProxyHeaderBytes + read_length(bytes.subspan(14));
  if (size > kMaxProxyPrefaceBytes) {
    return make_error(ErrorCode::kLimit, "the proxy's preface is too long");
  }
  if (bytes.size() < size) return std::optional<ProxyPreface>();
  PARLEY_ASSIGN(std::string address,
                find_address(bytes.subspan(kProxyHeaderBytes, size - kProxyHeaderBytes)));
  return std::optional<ProxyPreface>({std::move(address), size});
}

}  // namespace parley::mocks
