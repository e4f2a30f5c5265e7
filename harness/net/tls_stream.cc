#include "harness/net/tls_stream.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "harness/net/scheduler.h"
#include "harness/net/stream_deadline.h"

namespace parley::net {

namespace {

constexpr Duration kHandshakeTime = std::chrono::seconds(30);
constexpr Duration kCloseTime = std::chrono::seconds(1);
constexpr std::size_t kRecord = 16 * 1024;  // the most that one TLS record holds

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Context = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Deleter<SSL_free>>;
using Memory = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;

std::string openssl_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "protocol error" : reason;
}

Memory read_only(const std::string& text) {
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Context new_context(const SSL_METHOD* method) {
  Context context(SSL_CTX_new(method));
  if (!context) throw std::runtime_error("OpenSSL cannot make a TLS context");
  // Every connection is new: tickets would only be bytes that nobody reads.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
  return context;
}

}  // namespace

class TlsContext {
 public:
  TlsContext(Context c, TlsOffer s) : context(std::move(c)), speaks(std::move(s)) {}
  const Context context;
  const TlsOffer speaks;  ///< of a server
};

namespace {

// The list as it is on the wire: each name behind its length.
std::string wire_form(const Protocols& protocols) {
  std::string bytes;
  for (const std::string& name : protocols) {
    bytes.push_back(static_cast<char>(name.size()));
    bytes += name;
  }
  return bytes;
}

Protocols read_wire_form(BytesView bytes) {
  Protocols protocols;
  while (!bytes.empty() && bytes.front() < bytes.size()) {
    protocols.emplace_back(as_text(bytes.subspan(1, bytes.front())));
    bytes = bytes.subspan(1 + bytes.front());
  }
  return protocols;
}

int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* in, unsigned in_size, void* arg) {
  const Protocols& mine = static_cast<const TlsContext*>(arg)->speaks.protocols;
  const Result<std::string> chosen = choose_protocol(mine, read_wire_form({in, in_size}));
  if (!chosen.ok()) return SSL_TLSEXT_ERR_ALERT_FATAL;
  const auto name = std::ranges::find(mine, *chosen);
  if (name == mine.end()) return SSL_TLSEXT_ERR_NOACK;
  // Into the context's own copy: OpenSSL reads it after this call.
  *out = as_bytes(*name).data();
  *out_size = static_cast<unsigned char>(name->size());
  return SSL_TLSEXT_ERR_OK;
}

Status add_authorities(X509_STORE* store, const std::string& text) {
  const Memory pem = read_only(text);
  for (std::size_t added = 0;; ++added) {
    const Certificate authority(PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr));
    // The end of the text, unless there was nothing before it.
    const bool end = !authority && ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (end && added > 0) break;
    if (!authority || X509_STORE_add_cert(store, authority.get()) != 1) {
      return make_error(ErrorCode::kInvalid, "TLS authority: " + openssl_reason());
    }
  }
  ERR_clear_error();
  return {};
}

}  // namespace

Result<std::shared_ptr<TlsContext>> make_tls_server(const crypto::CertificateAndKey& identity,
                                                    TlsOffer speaks) {
  Context context = new_context(TLS_server_method());
  const Memory certificate_pem = read_only(identity.certificate_pem);
  const Memory key_pem = read_only(identity.private_key_pem);
  const Certificate certificate(
      PEM_read_bio_X509(certificate_pem.get(), nullptr, nullptr, nullptr));
  const Key key(PEM_read_bio_PrivateKey(key_pem.get(), nullptr, nullptr, nullptr));
  if (!certificate || !key || SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1) {
    return make_error(ErrorCode::kInvalid, "TLS server identity: " + openssl_reason());
  }
  auto server = std::make_shared<TlsContext>(std::move(context), std::move(speaks));
  if (!server->speaks.protocols.empty()) {
    SSL_CTX_set_alpn_select_cb(server->context.get(), select_protocol, server.get());
  }
  return server;
}

