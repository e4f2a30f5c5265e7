// One account as libsignal-protocol-c sees it: the context, and the stores that the library calls
// back into, which are plain maps here.
#pragma once

#include <signal/signal_protocol.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "harness/base/bytes.h"
#include "harness/base/random.h"

namespace parley::peers {

/// The library's objects count their references; the smart pointer holds one.
template <class T>
struct Unref {
  void operator()(T* object) const {
    signal_type_unref(reinterpret_cast<signal_type_base*>(object));
  }
};
template <class T>
using Ref = std::unique_ptr<T, Unref<T>>;

struct FreeBuffer {
  void operator()(signal_buffer* buffer) const { signal_buffer_free(buffer); }
};
using Buffer = std::unique_ptr<signal_buffer, FreeBuffer>;

inline BytesView view(const Buffer& buffer) {
  return {signal_buffer_const_data(buffer.get()), signal_buffer_len(buffer.get())};
}

/// What the library answered where it did not answer SG_SUCCESS.
struct SignalFailure {
  int code = 0;
  std::string what;
};

/// Throws SignalFailure.
inline void check(int code, const char* what) {
  if (code < 0) throw SignalFailure{code, what};
}

class Account {
 public:
  /// A fresh identity with one signed prekey (id 1) and `one_time_prekeys` more, ids from 1.
  Account(std::uint64_t seed, unsigned one_time_prekeys);
  ~Account();
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;

  signal_context* context() { return context_; }
  signal_protocol_store_context* stores() { return stores_; }

  std::uint32_t registration_id = 0;
  Ref<ratchet_identity_key_pair> identity;
  Ref<session_signed_pre_key> signed_prekey;
  std::map<std::uint32_t, Bytes> one_time_prekeys;  ///< serialized; deleted when used
  std::map<std::uint32_t, Bytes> signed_prekeys;
  std::map<std::string, Bytes, std::less<>> sessions;
  std::map<std::string, Bytes, std::less<>> peer_identities;

 private:
  void make_keys(unsigned one_time_prekeys);
  void set_stores();

  SeededRandom random_;
  signal_context* context_ = nullptr;
  signal_protocol_store_context* stores_ = nullptr;
};

}  // namespace parley::peers
