#include "harness/net/http2_session.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <new>
#include <utility>

namespace parley::net {

namespace {

// How much the other end may send ahead of what was looked at: of one stream, of all.
constexpr std::int32_t kStreamWindow = 1 << 20;
constexpr std::int32_t kConnectionWindow = 4 << 20;
// By its own count, nghttp2 would limit resets by the machine's clock.
constexpr std::uint64_t kNoRateLimit = 1'000'000'000;
constexpr std::size_t kMaxContinuations = 8;
constexpr std::size_t kMaxSettings = 32;

// Of the connection itself in HTTP/1.1, and not of a message (RFC 9113, section 8.2.2).
constexpr std::array<std::string_view, 6> kConnectionHeaders{
    "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "host"};

struct Exchange {
  // What arrives.
  std::string method;
  std::string target;
  std::string authority;
  unsigned status = 0;
  HttpHeaders headers;
  Bytes body;
  std::size_t header_bytes = 0;
  std::size_t counted = 0;    // of the body, towards the connection's bound; also once handed on
  bool headers_done = false;  // what comes then is a trailer
  bool whole = false;
  unsigned refusal = 0;  // the status that a server answers with instead
  std::optional<Error> failure;
  bool to_head = false;
  bool cut = false;  // what leaves ends within the body
  // What leaves.
  Bytes out;
  std::size_t sent = 0;
  bool answered = false;
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Error failure_of(std::uint32_t code) {
  const std::string text = std::string("HTTP/2 stream ended: ") + nghttp2_http2_strerror(code);
  switch (code) {
    case NGHTTP2_REFUSED_STREAM:
      return make_error(ErrorCode::kRefused, text);
    case NGHTTP2_ENHANCE_YOUR_CALM:
      return make_error(ErrorCode::kLimit, text);
    case NGHTTP2_PROTOCOL_ERROR:
      return make_error(ErrorCode::kInvalid, text);
    default:
      return make_error(ErrorCode::kClosed, text);
  }
}

// Names and values as nghttp2 wants them; the strings stay where they are.
class FieldList {
 public:
  void add(std::string name, std::string value) {
    strings_.emplace_back(std::move(name), std::move(value));
  }
  Status add_headers(const HttpHeaders& headers) {
    for (const auto& [given, value] : headers) {
      std::string name = lower(given);
      if (std::ranges::find(kConnectionHeaders, name) != kConnectionHeaders.end()) continue;
      const bool fine =
          nghttp2_check_header_name(as_bytes(name).data(), name.size()) != 0 &&
          nghttp2_check_header_value_rfc9113(as_bytes(value).data(), value.size()) != 0;
      if (!fine || name.starts_with(":")) {
        return make_error(ErrorCode::kInvalid, "HTTP header cannot be written: " + given);
      }
      add(std::move(name), value);
    }
    return {};
  }
  std::vector<nghttp2_nv> fields() {
    std::vector<nghttp2_nv> out;
    const auto bytes = [](std::string& text) {
      return reinterpret_cast<std::uint8_t*>(text.data());
    };
    for (auto& [name, value] : strings_) {
      out.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
    }
    return out;
  }

 private:
  std::vector<std::pair<std::string, std::string>> strings_;
};

}  // namespace

class Http2Session::State {
 public:
  State(Role role_, const HttpLimits& limits_, const Http2Limits& bounds_);
  ~State() { nghttp2_session_del(session); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  bool server() const { return role == Role::kServer; }
  Exchange* find(std::int32_t stream) {
    const auto it = exchanges.find(stream);
    return it == exchanges.end() ? nullptr : &it->second;
  }
  void reset(std::int32_t stream, std::uint32_t code) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream, code);
  }
  void calm_down() {
    if (std::exchange(overrun, true)) return;
    nghttp2_session_terminate_session(session, NGHTTP2_ENHANCE_YOUR_CALM);
  }
  // The message is more than we take.
  void refuse(std::int32_t stream, Exchange& exchange, unsigned status, const char* what);
  void on_field(std::int32_t stream, Exchange& exchange, std::string_view name,
                std::string_view value);
  void on_data(std::int32_t stream, Exchange& exchange, BytesView data);
  void on_frame(const nghttp2_frame& frame);
  void on_headers_end(const nghttp2_frame& frame, Exchange& exchange);
  void on_message_end(std::int32_t stream, Exchange& exchange);
  void on_close(std::int32_t stream, std::uint32_t code);
  Status respond(std::int32_t stream, Exchange& exchange, HttpResponse response);

  const Role role;
  const HttpLimits limits;
  const Http2Limits bounds;
  nghttp2_session* session = nullptr;
  std::map<std::int32_t, Exchange> exchanges;
  std::vector<Received> received;
  std::map<std::int32_t, Result<HttpResponse>> responses;
  std::size_t buffered = 0;
  std::size_t resets = 0;
  std::size_t idle_frames = 0;
  bool overrun = false;
};

namespace {

using State = Http2Session::State;

State& state_of(void* user) { return *static_cast<State*>(user); }

int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  state_of(user).exchanges.try_emplace(frame->hd.stream_id);
  return 0;
}

int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
              std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
              std::uint8_t, void* user) {
  if (Exchange* exchange = state_of(user).find(frame->hd.stream_id)) {
    state_of(user).on_field(frame->hd.stream_id, *exchange, as_text({name, name_size}),
                            as_text({value, value_size}));
  }
  return 0;
}

int on_data_chunk(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* data,
                  std::size_t size, void* user) {
  if (Exchange* exchange = state_of(user).find(stream)) {
    state_of(user).on_data(stream, *exchange, {data, size});
  }
  return 0;
}

int on_frame_recv(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  state_of(user).on_frame(*frame);
  return 0;
}

int on_frame_send(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  // A server that has said everything needs no rest of the request (RFC 9113, section 8.1).
  State& state = state_of(user);
  const Exchange* exchange = state.find(frame->hd.stream_id);
  const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  const bool message = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
  if (state.server() && message && ends && exchange != nullptr && !exchange->whole) {
    state.reset(frame->hd.stream_id, NGHTTP2_NO_ERROR);
  }
  return 0;
}

int on_stream_close(nghttp2_session*, std::int32_t stream, std::uint32_t code, void* user) {
  state_of(user).on_close(stream, code);
  return 0;
}

ssize_t read_body(nghttp2_session*, std::int32_t stream, std::uint8_t* to, std::size_t size,
                  std::uint32_t* flags, nghttp2_data_source*, void* user) {
  Exchange* exchange = state_of(user).find(stream);
  if (exchange == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  const std::size_t count = std::min(size, exchange->out.size() - exchange->sent);
  std::copy_n(exchange->out.begin() + static_cast<std::ptrdiff_t>(exchange->sent), count, to);
  exchange->sent += count;
  if (exchange->sent == exchange->out.size()) {
    if (exchange->cut && count == 0) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    if (!exchange->cut) *flags |= NGHTTP2_DATA_FLAG_EOF;
  }
  return static_cast<ssize_t>(count);
}

nghttp2_session_callbacks* make_callbacks() {
  nghttp2_session_callbacks* callbacks = nullptr;
  if (nghttp2_session_callbacks_new(&callbacks) != 0) throw std::bad_alloc();
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data_chunk);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame_recv);
  nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_send);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
  return callbacks;
}

