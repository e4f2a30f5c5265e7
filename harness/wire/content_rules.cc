#include "harness/wire/content_rules.h"

#include <string>

#include "harness/base/utf8.h"

namespace parley::wire {
namespace {

constexpr std::size_t kMaxWaveformBytes = 1024;
constexpr std::size_t kMaxIdBytes = 256;

Error invalid(std::string message) { return make_error(ErrorCode::kInvalid, std::move(message)); }

Status check_text(std::string_view text, std::string_view what) {
  if (!is_utf8(text)) return invalid(std::string(what) + " is no UTF-8");
  return {};
}

Status check_id(std::string_view id, std::string_view what) {
  if (id.empty()) return invalid(std::string(what) + " is missing");
  if (id.size() > kMaxIdBytes) return invalid(std::string(what) + " is too long");
  return check_text(id, what);
}

Status check(const Quote& quote) {
  PARLEY_TRY(check_id(quote.id, "id of the quoted message"));
  PARLEY_TRY(check_text(quote.participant, "author of the quoted message"));
  return check_text(quote.text, "quoted text");
}

Status check(const MessageReference& target) {
  PARLEY_TRY(check_id(target.id, "id of the target message"));
  PARLEY_TRY(check_text(target.chat, "chat of the target message"));
  return check_text(target.participant, "author of the target message");
}

}  // namespace

Status check(const TextContent& text) {
  if (text.text.empty()) return invalid("text is empty");
  if (text.quote) PARLEY_TRY(check(*text.quote));
  return check_text(text.text, "text");
}

Status check(const MediaContent& media) {
  if (media.mime.empty()) return invalid("media lack a MIME type");
  if (media.url.empty() && media.direct_path.empty()) return invalid("media lack an address");
  PARLEY_TRY(check_text(media.mime, "MIME type"));
  PARLEY_TRY(check_text(media.url, "media URL"));
  PARLEY_TRY(check_text(media.direct_path, "media path"));
  PARLEY_TRY(check_text(media.name, "file name"));
  PARLEY_TRY(check_text(media.caption, "caption"));
  if (media.file_length > kMaxMediaBytes) return invalid("media are over 2 GiB");
  if (media.waveform.size() > kMaxWaveformBytes) return invalid("waveform is over 1 KiB");
  if (media.quote) PARLEY_TRY(check(*media.quote));
  return {};
}

Status check(const ReactionContent& reaction) {
  PARLEY_TRY(check(reaction.target));
  return check_text(reaction.emoji, "emoji");
}

Status check(const RevokeContent& revoke) { return check(revoke.target); }

Status check(const UnsupportedContent&) {
  return invalid("content that was not understood cannot be written");
}

}  // namespace parley::wire
