#include "mocks/gatekeeper/media_store.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "harness/base/encoding.h"

namespace parley::mocks::gatekeeper {
namespace {

constexpr std::array<std::string_view, 4> kKinds = {"image", "video", "audio", "document"};
constexpr std::size_t kMaxStoreBytes = 256 * 1024 * 1024;
constexpr std::string_view kProxyPrefix = "/interop/whatsapp/download/";
constexpr std::size_t kMaxReference = 512;

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

bool is_plain_segment(std::string_view segment) {
  return !segment.empty() && segment.front() != '.' && std::ranges::all_of(segment, is_unreserved);
}

bool is_plain_reference(std::string_view reference) {
  if (reference.size() > kMaxReference) return false;
  for (;;) {
    const std::size_t slash = reference.find('/');
    if (!is_plain_segment(reference.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    reference.remove_prefix(slash + 1);
  }
}

}  // namespace

bool is_media_kind(std::string_view kind) {
  return std::ranges::find(kKinds, kind) != kKinds.end();
}

std::optional<std::string> MediaStore::put(std::string_view kind, Bytes file, TimePoint now) {
  if (bytes_ + file.size() > kMaxStoreBytes) return std::nullopt;
  const auto number = std::ranges::find(kKinds, kind) - kKinds.begin() + 1;
  std::string path = "/v/t" + std::to_string(number) + "/" + hex(random_->bytes(20)) + ".enc";
  // Open clients append further parameters with '&', so that there has to be a '?' already.
  std::string direct_path = path + "?oe=" + std::to_string(unix_seconds(now + kMediaPeriod));
  bytes_ += file.size();
  files_.insert_or_assign(std::move(path), Entry{std::move(file), now});
  return direct_path;
}

MediaStore::Lookup MediaStore::find(std::string_view path, TimePoint now) {
  const auto found = files_.find(path);
  if (found == files_.end()) return {};
  if (now - found->second.since > kMediaPeriod) {
    bytes_ -= found->second.file.size();
    found->second.file = {};  // The path is remembered, so that the answer stays "gone".
    return {Finding::kExpired, nullptr};
  }
  return {Finding::kFound, &found->second.file};
}

std::optional<ProxyPath> parse_proxy_path(std::string_view path) {
  if (!path.starts_with(kProxyPrefix) || !path.ends_with('/')) return std::nullopt;
  path.remove_prefix(kProxyPrefix.size());
  const std::size_t slash = path.find('/');
  if (slash + 1 >= path.size()) return std::nullopt;
  const std::string_view integrator = path.substr(0, slash);
  ProxyPath proxy;
  const auto [end, error] =
      std::from_chars(integrator.data(), integrator.data() + integrator.size(), proxy.integrator);
  if (error != std::errc() || end != integrator.data() + integrator.size()) return std::nullopt;
  proxy.reference = path.substr(slash + 1, path.size() - slash - 2);
  if (!is_plain_reference(proxy.reference)) return std::nullopt;
  return proxy;
}

}  // namespace parley::mocks::gatekeeper