nghttp2_option* make_options() {
  nghttp2_option* options = nullptr;
  if (nghttp2_option_new(&options) != 0) throw std::bad_alloc();
  nghttp2_option_set_no_closed_streams(options, 1);
  nghttp2_option_set_max_settings(options, kMaxSettings);
  nghttp2_option_set_max_outbound_ack(options, 100);
  nghttp2_option_set_max_continuations(options, kMaxContinuations);
  nghttp2_option_set_stream_reset_rate_limit(options, kNoRateLimit, kNoRateLimit);
  nghttp2_option_set_max_reserved_remote_streams(options, 0);
  return options;
}

}  // namespace

Http2Session::State::State(Role role_, const HttpLimits& limits_, const Http2Limits& bounds_)
    : role(role_), limits(limits_), bounds(bounds_) {
  nghttp2_session_callbacks* callbacks = make_callbacks();
  nghttp2_option* options = make_options();
  const int made = server() ? nghttp2_session_server_new2(&session, callbacks, this, options)
                            : nghttp2_session_client_new2(&session, callbacks, this, options);
  nghttp2_option_del(options);
  nghttp2_session_callbacks_del(callbacks);
  if (made != 0) throw std::bad_alloc();
  const std::array<nghttp2_settings_entry, 4> settings{{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, bounds.concurrent_streams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits.header_bytes)},
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
  }};
  const std::size_t count = server() ? settings.size() - 1 : settings.size();
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), count);
  nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
}

void Http2Session::State::refuse(std::int32_t stream, Exchange& exchange, unsigned status,
                                 const char* what) {
  if (exchange.refusal != 0) return;
  exchange.refusal = status;
  buffered -= std::exchange(exchange.counted, 0);
  exchange.body.clear();
  exchange.headers.clear();
  if (!server()) {
    exchange.failure = make_error(ErrorCode::kLimit, what);
    reset(stream, NGHTTP2_CANCEL);
  }
}

