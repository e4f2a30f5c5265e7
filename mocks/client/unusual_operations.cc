// Operations by which a scenario has a client do what no user asks for: messages that receivers
// have to refuse, repeat, or show as something that they do not know.
#include <utility>

#include "harness/wire/unusual_content.h"
#include "mocks/client/client.h"
#include "mocks/client/operation_arguments.h"

namespace parley::mocks::client {
namespace {

json::object with_id(const std::string& id) {
  json::object result;
  result["id"] = id;
  return result;
}

/// An image small enough to make up on the spot.
OutgoingFile small_image() {
  OutgoingFile file;
  file.type = wire::MediaType::kImage;
  file.name = "image.jpg";
  file.mime = "image/jpeg";
  file.content = Bytes(200, 0x5A);
  return file;
}

/// The content that the record of a message tells: what a reader makes of it.
wire::MessageContent taken_for(const Bytes& protobuf) {
  auto content = wire::decode_content(protobuf);
  return content.ok() ? std::move(*content) : wire::MessageContent(wire::UnsupportedContent{});
}

}  // namespace

net::awaitable<Result<json::object>> ClientCore::extend_next(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {}));
  sender_.extend_next();
  co_return json::object();
}

net::awaitable<Result<json::object>> ClientCore::resend(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"id"}));
  PARLEY_CO_ASSIGN(const std::string id, string_argument(arguments, "id"));
  PARLEY_CO_TRY(co_await sender_.resend(id));
  co_return with_id(id);
}

net::awaitable<Result<json::object>> ClientCore::retry_media(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"id"}));
  PARLEY_CO_ASSIGN(const std::string id, string_argument(arguments, "id"));
  if (receiver_.find_media(id) == nullptr) {
    co_return make_error(ErrorCode::kNotFound, "no file of message " + id);
  }
  const Status shown = co_await receiver_.retry_media(id);
  json::object result = with_id(id);
  result["shown"] = shown.ok();
  if (!shown.ok()) result["reason"] = shown.error().message;
  co_return result;
}

net::awaitable<Result<json::object>> ClientCore::probe_media(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"id", "range"}));
  PARLEY_CO_ASSIGN(const std::string id, string_argument(arguments, "id"));
  PARLEY_CO_ASSIGN(std::string range, string_argument_or(arguments, "range", ""));
  const wire::MediaContent* media = receiver_.find_media(id);
  if (media == nullptr) co_return make_error(ErrorCode::kNotFound, "no file of message " + id);
  wire::MediaContent content = *media;
  // The name hides the operation's own.
  auto response = co_await client::probe_media(context_, std::move(content), std::move(range));
  if (!response.ok()) co_return at("probe", std::move(response).error());
  json::object result;
  result["status"] = response->status;
  result["size"] = static_cast<std::int64_t>(response->body.size());
  const std::string_view part = net::find_header(response->headers, "Content-Range");
  if (!part.empty()) result["content_range"] = part;
  co_return result;
}

net::awaitable<Status> ClientCore::send_raw(std::string id, std::string actor, Bytes bytes,
                                            bool padded) {
  if (refused(id, actor)) co_return Status();
  PARLEY_CO_ASSIGN(wire::Jid to, co_await strategy_.resolve(std::move(actor)));
  OutgoingMessage message(padded ? wire::MessageContent(wire::UnsupportedContent{})
                                 : taken_for(bytes));
  message.raw = std::move(bytes);
  message.padded = padded;
  co_return co_await sender_.send(std::move(id), std::move(to), std::move(message));
}

net::awaitable<Result<json::object>> ClientCore::send_malformed(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"to", "kind", "text"}));
  PARLEY_CO_ASSIGN(const std::string kind, string_argument(arguments, "kind"));
  PARLEY_CO_ASSIGN(const std::string text, string_argument(arguments, "text"));
  PARLEY_CO_ASSIGN(const std::string actor, string_argument(arguments, "to"));
  const auto malformation = wire::parse_malformation(kind);
  if (!malformation) co_return make_error(ErrorCode::kInvalid, "no malformation: " + kind);
  PARLEY_CO_TRY(context_.connected());
  const std::string id = sender_.new_id();
  PARLEY_CO_TRY(co_await send_raw(id, actor, wire::malformed_content(*malformation, text), true));
  co_return with_id(id);
}

net::awaitable<Result<json::object>> ClientCore::send_unsupported(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"to", "kind", "text"}));
  PARLEY_CO_ASSIGN(const std::string word, string_argument(arguments, "kind"));
  PARLEY_CO_ASSIGN(const std::string text, string_argument(arguments, "text"));
  PARLEY_CO_ASSIGN(const std::string actor, string_argument(arguments, "to"));
  const auto kind = wire::parse_native_kind(word);
  if (!kind) co_return make_error(ErrorCode::kInvalid, "no kind of message: " + word);
  PARLEY_CO_TRY(context_.connected());
  wire::MediaContent file;
  if (wire::has_file(*kind)) {
    PARLEY_CO_ASSIGN(file, co_await upload_media(context_, strategy_.store_media, small_image()));
  }
  const std::string id = sender_.new_id();
  PARLEY_CO_TRY(co_await send_raw(id, actor, wire::native_content(*kind, text, file), false));
  co_return with_id(id);
}

// Ids are the sender's to choose, so that it can quote what it has yet to send.
net::awaitable<Result<json::object>> ClientCore::send_loop(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"to", "text", "length"}));
  PARLEY_CO_ASSIGN(const std::string text, string_argument(arguments, "text"));
  PARLEY_CO_ASSIGN(const std::string actor, string_argument(arguments, "to"));
  PARLEY_CO_ASSIGN(const std::int64_t length, count_argument(arguments, "length", 10));
  PARLEY_CO_TRY(context_.connected());
  std::vector<std::string> ids;
  for (std::int64_t i = 0; i < std::max<std::int64_t>(length, 1); ++i) {
    ids.push_back(sender_.new_id());
  }
  json::array sent;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    sent.emplace_back(ids[i]);
    if (refused(ids[i], actor)) continue;
    PARLEY_CO_ASSIGN(wire::Jid to, co_await strategy_.resolve(actor));
    wire::TextContent content{text, quote_of(ids[(i + 1) % ids.size()])};
    PARLEY_CO_TRY(co_await sender_.send(ids[i], std::move(to), std::move(content)));
  }
  json::object result = with_id(ids.back());
  result["ids"] = std::move(sent);
  co_return result;
}

}  // namespace parley::mocks::client
