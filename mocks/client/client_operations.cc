// The operations of the driver contract that every client performs.
#include <utility>

#include "harness/base/encoding.h"
#include "mocks/client/client.h"
#include "mocks/client/operation_arguments.h"
#include "mocks/client/stanzas.h"

namespace parley::mocks::client {
namespace {

constexpr std::int64_t kMostPrekeys = 1000;

json::object with_id(const std::string& id) {
  json::object result;
  result["id"] = id;
  return result;
}

json::object with_sent(bool sent) {
  json::object result;
  result["sent"] = sent;
  return result;
}

Result<OutgoingFile> file_in(const json::object& arguments) {
  OutgoingFile file;
  PARLEY_ASSIGN(const std::string kind,
                word_argument(arguments, "kind", {"image", "video", "voice", "file"}));
  file.type = *wire::parse_media_type(kind);
  PARLEY_ASSIGN(file.name, string_argument(arguments, "name"));
  PARLEY_ASSIGN(file.mime, string_argument(arguments, "mime"));
  PARLEY_ASSIGN(file.caption, string_argument_or(arguments, "caption", ""));
  PARLEY_ASSIGN(const std::string_view content, text_argument(arguments, "content"));
  auto bytes = decode_base64(content);
  if (!bytes.ok()) return at("argument \"content\"", std::move(bytes).error());
  file.content = std::move(*bytes);
  return file;
}

/// How far the sender's clock is off, in seconds.
Result<std::int64_t> skew_in(const json::object& arguments) {
  constexpr std::int64_t kMostSkew = std::int64_t{100} * 365 * 86'400;
  if (!arguments.contains("skew")) return std::int64_t{0};
  const auto skew = get_int(arguments, "skew");
  if (!skew || *skew < -kMostSkew || *skew > kMostSkew) {
    return make_error(ErrorCode::kInvalid,
                      "argument \"skew\" must be whole seconds, at most a hundred years");
  }
  return *skew;
}

}  // namespace

std::span<const OperationEntry<ClientCore>> ClientCore::operations() {
  static constexpr OperationEntry<ClientCore> kOperations[] = {
      {"disconnect", &ClientCore::disconnect},
      {"upload-keys", &ClientCore::upload_keys},
      {"key-count", &ClientCore::key_count},
      {"fetch-keys", &ClientCore::fetch_keys},
      {"server-ping", &ClientCore::ping_server},
      {"send-text", &ClientCore::send_text},
      {"send-media", &ClientCore::send_media},
      {"react", &ClientCore::react},
      {"typing", &ClientCore::typing},
      {"read", &ClientCore::read},
      {"block", &ClientCore::block},
      {"unblock", &ClientCore::unblock},
      {"blocklist", &ClientCore::blocklist},
      {"corrupt-next", &ClientCore::corrupt_next},
      {"corrupt-next-media", &ClientCore::corrupt_next_media},
      {"extend-next", &ClientCore::extend_next},
      {"probe-media", &ClientCore::probe_media},
      {"resend", &ClientCore::resend},
      {"retry-media", &ClientCore::retry_media},
      {"send-loop", &ClientCore::send_loop},
      {"send-malformed", &ClientCore::send_malformed},
      {"send-unsupported", &ClientCore::send_unsupported},
      {"fingerprint", &ClientCore::fingerprint},
      {"inject", &ClientCore::inject},
      {"repeat-message", &ClientCore::repeat_message},
      {"secret-digests", &ClientCore::secret_digests},
      {"skip-messages", &ClientCore::skip_messages},
      {"steal-state", &ClientCore::steal_state},
      {"try-decrypt", &ClientCore::try_decrypt},
  };
  return kOperations;
}

net::awaitable<Result<json::object>> ClientCore::disconnect(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"abruptly"}));
  PARLEY_CO_ASSIGN(const bool abruptly, flag_argument_or(arguments, "abruptly", false));
  PARLEY_CO_TRY(context_.connected());
  const auto held = context_.connection;
  if (abruptly) {
    held->break_off();
  } else {
    co_await held->disconnect();
  }
  co_return json::object();
}

net::awaitable<Result<json::object>> ClientCore::upload_keys(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"count"}));
  PARLEY_CO_ASSIGN(const std::int64_t count, count_argument(arguments, "count", kMostPrekeys));
  PARLEY_CO_TRY(co_await account_.upload(static_cast<std::size_t>(count)));
  co_return json::object();
}

net::awaitable<Result<json::object>> ClientCore::key_count(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {}));
  json::object result;
  PARLEY_CO_ASSIGN(result["count"], co_await account_.count());
  co_return result;
}