void Http2Session::State::on_field(std::int32_t stream, Exchange& exchange, std::string_view name,
                                   std::string_view value) {
  if (exchange.headers_done || exchange.refusal != 0) return;
  exchange.header_bytes += name.size() + value.size() + 32;  // as RFC 9113, section 6.5.2, counts
  if (exchange.header_bytes > limits.header_bytes) {
    return refuse(stream, exchange, 431, "HTTP header too large");
  }
  if (name == ":method") {
    exchange.method = value;
  } else if (name == ":path") {
    exchange.target = value;
  } else if (name == ":authority") {
    exchange.authority = value;
  } else if (name == ":status") {
    std::from_chars(value.data(), value.data() + value.size(), exchange.status);
  } else if (!name.starts_with(':')) {
    exchange.headers.emplace_back(name, value);
  }
}

void Http2Session::State::on_data(std::int32_t stream, Exchange& exchange, BytesView data) {
  if (exchange.refusal != 0 || exchange.answered) return;
  if (exchange.body.size() + data.size() > limits.body_bytes) {
    refuse(stream, exchange, 413, "HTTP body too large");
    if (server()) (void)respond(stream, exchange, HttpResponse{413, {}, {}});
    return;
  }
  if (server() && buffered + data.size() > bounds.buffered_bytes) {
    refuse(stream, exchange, 503, "too much is under way");
    return reset(stream, NGHTTP2_ENHANCE_YOUR_CALM);
  }
  if (server()) {
    buffered += data.size();
    exchange.counted += data.size();
  }
  append(exchange.body, data);
}

void Http2Session::State::on_frame(const nghttp2_frame& frame) {
  Exchange* exchange = find(frame.hd.stream_id);
  const bool ends = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (frame.hd.type == NGHTTP2_RST_STREAM && ++resets > bounds.resets) calm_down();
  const bool carries = frame.hd.type == NGHTTP2_HEADERS ||
                       (frame.hd.type == NGHTTP2_DATA && (frame.hd.length > 0 || ends));
  if (!carries && ++idle_frames > bounds.idle_frames) calm_down();
  if (exchange == nullptr) return;
  if (frame.hd.type == NGHTTP2_HEADERS) on_headers_end(frame, *exchange);
  if (carries && ends) on_message_end(frame.hd.stream_id, *exchange);
}

void Http2Session::State::on_headers_end(const nghttp2_frame& frame, Exchange& exchange) {
  if (!server() && exchange.status / 100 == 1) {  // interim: the final one follows
    exchange.status = 0;
    exchange.headers.clear();
    return;
  }
  exchange.headers_done = true;
  if (server() && exchange.refusal != 0 && !exchange.answered) {
    (void)respond(frame.hd.stream_id, exchange, HttpResponse{exchange.refusal, {}, {}});
  }
}

void Http2Session::State::on_message_end(std::int32_t stream, Exchange& exchange) {
  exchange.whole = true;
  idle_frames = 0;
  if (exchange.refusal != 0 || exchange.answered) return;
  if (!server()) {
    HttpResponse response{exchange.status, std::move(exchange.headers), std::move(exchange.body)};
    response.version = HttpVersion::k2;
    responses.emplace(stream, std::move(response));
    return;
  }
  if (exchange.target.empty()) {  // CONNECT
    (void)respond(stream, exchange, HttpResponse{501, {}, {}});
    return;
  }
  HttpRequest request;
  request.method = exchange.method;
  request.target = exchange.target;
  request.headers = std::move(exchange.headers);
  if (!exchange.authority.empty()) {
    request.headers.emplace(request.headers.begin(), "host", exchange.authority);
  }
  request.body = std::move(exchange.body);
  request.version = HttpVersion::k2;
  exchange.to_head = request.method == "HEAD";
  received.push_back({stream, std::move(request)});
}

void Http2Session::State::on_close(std::int32_t stream, std::uint32_t code) {
  const auto it = exchanges.find(stream);
  if (it == exchanges.end()) return;
  if (server()) {
    std::erase_if(received, [&](const Received& other) { return other.stream == stream; });
  } else if (limits.keep_partial && it->second.headers_done && !it->second.failure &&
             !responses.contains(stream)) {
    Exchange& partial = it->second;
    HttpResponse response{partial.status, std::move(partial.headers), std::move(partial.body)};
    response.version = HttpVersion::k2;
    response.whole = false;
    responses.emplace(stream, std::move(response));
  } else if (!responses.contains(stream)) {
    responses.emplace(stream,
                      it->second.failure ? std::move(*it->second.failure) : failure_of(code));
  }
  buffered -= it->second.counted;
  exchanges.erase(it);
}

