// A Signal account on libsignal-protocol-c, steered over standard input and output: one request,
// one answer, each a line of JSON (peer_process.h). Bytes are in hex, public keys with their type
// byte.
//
//   {"do": "account", "seed": 7, "one_time_prekeys": 1}   a fresh account in place of the last
//   {"do": "start", "peer": "p", "bundle": {...}}         a session from the peer's bundle
//   {"do": "encrypt", "peer": "p", "plaintext": ""}       {"type": "pkmsg"|"msg", "bytes": ""}
//   {"do": "decrypt", "peer": "p", "type": "", "bytes": ""}   {"plaintext": ""}
//
// Bundles: {registration_id, identity, signed_prekey: {id, key, signature}, one_time_prekeys: [{id,
// key}]}; "account" answers with one. Linked with GPL-3 code, hence a program of its own.
#include <dlfcn.h>
#include <signal/protocol.h>
#include <signal/session_builder.h>
#include <signal/session_cipher.h>
#include <unistd.h>

#include <boost/json/serialize.hpp>
#include <climits>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "harness/base/encoding.h"
#include "harness/base/json.h"
#include "mocks/peers/libsignal_c/account.h"

namespace parley::peers {
namespace {

constexpr int kDevice = 1;

/// A request that this program does not understand: the test's fault.
struct BadRequest {
  std::string what;
};

struct ErrorName {
  int code;
  const char* name;
};
constexpr ErrorName kErrorNames[] = {
    {SG_ERR_DUPLICATE_MESSAGE, "duplicate"}, {SG_ERR_INVALID_KEY_ID, "no-prekey"},
    {SG_ERR_NO_SESSION, "no-session"},       {SG_ERR_UNTRUSTED_IDENTITY, "untrusted"},
    {SG_ERR_INVALID_KEY, "invalid-key"},     {SG_ERR_INVALID_MESSAGE, "invalid-message"},
    {SG_ERR_INVALID_MAC, "invalid-message"}, {SG_ERR_INVALID_PROTO_BUF, "invalid-message"},
    {SG_ERR_LEGACY_MESSAGE, "version"},      {SG_ERR_INVALID_VERSION, "version"},
};

std::string text_of(const json::object& object, std::string_view key) {
  const auto text = get_string(object, key);
  if (!text) throw BadRequest{"missing text: " + std::string(key)};
  return std::string(*text);
}

Bytes bytes_of(const json::object& object, std::string_view key) {
  auto bytes = decode_hex(text_of(object, key));
  if (!bytes.ok()) throw BadRequest{"no hex: " + std::string(key)};
  return std::move(*bytes);
}

std::uint32_t number_of(const json::object& object, std::string_view key) {
  const auto number = get_int(object, key);
  if (!number || *number < 0 || *number > UINT32_MAX) {
    throw BadRequest{"missing number: " + std::string(key)};
  }
  return static_cast<std::uint32_t>(*number);
}

const json::object& object_of(const json::object& object, std::string_view key) {
  const json::object* member = get_object(object, key);
  if (member == nullptr) throw BadRequest{"missing object: " + std::string(key)};
  return *member;
}

std::string hex_key(const ec_public_key* key) {
  signal_buffer* raw = nullptr;
  check(ec_public_key_serialize(&raw, key), "key");
  return hex(view(Buffer(raw)));
}

Ref<ec_public_key> decode_key(Account& account, const Bytes& bytes) {
  ec_public_key* key = nullptr;
  check(curve_decode_point(&key, bytes.data(), bytes.size(), account.context()), "public key");
  return Ref<ec_public_key>(key);
}

json::object bundle_of(Account& account) {
  json::array one_time;
  for (const auto& [id, record] : account.one_time_prekeys) {
    session_pre_key* raw = nullptr;
    check(session_pre_key_deserialize(&raw, record.data(), record.size(), account.context()),
          "prekey");
    const Ref<session_pre_key> key(raw);
    one_time.push_back(json::object{
        {"id", id}, {"key", hex_key(ec_key_pair_get_public(session_pre_key_get_key_pair(raw)))}});
  }
  const session_signed_pre_key* signed_key = account.signed_prekey.get();
  const BytesView signature{session_signed_pre_key_get_signature(signed_key),
                            session_signed_pre_key_get_signature_len(signed_key)};
  json::object signed_prekey{
      {"id", session_signed_pre_key_get_id(signed_key)},
      {"key", hex_key(ec_key_pair_get_public(session_signed_pre_key_get_key_pair(signed_key)))},
      {"signature", hex(signature)}};
  return {{"registration_id", account.registration_id},
          {"identity", hex_key(ratchet_identity_key_pair_get_public(account.identity.get()))},
          {"signed_prekey", std::move(signed_prekey)},
          {"one_time_prekeys", std::move(one_time)}};
}

class Server {
 public:
  json::object answer(const json::object& request) {
    const std::string what = text_of(request, "do");
    if (what == "account") return make_account(request);
    if (account_ == nullptr) throw BadRequest{"no account yet"};
    peer_ = text_of(request, "peer");
    if (what == "start") return start(object_of(request, "bundle"));
    if (what == "encrypt") return encrypt(bytes_of(request, "plaintext"));
    if (what == "decrypt") return decrypt(text_of(request, "type"), bytes_of(request, "bytes"));
    throw BadRequest{"unknown request: " + what};
  }

 private:
  json::object make_account(const json::object& request) {
    account_ = std::make_unique<Account>(number_of(request, "seed"),
                                         number_of(request, "one_time_prekeys"));
    return bundle_of(*account_);
  }