net::awaitable<Result<json::object>> ClientCore::fetch_keys(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"to"}));
  PARLEY_CO_ASSIGN(std::string actor, string_argument(arguments, "to"));
  PARLEY_CO_ASSIGN(wire::Jid to, co_await strategy_.resolve(std::move(actor)));
  PARLEY_CO_ASSIGN(const signal::PreKeyBundle bundle, co_await account_.fetch(std::move(to)));
  json::object result;
  result["has_prekey"] = bundle.one_time_prekey.has_value();
  if (bundle.one_time_prekey) result["prekey_id"] = bundle.one_time_prekey->id;
  co_return result;
}

net::awaitable<Result<json::object>> ClientCore::ping_server(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {}));
  auto answer = co_await context_.request(
      [this](const std::string& id) { return server_ping(*context_.profile, id); });
  if (!answer.ok()) co_return at("server ping", std::move(answer).error());
  co_return json::object();
}

bool ClientCore::refused(const std::string& id, const std::string& actor) {
  const auto refusal = strategy_.refuses_to_send(actor);
  if (!refusal) return false;
  json::object facts;
  facts["id"] = id;
  facts["code"] = 0;
  facts["reason"] = refusal->reason;
  if (!context_.departs("hides-failures")) {
    context_.events.push("send-failed", std::move(facts));
  }
  return true;
}

std::optional<wire::Quote> ClientCore::quote_of(const std::string& id) const {
  if (context_.departs(ClientFault::kDropQuote)) return std::nullopt;
  wire::Quote quote;
  quote.id = id;
  quote.participant = context_.own.text();
  if (const auto* received = receiver_.find(id)) {
    quote.participant = received->author.text();
    quote.text = received->text;
  } else if (const std::string* own = sender_.find_text(id)) {
    quote.text = *own;
  }
  return quote;
}

net::awaitable<Result<json::object>> ClientCore::send_text(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"to", "text", "quote", "skew"}));
  wire::TextContent content;
  PARLEY_CO_ASSIGN(const std::string actor, string_argument(arguments, "to"));
  PARLEY_CO_ASSIGN(content.text, string_argument(arguments, "text"));
  PARLEY_CO_ASSIGN(const std::string quoted, string_argument_or(arguments, "quote", ""));
  if (!quoted.empty()) content.quote = quote_of(quoted);
  PARLEY_CO_TRY(context_.connected());
  const std::string id = sender_.new_id();
  if (refused(id, actor)) co_return with_id(id);
  PARLEY_CO_ASSIGN(wire::Jid to, co_await strategy_.resolve(actor));
  OutgoingMessage message(std::move(content));
  PARLEY_CO_ASSIGN(const std::int64_t skew, skew_in(arguments));
  if (skew != 0) message.time = unix_seconds(context_.world.now()) + skew;
  PARLEY_CO_TRY(co_await sender_.send(id, std::move(to), std::move(message)));
  co_return with_id(id);
}

net::awaitable<Result<json::object>> ClientCore::send_media(json::object arguments) {
  PARLEY_CO_TRY(
      only_arguments(arguments, {"to", "kind", "name", "mime", "content", "caption", "quote"}));
  PARLEY_CO_ASSIGN(const std::string actor, string_argument(arguments, "to"));
  PARLEY_CO_ASSIGN(OutgoingFile file, file_in(arguments));
  PARLEY_CO_ASSIGN(const std::string quoted, string_argument_or(arguments, "quote", ""));
  PARLEY_CO_TRY(context_.connected());
  const std::string id = sender_.new_id();
  json::object result = with_id(id);
  result["sha256"] = hex(crypto::sha256(file.content));
  result["size"] = static_cast<std::int64_t>(file.content.size());
  if (refused(id, actor)) co_return result;
  PARLEY_CO_ASSIGN(wire::Jid to, co_await strategy_.resolve(actor));
  PARLEY_CO_ASSIGN(wire::MediaContent content,
                   co_await upload_media(context_, strategy_.store_media, std::move(file),
                                         std::exchange(next_media_, MediaTampering())));
  if (!quoted.empty()) content.quote = quote_of(quoted);
  PARLEY_CO_TRY(co_await sender_.send(id, std::move(to), std::move(content)));
  co_return result;
}

wire::MessageReference ClientCore::reference_to(const std::string& id,
                                                const wire::Jid& chat) const {
  wire::MessageReference reference;
  reference.id = id;
  reference.chat = chat.text();
  reference.from_me = receiver_.find(id) == nullptr;
  return reference;
}

