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

/// What is done on purpose to a file before it is stored, or to what the message tells of it.
enum class MediaDamage {
  kNone,
  kMac,   ///< a bit of its MAC flipped, and the digest taken then: only who checks the MAC notices
  kFile,  ///< a bit of the stored file flipped after the digest was taken
  kDigest,       ///< the message announces another digest of the stored file
  kPlainDigest,  ///< the message announces another digest of the plain file
  kKey,          ///< the message carries another key
  kReference,    ///< the message names the file by a forged path
  kLimit,        ///< nothing, but the client does not mind its own size limit
};
/// "mac", "file", "digest", "plain-digest", "key", "reference", "limit"; nullopt for another word.
std::optional<MediaDamage> parse_media_damage(std::string_view text);

/// How a path is forged. Each leads a careless proxy or client somewhere else than it says.
enum class ForgedPath {
  kTraversal,       ///< climbs out of the folder and back: "…/1/../1/{reference}/"
  kEscaped,         ///< the same with escaped dots and slash
  kAbsolute,        ///< a URL in the reference's place
  kIntegrator,      ///< an integrator that nobody is
  kOtherReference,  ///< the next integrator's number before this one's reference
  kEmpty,           ///< no reference at all
  kForeignHost,     ///< the whole path is a URL of somebody else's host
};
/// "traversal", "escaped", "absolute", "unknown-integrator", "other-integrator", "empty",
/// "foreign-host"; nullopt for another word.
std::optional<ForgedPath> parse_forged_path(std::string_view text);
/// "/interop/whatsapp/download/{integrator}/{reference}/" or a path of WhatsApp's own, forged.
std::string forge_path(ForgedPath forgery, const std::string& path);

struct MediaTampering {
  MediaDamage damage = MediaDamage::kNone;
  ForgedPath forgery = ForgedPath::kTraversal;  ///< for kReference
};

/// What is stored of it. `headers` carries nothing unless the client leaks.
struct MediaUpload {
  wire::MediaType type = wire::MediaType::kFile;
  Bytes encrypted;
  crypto::Digest32 encrypted_sha256{};
  net::HttpHeaders headers;
};

/// Stores an upload and returns the direct path that the message carries.
using StoreMedia = std::function<net::awaitable<Result<std::string>>(MediaUpload)>;

/// Encrypts under a fresh key and stores. The content is complete but for a quote. kLimit for a
/// file over wire::kLargestMediaFile.
net::awaitable<Result<wire::MediaContent>> upload_media(ClientContext& context,
                                                        const StoreMedia& store, OutgoingFile file,
                                                        MediaTampering tampering = {});

/// The plain file. Only from WhatsApp's media host, and only paths that begin with one of
/// `prefixes`. A download that ends half-way goes on where it ended; a host that does not answer is
/// asked again a few times. An error's message is the reason as `media-failed` events tell it:
/// "path-not-allowed", "http-404", or a media finding such as "mac" (kAuth).
net::awaitable<Result<Bytes>> download_media(ClientContext& context, wire::MediaContent content,
                                             std::vector<std::string> prefixes);

/// One GET of the file's path, with a Range header unless `range` is empty; nothing is decrypted.
net::awaitable<Result<net::HttpResponse>> probe_media(ClientContext& context,
                                                      wire::MediaContent content,
                                                      std::string range);

/// That text member of a JSON answer. kRefused for a status other than 2xx, kInvalid where there is
/// no such member.
Result<std::string> answered_text(const net::HttpResponse& response, std::string_view member);

/// One HTTPS request of this client's device, recorded at its end.
net::awaitable<Result<net::HttpResponse>> device_fetch(ClientContext& context, net::Address to,
                                                       net::HttpRequest request);

}  // namespace parley::mocks::client
