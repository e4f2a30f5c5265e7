// Media on its way: encrypted and handed to whoever stores it, or fetched from WhatsApp's media
// host and verified before anything of it is used.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/crypto/hash.h"
#include "harness/net/http.h"
#include "harness/wire/message_content.h"
#include "mocks/client/client_context.h"

namespace parley::mocks::client {

/// A plain file that the user sends.
struct OutgoingFile {
  wire::MediaType type = wire::MediaType::kFile;
  std::string name;
  std::string mime;
  std::string caption;
  Bytes content;
};

/// What is done to a file on purpose before it is stored.
enum class MediaDamage {
  kNone,
  kMac,   ///< a bit of its MAC flipped, and the digest taken then: only who checks the MAC notices
  kFile,  ///< a bit of the stored file flipped after the digest was taken
};
/// "mac", "file"; nullopt for another word.
std::optional<MediaDamage> parse_media_damage(std::string_view text);

/// What is stored of it. `headers` carries nothing unless the client leaks.
struct MediaUpload {
  wire::MediaType type = wire::MediaType::kFile;
  Bytes encrypted;
  crypto::Digest32 encrypted_sha256{};
  net::HttpHeaders headers;
};

/// Stores an upload and returns the direct path that the message carries.
using StoreMedia = std::function<net::awaitable<Result<std::string>>(MediaUpload)>;

/// Encrypts under a fresh key and stores. The content is complete but for a quote.
net::awaitable<Result<wire::MediaContent>> upload_media(ClientContext& context,
                                                        const StoreMedia& store, OutgoingFile file,
                                                        MediaDamage damage = MediaDamage::kNone);

/// The plain file. Only from WhatsApp's media host, and only paths that begin with one of
/// `prefixes`. An error's message is the reason as `media-failed` events tell it:
/// "path-not-allowed", "http-404", or a media finding such as "mac" (kAuth).
net::awaitable<Result<Bytes>> download_media(ClientContext& context, wire::MediaContent content,
                                             std::vector<std::string> prefixes);

/// That text member of a JSON answer. kRefused for a status other than 2xx, kInvalid where there is
/// no such member.
Result<std::string> answered_text(const net::HttpResponse& response, std::string_view member);

/// One HTTPS request of this client's device, recorded at its end.
net::awaitable<Result<net::HttpResponse>> device_fetch(ClientContext& context, net::Address to,
                                                       net::HttpRequest request);

}  // namespace parley::mocks::client
