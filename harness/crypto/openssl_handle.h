// Owners for OpenSSL's reference-counted objects, for the .cc files of this folder only: no header
// that others include names OpenSSL.
#pragma once

#include <openssl/err.h>
#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace parley::crypto {

template <auto Free>
struct OpensslDeleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

template <class T, auto Free>
using OpensslHandle = std::unique_ptr<T, OpensslDeleter<Free>>;

using KeyHandle = OpensslHandle<EVP_PKEY, EVP_PKEY_free>;
using KeyContext = OpensslHandle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContext = OpensslHandle<EVP_MD_CTX, EVP_MD_CTX_free>;
using CipherContext = OpensslHandle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

/// For calls that only fail where memory is exhausted or the caller is wrong, never because of what
/// a peer sent.
inline void require(bool ok, const char* what) {
  if (ok) return;
  ERR_clear_error();
  throw std::runtime_error(what);
}

/// Empties this thread's error queue after a failure that the input caused. A stale entry would
/// otherwise be taken for a TLS error by the next reader of the queue.
inline void forget_openssl_errors() { ERR_clear_error(); }

}  // namespace parley::crypto