  signal_protocol_address address() const { return {peer_.data(), peer_.size(), kDevice}; }

  json::object start(const json::object& from) {
    const json::object& signed_prekey = object_of(from, "signed_prekey");
    const auto identity = decode_key(*account_, bytes_of(from, "identity"));
    const auto signed_key = decode_key(*account_, bytes_of(signed_prekey, "key"));
    const Bytes signature = bytes_of(signed_prekey, "signature");
    Ref<ec_public_key> one_time;
    std::uint32_t one_time_id = 0;
    if (const json::array* keys = get_array(from, "one_time_prekeys"); keys && !keys->empty()) {
      const json::object& first = keys->front().as_object();
      one_time = decode_key(*account_, bytes_of(first, "key"));
      one_time_id = number_of(first, "id");
    }
    session_pre_key_bundle* raw_bundle = nullptr;
    check(session_pre_key_bundle_create(&raw_bundle, number_of(from, "registration_id"), kDevice,
                                        one_time_id, one_time.get(), number_of(signed_prekey, "id"),
                                        signed_key.get(), signature.data(), signature.size(),
                                        identity.get()),
          "bundle");
    const Ref<session_pre_key_bundle> bundle(raw_bundle);
    const signal_protocol_address to = address();
    session_builder* raw_builder = nullptr;
    check(session_builder_create(&raw_builder, account_->stores(), &to, account_->context()),
          "builder");
    const std::unique_ptr<session_builder, decltype(&session_builder_free)> builder(
        raw_builder, session_builder_free);
    check(session_builder_process_pre_key_bundle(builder.get(), bundle.get()), "bundle");
    return {};
  }

  using Cipher = std::unique_ptr<session_cipher, decltype(&session_cipher_free)>;
  /// `to` is kept by reference for as long as the cipher lives.
  Cipher cipher(const signal_protocol_address& to) {
    session_cipher* raw = nullptr;
    check(session_cipher_create(&raw, account_->stores(), &to, account_->context()), "cipher");
    return Cipher(raw, session_cipher_free);
  }

  json::object encrypt(const Bytes& plaintext) {
    const signal_protocol_address to = address();
    const Cipher session = cipher(to);
    ciphertext_message* raw = nullptr;
    check(session_cipher_encrypt(session.get(), plaintext.data(), plaintext.size(), &raw),
          "encrypt");
    const Ref<ciphertext_message> message(raw);
    const signal_buffer* bytes = ciphertext_message_get_serialized(raw);
    const bool pre_key = ciphertext_message_get_type(raw) == CIPHERTEXT_PREKEY_TYPE;
    return {{"type", pre_key ? "pkmsg" : "msg"},
            {"bytes", hex({signal_buffer_const_data(bytes), signal_buffer_len(bytes)})}};
  }

  json::object decrypt(const std::string& type, const Bytes& bytes) {
    const signal_protocol_address from = address();
    const Cipher session = cipher(from);
    signal_buffer* plaintext = nullptr;
    if (type == "pkmsg") {
      pre_key_signal_message* raw = nullptr;
      check(
          pre_key_signal_message_deserialize(&raw, bytes.data(), bytes.size(), account_->context()),
          "pkmsg");
      const Ref<pre_key_signal_message> message(raw);
      check(session_cipher_decrypt_pre_key_signal_message(session.get(), raw, nullptr, &plaintext),
            "decrypt pkmsg");
    } else {
      signal_message* raw = nullptr;
      check(signal_message_deserialize(&raw, bytes.data(), bytes.size(), account_->context()),
            "msg");
      const Ref<signal_message> message(raw);
      check(session_cipher_decrypt_signal_message(session.get(), raw, nullptr, &plaintext),
            "decrypt msg");
    }
    return {{"plaintext", hex(view(Buffer(plaintext)))}};
  }

  std::unique_ptr<Account> account_;
  std::string peer_;
};

json::object error_answer(std::string_view name, std::string_view message) {
  json::object error{{"name", name}, {"message", message}};
  return {{"error", std::move(error)}};
}

json::object answer_line(Server& server, const std::string& line) {
  try {
    const auto request = parse_json(line);
    if (!request.ok()) throw BadRequest{request.error().text()};
    if (!request->is_object()) throw BadRequest{"expected an object"};
    return server.answer(request->get_object());
  } catch (const SignalFailure& failure) {
    for (const ErrorName& error : kErrorNames) {
      if (error.code == failure.code) return error_answer(error.name, failure.what);
    }
    return error_answer("error " + std::to_string(failure.code), failure.what);
  } catch (const BadRequest& bad) {
    return error_answer("bad-request", bad.what);
  }
}

/// The library does not tell its version, but the file it was loaded from does.
std::string library_version() {
  Dl_info info{};
  char path[PATH_MAX];
  if (dladdr(reinterpret_cast<void*>(&session_cipher_encrypt), &info) == 0 ||
      realpath(info.dli_fname, path) == nullptr) {
    return "libsignal-protocol-c of unknown version";
  }
  const std::string file(path);
  const std::string_view separator = ".so.";
  const std::size_t found = file.rfind(separator);
  return "libsignal-protocol-c " +
         (found == std::string::npos ? file : file.substr(found + separator.size()));
}

}  // namespace

int serve() {
  std::cout << json::serialize(json::object{{"peer", library_version()}}) << std::endl;
  Server server;
  std::string line;
  while (std::getline(std::cin, line)) {
    std::cout << json::serialize(answer_line(server, line)) << std::endl;
  }
  return 0;
}

}  // namespace parley::peers

int main() { return parley::peers::serve(); }