Status Http2Session::State::respond(std::int32_t stream, Exchange& exchange,
                                    HttpResponse response) {
  FieldList list;
  Status trouble;
  if (response.status < 200 || response.status > 999) {
    trouble = make_error(ErrorCode::kInvalid, "HTTP status cannot be written");
  }
  list.add(":status", std::to_string(response.status));
  if (trouble.ok()) trouble = list.add_headers(response.headers);
  if (!trouble.ok()) {
    list = {};
    list.add(":status", "500");
    response = HttpResponse{500, {}, {}};
  }
  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless && find_header(response.headers, "Content-Length").empty()) {
    list.add("content-length", std::to_string(response.body.size()));
  }
  exchange.answered = true;
  if (!bodiless && !exchange.to_head) {
    exchange.cut = response.cut_after && *response.cut_after < response.body.size();
    if (exchange.cut) response.body.resize(*response.cut_after);
    exchange.out = std::move(response.body);
  }
  nghttp2_data_provider provider{};
  provider.read_callback = read_body;
  const std::vector<nghttp2_nv> fields = list.fields();
  nghttp2_submit_response(session, stream, fields.data(), fields.size(),
                          exchange.out.empty() && !exchange.cut ? nullptr : &provider);
  return trouble;
}

Http2Session::Http2Session(Role role, const HttpLimits& limits, const Http2Limits& bounds)
    : state_(std::make_unique<State>(role, limits, bounds)) {}
Http2Session::~Http2Session() = default;

Status Http2Session::receive(BytesView bytes) {
  const ssize_t taken = nghttp2_session_mem_recv(state_->session, bytes.data(), bytes.size());
  if (state_->overrun) {
    return make_error(ErrorCode::kLimit, "HTTP/2: more resets or empty frames than allowed");
  }
  if (taken >= 0) return {};
  const bool flood = taken == NGHTTP2_ERR_FLOODED || taken == NGHTTP2_ERR_TOO_MANY_SETTINGS;
  nghttp2_session_terminate_session(state_->session,
                                    flood ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR);
  return make_error(flood ? ErrorCode::kLimit : ErrorCode::kInvalid,
                    std::string("HTTP/2: ") + nghttp2_strerror(static_cast<int>(taken)));
}

Bytes Http2Session::take_output(std::size_t limit) {
  Bytes out;
  while (out.size() < limit) {
    const std::uint8_t* data = nullptr;
    const ssize_t size = nghttp2_session_mem_send(state_->session, &data);
    if (size <= 0) break;
    append(out, BytesView(data, static_cast<std::size_t>(size)));
  }
  return out;
}

bool Http2Session::finished() const {
  return nghttp2_session_want_read(state_->session) == 0 &&
         nghttp2_session_want_write(state_->session) == 0;
}

void Http2Session::wind_up() {
  nghttp2_submit_goaway(state_->session, NGHTTP2_FLAG_NONE,
                        nghttp2_session_get_last_proc_stream_id(state_->session), NGHTTP2_NO_ERROR,
                        nullptr, 0);
}

Result<std::int32_t> Http2Session::submit(const HttpRequest& request,
                                          const std::string& authority) {
  FieldList list;
  const std::string_view host = find_header(request.headers, "Host");
  list.add(":method", request.method);
  list.add(":scheme", "https");
  list.add(":authority", host.empty() ? authority : std::string(host));
  list.add(":path", request.target);
  PARLEY_TRY(list.add_headers(request.headers));
  const bool may_have_body =
      request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (find_header(request.headers, "Content-Length").empty() &&
      (may_have_body || !request.body.empty())) {
    list.add("content-length", std::to_string(request.body.size()));
  }
  const std::string& path = request.target;
  if (nghttp2_check_method(as_bytes(request.method).data(), request.method.size()) == 0 ||
      path.empty() || nghttp2_check_path(as_bytes(path).data(), path.size()) == 0) {
    return make_error(ErrorCode::kInvalid, "HTTP method or target cannot be written");
  }
  nghttp2_data_provider provider{};
  provider.read_callback = read_body;
  const std::vector<nghttp2_nv> fields = list.fields();
  const std::int32_t stream =
      nghttp2_submit_request(state_->session, nullptr, fields.data(), fields.size(),
                             request.body.empty() ? nullptr : &provider, nullptr);
  if (stream < 0) return make_error(ErrorCode::kClosed, nghttp2_strerror(stream));
  Exchange& exchange = state_->exchanges[stream];
  exchange.out = request.body;
  return stream;
}

std::optional<Result<HttpResponse>> Http2Session::take_response(std::int32_t stream) {
  const auto node = state_->responses.extract(stream);
  if (node.empty()) return std::nullopt;
  return std::move(node.mapped());
}

std::vector<Http2Session::Received> Http2Session::take_requests() {
  return std::exchange(state_->received, {});
}

Status Http2Session::respond(std::int32_t stream, HttpResponse response) {
  Exchange* exchange = state_->find(stream);
  if (exchange == nullptr || exchange->answered) return {};
  return state_->respond(stream, *exchange, std::move(response));
}

std::size_t Http2Session::open_streams() const { return state_->exchanges.size(); }

}  // namespace parley::net
