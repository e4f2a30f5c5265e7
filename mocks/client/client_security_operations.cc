// Operations by which a scenario looks at a client's keys without seeing them, compares them with a
// peer's, breaks into the client, or has it send what nobody expects.
#include <array>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "harness/wire/signal/fingerprint.h"
#include "mocks/client/client.h"
#include "mocks/client/odd_frames.h"
#include "mocks/client/operation_arguments.h"
#include "mocks/client/stanzas.h"

namespace parley::mocks::client {
namespace {

/// A few more than any receiver has to keep keys for.
constexpr std::int64_t kMostSkipped = 5'000;

json::array texts(const std::vector<std::string>& list) {
  json::array out;
  for (const std::string& text : list) out.emplace_back(text);
  return out;
}

/// How some bytes are recognised by who does not know them: their first two bytes, to know where to
/// look, and a digest of them all.
json::object digest_of(std::string_view name, std::string_view form, BytesView bytes) {
  return {{"of", name},
          {"form", form},
          {"size", static_cast<std::int64_t>(bytes.size())},
          {"mark", static_cast<std::int64_t>(read_be(bytes.first(2)))},
          {"sha256", hex(crypto::sha256(bytes))}};
}

/// The forms in which a key could travel.
void add_digests(json::array& list, std::string_view name, BytesView key, bool is_public) {
  std::string capitals = hex(key);
  for (char& c : capitals) {
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  }
  // Without padding, which not everybody writes.
  std::string sixty_four = base64(key);
  while (sixty_four.ends_with('=')) sixty_four.pop_back();
  const std::array<std::pair<std::string_view, Bytes>, 5> forms = {{
      {"raw", to_bytes(key)},
      {"hex", to_bytes(as_bytes(hex(key)))},
      {"capital-hex", to_bytes(as_bytes(capitals))},
      {"base64", to_bytes(as_bytes(sixty_four))},
      {"base64url", to_bytes(as_bytes(base64url(key)))},
  }};
  for (const auto& [form, bytes] : forms) {
    json::object digest = digest_of(name, form, bytes);
    if (is_public) digest["public"] = true;
    list.push_back(std::move(digest));
  }
}

}  // namespace

net::awaitable<Result<json::object>> ClientCore::fingerprint(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"of"}));
  PARLEY_CO_ASSIGN(std::string actor, string_argument(arguments, "of"));
  PARLEY_CO_ASSIGN(wire::Jid peer, co_await strategy_.resolve(std::move(actor)));
  auto identity = account_.store().peer_identity(session_name(peer));
  if (!identity) {
    PARLEY_CO_ASSIGN(signal::PreKeyBundle bundle, co_await account_.fetch(peer));
    if (context_.departs("fetches-to-compare")) {
      PARLEY_CO_ASSIGN(bundle, co_await account_.fetch(peer));
    }
    identity = bundle.identity;
  }
  const std::string own = signal::half_fingerprint(session_name(context_.own),
                                                   account_.store().identity().public_key());
  const std::string other = signal::half_fingerprint(session_name(peer), *identity);
  if (context_.departs("fixed-fingerprint"))
    co_return json::object{{"digits", std::string(60, '7')}};
  if (context_.departs("own-fingerprint")) {
    co_return json::object{{"digits", signal::fingerprint(own, own)}};
  }
  co_return json::object{{"digits", signal::fingerprint(own, other)}};
}

net::awaitable<Result<json::object>> ClientCore::inject(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"what"}));
  PARLEY_CO_ASSIGN(const std::string what, string_argument(arguments, "what"));
  PARLEY_CO_TRY(context_.connected());
  const std::string id = context_.connection->next_id();
  const auto frame = odd_frame(what);
  const auto stanza = odd_stanza(what, id, "w:p");
  if (!frame && !stanza) {
    co_return make_error(ErrorCode::kInvalid,
                         "nothing that could be injected is called \"" + what + "\"");
  }
  json::object facts = {{"kind", what}, {"to", context_.id}};
  if (stanza) {
    facts["id"] = id;
    facts["malformed"] = true;
  }
  context_.events.push("disturbed", std::move(facts));
  PARLEY_CO_TRY(frame ? context_.connection->send_bytes(*frame)
                      : context_.connection->send(*stanza));
  co_return json::object();
}

net::awaitable<Result<json::object>> ClientCore::repeat_message(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"id"}));
  PARLEY_CO_ASSIGN(const std::string id, string_argument(arguments, "id"));
  PARLEY_CO_TRY(sender_.repeat(id));
  co_return json::object();
}

net::awaitable<Result<json::object>> ClientCore::secret_digests(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {}));
  json::array digests;
  for (const auto& [name, key] : account_.store().private_keys()) {
    add_digests(digests, name, key, false);
  }
  // Every peer gets this one: who does not find it has not looked.
  add_digests(digests, "public identity", account_.store().identity().public_key(), true);
  co_return json::object{{"digests", std::move(digests)}};
}

net::awaitable<Result<json::object>> ClientCore::skip_messages(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"to", "count"}));
  PARLEY_CO_ASSIGN(std::string actor, string_argument(arguments, "to"));
  PARLEY_CO_ASSIGN(const std::int64_t count, count_argument(arguments, "count", kMostSkipped));
  PARLEY_CO_ASSIGN(wire::Jid to, co_await strategy_.resolve(std::move(actor)));
  PARLEY_CO_TRY(co_await account_.ensure_session(to));
  for (std::int64_t i = 0; i < count; ++i) PARLEY_CO_TRY(account_.encrypt(to, Bytes(1, 1)));
  co_return json::object();
}

net::awaitable<Result<json::object>> ClientCore::steal_state(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {}));
  PARLEY_CO_ASSIGN(const std::size_t theft, thief_.steal(account_.state_at_rest()));
  co_return json::object{{"theft", static_cast<std::int64_t>(theft)}};
}

net::awaitable<Result<json::object>> ClientCore::try_decrypt(json::object arguments) {
  PARLEY_CO_TRY(only_arguments(arguments, {"theft", "ids"}));
  PARLEY_CO_ASSIGN(const std::int64_t theft, count_argument(arguments, "theft", kMostThefts));
  PARLEY_CO_ASSIGN(const std::vector<std::string> ids, strings_argument(arguments, "ids"));
  PARLEY_CO_ASSIGN(const Thief::Outcome outcome,
                   thief_.try_decrypt(static_cast<std::size_t>(theft), ids));
  co_return json::object{{"opened", texts(outcome.opened)}, {"closed", texts(outcome.closed)}};
}

}  // namespace parley::mocks::client