Result<std::shared_ptr<TlsContext>> make_tls_client(
    std::initializer_list<std::string> authorities) {
  Context context = new_context(TLS_client_method());
  for (const std::string& text : authorities) {
    const Status added = add_authorities(SSL_CTX_get_cert_store(context.get()), text);
    if (!added.ok()) return added.error();
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  return std::make_shared<TlsContext>(std::move(context), TlsOffer());
}

namespace {

int number_of(TlsVersion version) {
  constexpr std::array kNumbers{TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
  return kNumbers.at(static_cast<std::size_t>(version));
}

Status limit_versions(SSL* session, const TlsVersions& versions) {
  // OpenSSL speaks versions before 1.2 at its lowest level of security only.
  if (versions.oldest < TlsVersion::k1_2) SSL_set_security_level(session, 0);
  if (SSL_set_min_proto_version(session, number_of(versions.oldest)) == 1 &&
      SSL_set_max_proto_version(session, number_of(versions.newest)) == 1) {
    return {};
  }
  return make_error(ErrorCode::kInternal, "OpenSSL cannot speak TLS " + to_string(versions));
}

// Either end's word for having nothing in common with the other.
bool is_refusal(int reason) {
  return reason == SSL_AD_REASON_OFFSET + SSL_AD_NO_APPLICATION_PROTOCOL ||
         reason == SSL_AD_REASON_OFFSET + SSL_AD_PROTOCOL_VERSION ||
         reason == SSL_R_UNSUPPORTED_PROTOCOL;
}

class TlsConnection {
 public:
  TlsConnection(World& world, std::shared_ptr<TlsContext> context, std::unique_ptr<Stream> below)
      : world_(world),
        scheduler_(world.scheduler()),
        context_(std::move(context)),
        below_(std::move(below)),
        session_(SSL_new(context_->context.get())),
        flushed_(scheduler_) {
    incoming_ = BIO_new(BIO_s_mem());
    outgoing_ = BIO_new(BIO_s_mem());
    if (!session_ || incoming_ == nullptr || outgoing_ == nullptr) throw std::bad_alloc();
    SSL_set_bio(session_.get(), incoming_, outgoing_);  // which owns both
  }

  SSL* session() { return session_.get(); }
  const std::string& protocol() const { return protocol_; }
  const TlsOffer& speaks() const { return context_->speaks; }
  std::optional<TlsVersion> tls_version() const {
    switch (SSL_version(session_.get())) {
      case TLS1_1_VERSION:
        return TlsVersion::k1_1;
      case TLS1_2_VERSION:
        return TlsVersion::k1_2;
      case TLS1_3_VERSION:
        return TlsVersion::k1_3;
      default:
        return std::nullopt;
    }
  }
  Stream& below() { return *below_; }

  static awaitable<Status> handshake(std::shared_ptr<TlsConnection> self) {
    for (;;) {
      ERR_clear_error();
      const int outcome = SSL_do_handshake(self->session());
      const int need = outcome == 1 ? SSL_ERROR_NONE : SSL_get_error(self->session(), outcome);
      Status failure;
      if (need != SSL_ERROR_NONE && need != SSL_ERROR_WANT_READ) failure = self->handshake_error();
      // Also after a failure: the other end is told by an alert.
      const Status sent = co_await flush(self);
      PARLEY_CO_TRY(failure);
      PARLEY_CO_TRY(sent);
      if (need == SSL_ERROR_NONE) {
        self->note_protocol();
        co_return Status();
      }
      PARLEY_CO_TRY(co_await feed(self));
    }
  }

  static awaitable<Result<Bytes>> read(std::shared_ptr<TlsConnection> self, std::size_t limit) {
    Bytes bytes(std::min(limit, kRecord));
    for (;;) {
      if (self->closed_) co_return closed();
      ERR_clear_error();
      std::size_t count = 0;
      const int outcome = SSL_read_ex(self->session(), bytes.data(), bytes.size(), &count);
      if (outcome == 1) {
        bytes.resize(count);
        co_return bytes;
      }
      const int need = SSL_get_error(self->session(), outcome);
      if (need == SSL_ERROR_ZERO_RETURN) {
        co_return make_error(ErrorCode::kClosed, "the other end closed the stream");
      }
      if (need != SSL_ERROR_WANT_READ) {
        co_return make_error(ErrorCode::kIo, "TLS: " + openssl_reason());
      }
      PARLEY_CO_TRY(co_await flush(self));  // reading may answer, for instance a key update
      PARLEY_CO_TRY(co_await feed(self));
    }
  }

  static awaitable<Status> write(std::shared_ptr<TlsConnection> self, BytesView data) {
    while (!data.empty()) {
      if (self->closed_ || self->write_closed_) co_return closed();
      // Several records at a time: one write below for each would double the cost.
      const BytesView piece = data.first(std::min(data.size(), 4 * kRecord));
      ERR_clear_error();
      std::size_t count = 0;
      if (SSL_write_ex(self->session(), piece.data(), piece.size(), &count) != 1) {
        co_return make_error(ErrorCode::kIo, "TLS: " + openssl_reason());
      }
      data = data.subspan(count);
      PARLEY_CO_TRY(co_await flush(self));
    }
    co_return Status();
  }

  static void close(const std::shared_ptr<TlsConnection>& self) {
    if (std::exchange(self->closed_, true)) return;
    if (self->scheduler_->stopped()) return self->below_->close();
    self->world_.spawn(say_goodbye(self));
  }

  static void close_write(const std::shared_ptr<TlsConnection>& self) {
    if (self->closed_ || std::exchange(self->write_closed_, true)) return;
    if (!self->scheduler_->stopped()) self->world_.spawn(say_no_more(self));
  }

  void reset() {
    if (!std::exchange(closed_, true)) below_->close();
  }

 private:
  static Error closed() { return make_error(ErrorCode::kClosed, "the stream is closed"); }

  Error handshake_error() {
    const long verdict = SSL_get_verify_result(session());
    const bool unshared = is_refusal(ERR_GET_REASON(ERR_peek_error()));
    const std::string reason = openssl_reason();
    if (verdict != X509_V_OK) {
      return make_error(ErrorCode::kAuth, std::string("TLS certificate refused: ") +
                                              X509_verify_cert_error_string(verdict));
    }
    return make_error(unshared ? ErrorCode::kRefused : ErrorCode::kIo, "TLS handshake: " + reason);
  }

  void note_protocol() {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(session(), &name, &size);
    protocol_ = std::string(as_text({name, size}));
  }

  static awaitable<Status> feed(std::shared_ptr<TlsConnection> self) {
    const Result<Bytes> more = co_await self->below_->read_some(kRecord);
    if (!more.ok()) co_return more.error();
    BIO_write(self->incoming_, more->data(), static_cast<int>(more->size()));
    co_return Status();
  }

  // Reader and writer may both have something to send, and one write at a time goes below.
  static awaitable<Status> flush(std::shared_ptr<TlsConnection> self) {
    while (self->flushing_) co_await self->flushed_.wait();
    const std::size_t pending = BIO_ctrl_pending(self->outgoing_);
    if (pending == 0) co_return Status();
    Bytes bytes(pending);
    BIO_read(self->outgoing_, bytes.data(), static_cast<int>(bytes.size()));
    self->flushing_ = true;
    Status written = co_await self->below_->write(bytes);
    self->flushing_ = false;
    self->flushed_.notify();
    co_return written;
  }

  static awaitable<void> say_goodbye(std::shared_ptr<TlsConnection> self) {
    const StreamDeadline deadline(self->world_, *self->below_, self->world_.now() + kCloseTime);
    [[maybe_unused]] const Status sent = co_await send_close_notify(self);
    self->below_->close();
  }

  static awaitable<void> say_no_more(std::shared_ptr<TlsConnection> self) {
    const Status sent = co_await send_close_notify(self);
    if (sent.ok() && !self->closed_) self->below_->close_write();
  }

  // The other end's is not waited for.
  static awaitable<Status> send_close_notify(std::shared_ptr<TlsConnection> self) {
    ERR_clear_error();
    SSL_shutdown(self->session());
    ERR_clear_error();
    return flush(std::move(self));
  }

  World& world_;
  const std::shared_ptr<Scheduler> scheduler_;
  const std::shared_ptr<TlsContext> context_;
  const std::unique_ptr<Stream> below_;
  const Session session_;
  BIO* incoming_ = nullptr;  // owned by session_
  BIO* outgoing_ = nullptr;  // owned by session_
  WaitList flushed_;
  std::string protocol_;
  bool flushing_ = false;
  bool closed_ = false;
  bool write_closed_ = false;
};

class TlsStream final : public Stream {
 public:
  explicit TlsStream(std::shared_ptr<TlsConnection> connection)
      : connection_(std::move(connection)) {}
  ~TlsStream() override { connection_->reset(); }
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  awaitable<Result<Bytes>> read_some(std::size_t limit) override {
    return TlsConnection::read(connection_, limit);
  }
  awaitable<Status> write(BytesView data) override {
    return TlsConnection::write(connection_, data);
  }
  void close() override { TlsConnection::close(connection_); }
  void close_write() override { TlsConnection::close_write(connection_); }
  const std::string& remote_host() const override { return connection_->below().remote_host(); }
  const std::string& protocol() const override { return connection_->protocol(); }
  std::optional<TlsVersion> tls_version() const override { return connection_->tls_version(); }

 private:
  const std::shared_ptr<TlsConnection> connection_;
};

awaitable<Result<std::unique_ptr<Stream>>> shake_hands(World& world,
                                                       std::shared_ptr<TlsConnection> connection) {
  StreamDeadline deadline(world, connection->below(), world.now() + kHandshakeTime);
  const Status done = co_await TlsConnection::handshake(connection);
  if (deadline.expired()) {
    co_return make_error(ErrorCode::kTimeout, "TLS handshake took too long");
  }
  PARLEY_CO_TRY(done);
  std::unique_ptr<Stream> stream = std::make_unique<TlsStream>(std::move(connection));
  co_return stream;
}

}  // namespace

awaitable<Result<std::unique_ptr<Stream>>> tls_connect(World& world,
                                                       std::shared_ptr<TlsContext> context,
                                                       std::unique_ptr<Stream> below,
                                                       std::string host, TlsOffer offered,
                                                       std::optional<TimePoint> when) {
  auto connection = std::make_shared<TlsConnection>(world, std::move(context), std::move(below));
  SSL* session = connection->session();
  SSL_set_connect_state(session);
  SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  // World time decides about validity, so that a world that moved on by months still agrees.
  X509_VERIFY_PARAM_set_time(SSL_get0_param(session), unix_seconds(when.value_or(world.now())));
  if (SSL_set1_host(session, host.c_str()) != 1 ||
      SSL_set_tlsext_host_name(session, host.c_str()) != 1) {
    co_return make_error(ErrorCode::kInvalid, "not a host name for TLS: " + host);
  }
  PARLEY_CO_TRY(limit_versions(session, offered.versions));
  const std::string protocols = wire_form(offered.protocols);
  if (!protocols.empty() && SSL_set_alpn_protos(session, as_bytes(protocols).data(),
                                                static_cast<unsigned>(protocols.size())) != 0) {
    co_return make_error(ErrorCode::kInternal, "OpenSSL takes no protocols");
  }
  co_return co_await shake_hands(world, std::move(connection));
}

awaitable<Result<std::unique_ptr<Stream>>> tls_accept(World& world,
                                                      std::shared_ptr<TlsContext> context,
                                                      std::unique_ptr<Stream> below) {
  auto connection = std::make_shared<TlsConnection>(world, std::move(context), std::move(below));
  SSL_set_accept_state(connection->session());
  PARLEY_CO_TRY(limit_versions(connection->session(), connection->speaks().versions));
  co_return co_await shake_hands(world, std::move(connection));
}

}  // namespace parley::net
