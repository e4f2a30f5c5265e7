#include "mocks/peers/libsignal_c/account.h"

#include <signal/key_helper.h>

#include <string_view>

#include "mocks/peers/libsignal_c/crypto_provider.h"

namespace parley::peers {
namespace {

constexpr std::uint32_t kSignedPreKeyId = 1;
constexpr unsigned kFirstPreKeyId = 1;
constexpr std::uint64_t kTimestamp = 1'790'000'000'000;  // kept by the library, judged by nobody

Account& account_of(void* user_data) { return *static_cast<Account*>(user_data); }
std::string name_of(const signal_protocol_address* address) {
  return {address->name, address->name_len};
}
Bytes copy(const std::uint8_t* data, std::size_t size) { return {data, data + size}; }

/// 1 and a fresh buffer where `map` has `key`, 0 otherwise.
template <class Map, class Key>
int load(const Map& map, const Key& key, signal_buffer** out) {
  const auto found = map.find(key);
  if (found == map.end()) return 0;
  *out = signal_buffer_create(found->second.data(), found->second.size());
  return *out != nullptr ? 1 : SG_ERR_NOMEM;
}

/// The same in the convention of the prekey stores.
template <class Map>
int load_key(const Map& map, std::uint32_t id, signal_buffer** out) {
  const int found = load(map, id, out);
  return found == 1 ? SG_SUCCESS : found == 0 ? SG_ERR_INVALID_KEY_ID : found;
}

signal_protocol_session_store session_store(Account* account) {
  signal_protocol_session_store store{};
  store.load_session_func = [](signal_buffer** record, signal_buffer**,
                               const signal_protocol_address* address, void* user_data) {
    return load(account_of(user_data).sessions, name_of(address), record);
  };
  // Every peer has one device here.
  store.get_sub_device_sessions_func = [](signal_int_list** list, const char*, std::size_t, void*) {
    *list = signal_int_list_alloc();
    return 0;
  };
  store.store_session_func = [](const signal_protocol_address* address, std::uint8_t* record,
                                std::size_t size, std::uint8_t*, std::size_t, void* user_data) {
    account_of(user_data).sessions[name_of(address)] = copy(record, size);
    return 0;
  };
  store.contains_session_func = [](const signal_protocol_address* address, void* user_data) {
    return account_of(user_data).sessions.contains(name_of(address)) ? 1 : 0;
  };
  store.delete_session_func = [](const signal_protocol_address* address, void* user_data) {
    return account_of(user_data).sessions.erase(name_of(address)) > 0 ? 1 : 0;
  };
  store.delete_all_sessions_func = [](const char* name, std::size_t size, void* user_data) {
    return static_cast<int>(account_of(user_data).sessions.erase(std::string(name, size)));
  };
  store.destroy_func = [](void*) {};
  store.user_data = account;
  return store;
}

signal_protocol_pre_key_store prekey_store(Account* account) {
  signal_protocol_pre_key_store store{};
  store.load_pre_key = [](signal_buffer** record, std::uint32_t id, void* user_data) {
    return load_key(account_of(user_data).one_time_prekeys, id, record);
  };
  store.store_pre_key = [](std::uint32_t id, std::uint8_t* record, std::size_t size,
                           void* user_data) {
    account_of(user_data).one_time_prekeys[id] = copy(record, size);
    return 0;
  };
  store.contains_pre_key = [](std::uint32_t id, void* user_data) {
    return account_of(user_data).one_time_prekeys.contains(id) ? 1 : 0;
  };
  store.remove_pre_key = [](std::uint32_t id, void* user_data) {
    account_of(user_data).one_time_prekeys.erase(id);
    return 0;
  };
  store.destroy_func = [](void*) {};
  store.user_data = account;
  return store;
}

signal_protocol_signed_pre_key_store signed_prekey_store(Account* account) {
  signal_protocol_signed_pre_key_store store{};
  store.load_signed_pre_key = [](signal_buffer** record, std::uint32_t id, void* user_data) {
    return load_key(account_of(user_data).signed_prekeys, id, record);
  };
  store.store_signed_pre_key = [](std::uint32_t id, std::uint8_t* record, std::size_t size,
                                  void* user_data) {
    account_of(user_data).signed_prekeys[id] = copy(record, size);
    return 0;
  };
  store.contains_signed_pre_key = [](std::uint32_t id, void* user_data) {
    return account_of(user_data).signed_prekeys.contains(id) ? 1 : 0;
  };
  store.remove_signed_pre_key = [](std::uint32_t id, void* user_data) {
    account_of(user_data).signed_prekeys.erase(id);
    return 0;
  };
  store.destroy_func = [](void*) {};
  store.user_data = account;
  return store;
}

signal_protocol_identity_key_store identity_store(Account* account) {
  signal_protocol_identity_key_store store{};
  store.get_identity_key_pair = [](signal_buffer** public_key, signal_buffer** private_key,
                                   void* user_data) {
    const auto* identity = account_of(user_data).identity.get();
    const int code =
        ec_public_key_serialize(public_key, ratchet_identity_key_pair_get_public(identity));
    if (code < 0) return code;
    return ec_private_key_serialize(private_key, ratchet_identity_key_pair_get_private(identity));
  };
  store.get_local_registration_id = [](void* user_data, std::uint32_t* id) {
    *id = account_of(user_data).registration_id;
    return 0;
  };
  store.save_identity = [](const signal_protocol_address* address, std::uint8_t* key,
                           std::size_t size, void* user_data) {
    account_of(user_data).peer_identities[name_of(address)] = copy(key, size);
    return 0;
  };
  // Trust on first use: another key for the same name is refused.
  store.is_trusted_identity = [](const signal_protocol_address* address, std::uint8_t* key,
                                 std::size_t size, void* user_data) {
    const auto& known = account_of(user_data).peer_identities;
    const auto found = known.find(name_of(address));
    return found == known.end() || found->second == copy(key, size) ? 1 : 0;
  };
  store.destroy_func = [](void*) {};
  store.user_data = account;
  return store;
}

template <class T>
Bytes serialized(int (*serialize)(signal_buffer**, const T*), const T* object) {
  signal_buffer* raw = nullptr;
  check(serialize(&raw, object), "serialize");
  return to_bytes(view(Buffer(raw)));
}

}  // namespace

Account::Account(std::uint64_t seed, unsigned one_time_prekey_count)
    : random_(seed, "libsignal-protocol-c") {
  check(signal_context_create(&context_, nullptr), "context");
  if (!set_crypto_provider(*context_, random_)) throw SignalFailure{SG_ERR_UNKNOWN, "provider"};
  set_stores();
  make_keys(one_time_prekey_count);
}

Account::~Account() {
  signal_protocol_store_context_destroy(stores_);
  identity.reset();
  signed_prekey.reset();
  signal_context_destroy(context_);
}

void Account::set_stores() {
  check(signal_protocol_store_context_create(&stores_, context_), "stores");
  const auto sessions_store = session_store(this);
  const auto prekeys_store = prekey_store(this);
  const auto signed_store = signed_prekey_store(this);
  const auto identities_store = identity_store(this);
  check(signal_protocol_store_context_set_session_store(stores_, &sessions_store), "sessions");
  check(signal_protocol_store_context_set_pre_key_store(stores_, &prekeys_store), "prekeys");
  check(signal_protocol_store_context_set_signed_pre_key_store(stores_, &signed_store), "signed");
  check(signal_protocol_store_context_set_identity_key_store(stores_, &identities_store),
        "identities");
}

void Account::make_keys(unsigned one_time_prekey_count) {
  check(signal_protocol_key_helper_generate_registration_id(&registration_id, 0, context_),
        "registration id");
  ratchet_identity_key_pair* pair = nullptr;
  check(signal_protocol_key_helper_generate_identity_key_pair(&pair, context_), "identity");
  identity.reset(pair);
  session_signed_pre_key* signed_key = nullptr;
  check(signal_protocol_key_helper_generate_signed_pre_key(&signed_key, pair, kSignedPreKeyId,
                                                           kTimestamp, context_),
        "signed prekey");
  signed_prekey.reset(signed_key);
  signed_prekeys[kSignedPreKeyId] =
      serialized<session_signed_pre_key>(session_signed_pre_key_serialize, signed_key);
  if (one_time_prekey_count == 0) return;
  signal_protocol_key_helper_pre_key_list_node* list = nullptr;
  check(signal_protocol_key_helper_generate_pre_keys(&list, kFirstPreKeyId, one_time_prekey_count,
                                                     context_),
        "one-time prekeys");
  for (auto* node = list; node != nullptr; node = signal_protocol_key_helper_key_list_next(node)) {
    const session_pre_key* key = signal_protocol_key_helper_key_list_element(node);
    one_time_prekeys[session_pre_key_get_id(key)] =
        serialized<session_pre_key>(session_pre_key_serialize, key);
  }
  signal_protocol_key_helper_key_list_free(list);
}

}  // namespace parley::peers
