#include "mocks/client/media_transfer.h"

#include <algorithm>
#include <utility>

#include "harness/wire/media_encryption.h"
#include "mocks/cast/hosts.h"
#include "mocks/tap/http_tap.h"

namespace parley::mocks::client {

net::awaitable<Result<net::HttpResponse>> device_fetch(ClientContext& context, net::Address to,
                                                       net::HttpRequest request) {
  co_return co_await tapped_fetch(context.world, context.observer, device_host(context.id),
                                  std::move(to), net::Security::kTls, std::move(request));
}

Result<std::string> answered_text(const net::HttpResponse& response, std::string_view member) {
  if (response.status < 200 || response.status > 299) {
    return make_error(ErrorCode::kRefused, "status " + std::to_string(response.status));
  }
  PARLEY_ASSIGN(const json::value answer, parse_json(as_text(response.body), "answer"));
  const auto text = answer.is_object() ? get_string(answer.get_object(), member) : std::nullopt;
  if (!text) {
    return make_error(ErrorCode::kInvalid, "the answer has no \"" + std::string(member) + "\"");
  }
  return std::string(*text);
}

std::optional<MediaDamage> parse_media_damage(std::string_view text) {
  if (text == "mac") return MediaDamage::kMac;
  if (text == "file") return MediaDamage::kFile;
  return std::nullopt;
}

net::awaitable<Result<wire::MediaContent>> upload_media(ClientContext& context,
                                                        const StoreMedia& store, OutgoingFile file,
                                                        MediaDamage damage) {
  if (context.fault == ClientFault::kCorruptMedia) damage = MediaDamage::kFile;
  wire::MediaContent content;
  content.type = file.type;
  content.mime = file.mime;
  if (file.type == wire::MediaType::kFile) content.name = file.name;
  if (file.type != wire::MediaType::kVoice) content.caption = file.caption;
  content.key = context.random->array<32>();
  content.key_timestamp = unix_seconds(context.world.now());

  auto encrypted = wire::encrypt_media(wire::media_kind(file.type), content.key, file.content);
  if (damage == MediaDamage::kMac) {
    encrypted.file.back() ^= 1;
    encrypted.summary.encrypted_sha256 = crypto::sha256(encrypted.file);
  }
  content.file_sha256 = encrypted.summary.file_sha256;
  content.encrypted_sha256 = encrypted.summary.encrypted_sha256;
  content.file_length = encrypted.summary.file_length;
  content.sidecar = std::move(encrypted.summary.sidecar);

  MediaUpload upload;
  upload.type = file.type;
  upload.encrypted = std::move(encrypted.file);
  upload.encrypted_sha256 = content.encrypted_sha256;
  if (damage == MediaDamage::kFile) {
    upload.encrypted[upload.encrypted.size() / 2] ^= 1;
  }
  if (context.fault == ClientFault::kLeakFileName) {
    upload.headers.emplace_back("X-File-Name", file.name);
  }
  PARLEY_CO_ASSIGN(content.direct_path, co_await store(std::move(upload)));
  co_return content;
}

net::awaitable<Result<Bytes>> download_media(ClientContext& context, wire::MediaContent content,
                                             std::vector<std::string> prefixes) {
  const bool allowed = std::any_of(
      prefixes.begin(), prefixes.end(),
      [&content](const std::string& prefix) { return content.direct_path.starts_with(prefix); });
  if (!allowed) co_return make_error(ErrorCode::kRefused, "path-not-allowed");
  net::HttpRequest request;
  request.target = content.direct_path;
  PARLEY_CO_ASSIGN(const net::HttpResponse response,
                   co_await device_fetch(context, media_host(), std::move(request)));
  if (response.status != 200) {
    co_return make_error(ErrorCode::kRefused, "http-" + std::to_string(response.status));
  }
  const wire::MediaKind kind = wire::media_kind(content.type);
  if (context.fault == ClientFault::kIgnoreMediaMac) {
    co_return wire::decrypt_media_unverified(kind, content.key, response.body);
  }
  wire::DecryptedMedia media =
      wire::decrypt_media(kind, content.key, response.body, content.expectation());
  if (!media.ok()) {
    co_return make_error(ErrorCode::kAuth, std::string(wire::to_string(media.finding)));
  }
  co_return std::move(media.plain);
}

}  // namespace parley::mocks::client
