#include "mocks/client/media_transfer.h"

#include <algorithm>
#include <utility>

#include "harness/net/byte_range.h"
#include "harness/wire/media_encryption.h"
#include "harness/wire/media_policy.h"
#include "mocks/cast/hosts.h"
#include "mocks/tap/http_tap.h"

namespace parley::mocks::client {
namespace {

/// How often a host is asked before the user is told.
constexpr unsigned kMostAttempts = 4;
constexpr Duration kPause = std::chrono::seconds(2);

bool may_be_better_later(const Result<net::HttpResponse>& response) {
  if (response.ok()) return response->status >= 500;
  const ErrorCode code = response.error().code;
  return code == ErrorCode::kTimeout || code == ErrorCode::kClosed || code == ErrorCode::kIo;
}

/// Adds what came to what was there. False where the answer is no part that fits.
bool take_part(const net::HttpResponse& response, Bytes& file) {
  if (response.status == 200) {
    file = response.body;
    return true;
  }
  const auto range = net::parse_content_range(net::find_header(response.headers, "Content-Range"));
  if (response.status != 206 || !range || range->first != file.size()) return false;
  append(file, response.body);
  return true;
}

/// The file as it lies on the media host.
net::awaitable<Result<Bytes>> fetch_file(ClientContext& context, std::string path) {
  net::HttpLimits limits;
  limits.body_bytes = wire::kLargestStoredFile;
  limits.keep_partial = !context.departs(ClientFault::kNoResume);
  Bytes file;
  std::string failure = "no-answer";
  for (unsigned attempt = 1; attempt <= kMostAttempts; ++attempt) {
    net::HttpRequest request;
    request.target = path;
    if (!file.empty()) request.headers.emplace_back("Range", net::range_from(file.size()));
    auto response =
        co_await tapped_fetch(context.world, context.observer, device_host(context.id),
                              context.media_host, net::Security::kTls, std::move(request), limits);
    if (response.ok() && (response->status == 200 || response->status == 206)) {
      if (!take_part(*response, file)) co_return make_error(ErrorCode::kInvalid, "wrong-part");
      if (response->whole) co_return file;
      continue;
    }
    if (response.ok()) failure = "http-" + std::to_string(response->status);
    if (!may_be_better_later(response) || context.departs(ClientFault::kNoResume)) break;
    if (attempt < kMostAttempts) co_await context.world.wait_for(kPause * attempt);
  }
  co_return make_error(ErrorCode::kRefused, failure);
}

}  // namespace

net::awaitable<Result<net::HttpResponse>> device_fetch(ClientContext& context, net::Address to,
                                                       net::HttpRequest request) {
  co_return co_await tapped_fetch(context.world, context.observer, device_host(context.id),
                                  std::move(to), net::Security::kTls, std::move(request));
}

net::awaitable<Result<net::HttpResponse>> probe_media(ClientContext& context,
                                                      wire::MediaContent content,
                                                      std::string range) {
  net::HttpRequest request;
  request.target = std::move(content.direct_path);
  if (!range.empty()) request.headers.emplace_back("Range", std::move(range));
  co_return co_await device_fetch(context, context.media_host, std::move(request));
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

net::awaitable<Result<wire::MediaContent>> upload_media(ClientContext& context,
                                                        const StoreMedia& store, OutgoingFile file,
                                                        MediaTampering tampering) {
  MediaDamage damage = tampering.damage;
  if (context.departs(ClientFault::kCorruptMedia)) damage = MediaDamage::kFile;
  if (file.content.size() > wire::kLargestMediaFile && damage != MediaDamage::kLimit &&
      !context.departs(ClientFault::kNoSizeLimit)) {
    co_return make_error(ErrorCode::kLimit, "file-too-large");
  }
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
  upload.encrypted =
      context.departs(ClientFault::kUploadPlaintext) ? file.content : std::move(encrypted.file);
  upload.encrypted_sha256 = content.encrypted_sha256;
  if (damage == MediaDamage::kDigest) content.encrypted_sha256[0] ^= 1;
  if (damage == MediaDamage::kPlainDigest) content.file_sha256[0] ^= 1;
  if (damage == MediaDamage::kKey) content.key[0] ^= 1;
  if (damage == MediaDamage::kFile) {
    if (!upload.encrypted.empty()) upload.encrypted[upload.encrypted.size() / 2] ^= 1;
  }
  if (context.departs(ClientFault::kLeakFileName)) {
    upload.headers.emplace_back("X-File-Name", file.name);
  }
  PARLEY_CO_ASSIGN(content.direct_path, co_await store(std::move(upload)));
  if (damage == MediaDamage::kReference) {
    content.direct_path = forge_path(tampering.forgery, content.direct_path);
  }
  co_return content;
}

net::awaitable<Result<Bytes>> download_media(ClientContext& context, wire::MediaContent content,
                                             std::vector<std::string> prefixes) {
  const bool allowed = std::any_of(
      prefixes.begin(), prefixes.end(),
      [&content](const std::string& prefix) { return content.direct_path.starts_with(prefix); });
  if (!allowed && context.departs("fetches-from-anywhere")) {
    net::HttpRequest request;
    request.target = content.direct_path;
    (void)co_await device_fetch(context, {"elsewhere.test", 443}, std::move(request));
  }
  if (!allowed) co_return make_error(ErrorCode::kRefused, "path-not-allowed");
  PARLEY_CO_ASSIGN(const Bytes file, co_await fetch_file(context, content.direct_path));
  const wire::MediaKind kind = wire::media_kind(content.type);
  if (context.departs(ClientFault::kIgnoreMediaMac)) {
    co_return wire::decrypt_media_unverified(kind, content.key, file);
  }
  wire::DecryptedMedia media = wire::decrypt_media(kind, content.key, file, content.expectation());
  if (!media.ok()) {
    co_return make_error(ErrorCode::kAuth, std::string(wire::to_string(media.finding)));
  }
  co_return std::move(media.plain);
}

}  // namespace parley::mocks::client
