// Media files that native users uploaded, under paths that nobody can guess, for thirty days.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/clock.h"
#include "harness/base/random.h"
#include "harness/wire/media_policy.h"

namespace parley::mocks::gatekeeper {

inline constexpr Duration kMediaPeriod = wire::kMediaRetention;
inline constexpr std::size_t kMaxMediaFile = wire::kLargestStoredFile;

/// The native upload paths: /mms/image, /mms/video, /mms/audio, /mms/document.
bool is_media_kind(std::string_view kind);

class MediaStore {
 public:
  explicit MediaStore(std::unique_ptr<Random> random) : random_(std::move(random)) {}

  /// The path and query under which the file can be fetched: "/v/t{…}?…". nullopt where the store
  /// is full.
  std::optional<std::string> put(std::string_view kind, Bytes file, TimePoint now);

  enum class Finding { kFound, kUnknown, kExpired };
  struct Lookup {
    Finding finding = Finding::kUnknown;
    const Bytes* file = nullptr;  ///< valid until the next put()
  };
  /// `path` is without its query.
  Lookup find(std::string_view path, TimePoint now);

 private:
  struct Entry {
    Bytes file;
    TimePoint since;
  };
  std::unique_ptr<Random> random_;
  std::map<std::string, Entry, std::less<>> files_;  ///< by path
  std::size_t bytes_ = 0;
};

/// A proxied download, "/interop/whatsapp/download/{integrator}/{reference}/".
struct ProxyPath {
  std::uint16_t integrator = 0;
  std::string reference;
};

/// nullopt for any other path, and for a reference that is not made of plain segments: no escapes,
/// no segment that is empty or begins with a dot, no characters beyond the unreserved ones, at most
/// 512 bytes.
std::optional<ProxyPath> parse_proxy_path(std::string_view path);

}  // namespace parley::mocks::gatekeeper