net::awaitable<Result<json::object>> ClientCore::react(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"to", "id", "emoji", "skew"}));
  wire::ReactionContent content;
  PARLEY_CO_ASSIGN(const std::string target, string_argument(arguments, "id"));
  PARLEY_CO_ASSIGN(content.emoji, string_argument(arguments, "emoji"));
  PARLEY_CO_ASSIGN(const std::string actor, string_argument(arguments, "to"));
  PARLEY_CO_TRY(context_.connected());
  const std::string id = sender_.new_id();
  if (refused(id, actor)) co_return with_id(id);
  PARLEY_CO_ASSIGN(wire::Jid to, co_await strategy_.resolve(actor));
  content.target = reference_to(target, to);
  PARLEY_CO_ASSIGN(const std::int64_t skew, skew_in(arguments));
  content.timestamp_ms = unix_nanos(context_.world.now()) / 1'000'000 + skew * 1000;
  PARLEY_CO_TRY(co_await sender_.send(id, std::move(to), std::move(content)));
  co_return with_id(id);
}

net::awaitable<Result<json::object>> ClientCore::typing(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"to", "state"}));
  PARLEY_CO_ASSIGN(const std::string state,
                   word_argument(arguments, "state", {"composing", "paused"}));
  PARLEY_CO_ASSIGN(const std::string actor, string_argument(arguments, "to"));
  PARLEY_CO_TRY(context_.connected());
  if (!strategy_.shows_typing() && !context_.departs("ignores-typing-setting"))
    co_return with_sent(false);
  PARLEY_CO_ASSIGN(const wire::Jid to, co_await strategy_.resolve(actor));
  PARLEY_CO_TRY(context_.send(chatstate_send(*context_.profile, to, state)));
  co_return with_sent(true);
}

net::awaitable<Result<json::object>> ClientCore::read(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"to", "ids"}));
  PARLEY_CO_ASSIGN(const std::vector<std::string> ids, strings_argument(arguments, "ids"));
  PARLEY_CO_ASSIGN(const std::string actor, string_argument(arguments, "to"));
  PARLEY_CO_TRY(context_.connected());
  if (!strategy_.shows_read_receipts() && !context_.departs("ignores-receipt-setting"))
    co_return with_sent(false);
  PARLEY_CO_ASSIGN(const wire::Jid to, co_await strategy_.resolve(actor));
  PARLEY_CO_TRY(context_.send(
      receipt_read_send(*context_.profile, ids, to, unix_seconds(context_.world.now()))));
  co_return with_sent(true);
}

net::awaitable<Result<json::object>> ClientCore::change_blocklist(json::object arguments,
                                                                  std::string action) {
  PARLEY_CO_TRY(only_arguments(arguments, {"who"}));
  PARLEY_CO_ASSIGN(std::string who, string_argument(arguments, "who"));
  PARLEY_CO_ASSIGN(const wire::Jid jid, co_await strategy_.resolve(std::move(who)));
  auto answer = co_await context_.request(
      [&](const std::string& id) { return blocklist_set(*context_.profile, id, action, jid); });
  if (!answer.ok()) co_return at("blocklist", std::move(answer).error());
  co_return json::object();
}

net::awaitable<Result<json::object>> ClientCore::block(json::object arguments) {
  co_return co_await change_blocklist(std::move(arguments), "block");
}

net::awaitable<Result<json::object>> ClientCore::unblock(json::object arguments) {
  co_return co_await change_blocklist(std::move(arguments), "unblock");
}

net::awaitable<Result<json::object>> ClientCore::blocklist(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {}));
  auto answer = co_await context_.request(
      [this](const std::string& id) { return blocklist_get(*context_.profile, id); });
  if (!answer.ok()) co_return at("blocklist", std::move(answer).error());
  json::array blocked;
  for (const wire::Jid& jid : blocklist_in(*answer)) {
    const std::string actor = context_.actor_of(jid);
    blocked.emplace_back(actor.empty() ? jid.text() : actor);
  }
  json::object result;
  result["blocked"] = std::move(blocked);
  co_return result;
}

net::awaitable<Result<json::object>> ClientCore::corrupt_next(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {}));
  sender_.corrupt_next();
  co_return json::object();
}

net::awaitable<Result<json::object>> ClientCore::corrupt_next_media(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"part", "reference"}));
  PARLEY_CO_ASSIGN(const std::string part, string_argument(arguments, "part"));
  const auto damage = parse_media_damage(part);
  if (!damage) co_return make_error(ErrorCode::kInvalid, "no part of a file: \"" + part + "\"");
  MediaTampering tampering;
  tampering.damage = *damage;
  if (damage == MediaDamage::kReference) {
    PARLEY_CO_ASSIGN(const std::string word, string_argument(arguments, "reference"));
    const auto forgery = parse_forged_path(word);
    if (!forgery) co_return make_error(ErrorCode::kInvalid, "no forgery: \"" + word + "\"");
    tampering.forgery = *forgery;
  }
  next_media_ = tampering;
  co_return json::object();
}

}  // namespace parley::mocks::client
