#include "harness/net/http_message.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <utility>

namespace parley::net {

namespace {

namespace http = boost::beast::http;
using boost::system::error_code;
using Body = http::vector_body<std::uint8_t>;

constexpr std::size_t kReadSize = 64 * 1024;

HttpFault fault_of(error_code ec) {
  if (ec == http::error::header_limit) {
    return {make_error(ErrorCode::kLimit, "HTTP header too large"), 431};
  }
  if (ec == http::error::body_limit) {
    return {make_error(ErrorCode::kLimit, "HTTP body too large"), 413};
  }
  return {make_error(ErrorCode::kInvalid, "malformed HTTP: " + ec.message()), 400};
}

// The connection ended before the message was whole.
template <bool kRequest>
std::optional<HttpFault> finish(http::parser<kRequest, Body>& parser, bool begun, Error end) {
  if (!begun) return HttpFault{std::move(end), 0};
  error_code ec;
  if (parser.is_header_done()) parser.put_eof(ec);
  if (parser.is_done() && !ec) return std::nullopt;  // a response that lasts until the end
  return HttpFault{make_error(ErrorCode::kClosed, "the connection ended within a message"), 0};
}

enum class Until { kHeader, kEnd };

// Feeds `parser` from the backlog and then from the stream until the header or the message is
// whole.
template <bool kRequest>
awaitable<std::optional<HttpFault>> read_message(Stream& stream, HttpBacklog& backlog,
                                                 http::parser<kRequest, Body>& parser, Until until,
                                                 const std::function<void()>& started) {
  parser.eager(true);
  bool begun = parser.got_some() || !backlog.empty();
  if (begun && started) started();
  for (bool fresh = !backlog.empty();;) {
    if (fresh && !parser.is_done()) {
      error_code ec;
      const std::size_t used = parser.put(boost::asio::buffer(backlog), ec);
      backlog.erase(backlog.begin(), backlog.begin() + static_cast<std::ptrdiff_t>(used));
      if (ec && ec != http::error::need_more) co_return fault_of(ec);
    }
    if (parser.is_done()) co_return std::nullopt;
    if (until == Until::kHeader && parser.is_header_done()) co_return std::nullopt;
    Result<Bytes> more = co_await stream.read_some(kReadSize);
    if (!more.ok()) co_return finish(parser, begun, std::move(more).error());
    if (!begun && started) started();
    begun = fresh = true;
    if (backlog.empty()) {
      backlog = std::move(*more);
    } else {
      append(backlog, *more);
    }
  }
}

template <class Fields>
HttpHeaders copy_headers(const Fields& fields) {
  HttpHeaders headers;
  for (const auto& field : fields) {
    headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  return headers;
}

bool is_token(std::string_view text) {
  constexpr std::string_view kPunctuation = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kPunctuation.find(c) != std::string_view::npos;
  });
}

bool is_line(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

Status write_headers(const HttpHeaders& headers, std::string& out) {
  for (const auto& [name, value] : headers) {
    if (!is_token(name) || !is_line(value)) {
      return make_error(ErrorCode::kInvalid, "HTTP header cannot be written: " + name);
    }
    out.append(name).append(": ").append(value).append("\r\n");
  }
  return {};
}

Bytes with_body(std::string& head, const Bytes* body) {
  head.append("\r\n");
  Bytes out;
  out.reserve(head.size() + (body ? body->size() : 0));
  append(out, as_bytes(head));
  if (body) append(out, *body);
  return out;
}

bool sets_length(const HttpHeaders& headers) {
  return !find_header(headers, "Content-Length").empty() ||
         !find_header(headers, "Transfer-Encoding").empty();
}

// A Host header is required exactly once (RFC 9112, section 3.2).
std::optional<HttpFault> check_host(const http::request<Body>& message) {
  const auto hosts = message.count(http::field::host);
  if (hosts == 1 || (hosts == 0 && message.version() < 11)) return std::nullopt;
  return HttpFault{make_error(ErrorCode::kInvalid, "malformed HTTP: not one Host header"), 400};
}

}  // namespace

std::string_view find_header(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [other, value] : headers) {
    if (boost::beast::iequals(other, name)) return value;
  }
  return {};
}

awaitable<ReceivedRequest> read_http_request(Stream& stream, HttpBacklog& backlog,
                                             const HttpLimits& limits,
                                             const std::function<void()>& started) {
  http::request_parser<Body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  parser.body_limit(limits.body_bytes);
  ReceivedRequest received;
  received.fault = co_await read_message(stream, backlog, parser, Until::kHeader, started);
  if (received.fault) co_return received;
  // A client may wait for permission before it sends the body (RFC 9110, section 10.1.1).
  const auto expect = parser.get()[http::field::expect];
  if (!parser.is_done() && boost::beast::iequals(expect, "100-continue")) {
    const Status written = co_await stream.write(as_bytes("HTTP/1.1 100 Continue\r\n\r\n"));
    if (!written.ok()) {
      received.fault = HttpFault{written.error(), 0};
      co_return received;
    }
  }
  received.fault = co_await read_message(stream, backlog, parser, Until::kEnd, {});
  if (received.fault) co_return received;
  auto message = parser.release();
  received.fault = check_host(message);
  received.request.method = std::string(message.method_string());
  received.request.target = std::string(message.target());
  received.request.headers = copy_headers(message);
  received.request.remote_host = stream.remote_host();
  received.request.tls_version = stream.tls_version();
  received.keep_alive = message.keep_alive();
  received.request.body = std::move(message.body());
  co_return received;
}

awaitable<Result<HttpResponse>> read_http_response(Stream& stream, HttpBacklog& backlog,
                                                   const HttpLimits& limits, bool to_head) {
  for (;;) {
    http::response_parser<Body> parser;
    parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    parser.body_limit(limits.body_bytes);
    parser.skip(to_head);
    std::optional<HttpFault> fault =
        co_await read_message(stream, backlog, parser, Until::kEnd, {});
    const bool partial = fault && limits.keep_partial && parser.is_header_done() &&
                         fault->error.code == ErrorCode::kClosed;
    if (fault && !partial) co_return std::move(fault->error);
    auto message = parser.release();
    if (message.result_int() / 100 == 1) continue;
    HttpResponse response;
    response.whole = !partial;
    response.status = message.result_int();
    response.headers = copy_headers(message);
    response.body = std::move(message.body());
    co_return response;
  }
}

Result<Bytes> write_http_request(const HttpRequest& request, const std::string& host) {
  const bool spaced = request.target.find(' ') != std::string::npos;
  if (!is_token(request.method) || request.target.empty() || spaced || !is_line(request.target)) {
    return make_error(ErrorCode::kInvalid, "HTTP method or target cannot be written");
  }
  std::string head = request.method + " " + request.target + " HTTP/1.1\r\n";
  if (find_header(request.headers, "Host").empty()) head.append("Host: " + host + "\r\n");
  PARLEY_TRY(write_headers(request.headers, head));
  if (find_header(request.headers, "Connection").empty()) head.append("Connection: close\r\n");
  const bool may_have_body = request.method != "GET" && request.method != "HEAD";
  if (!sets_length(request.headers) && (may_have_body || !request.body.empty())) {
    head.append("Content-Length: " + std::to_string(request.body.size()) + "\r\n");
  }
  return with_body(head, &request.body);
}

Result<Bytes> write_http_response(const HttpResponse& response, bool to_head, bool keep_alive) {
  if (response.status < 200 || response.status > 999) {
    return make_error(ErrorCode::kInvalid, "HTTP status cannot be written");
  }
  const std::string_view reason = http::obsolete_reason(http::int_to_status(response.status));
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(reason).append("\r\n");
  PARLEY_TRY(write_headers(response.headers, head));
  if (!keep_alive && find_header(response.headers, "Connection").empty()) {
    head.append("Connection: close\r\n");
  }
  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless && !sets_length(response.headers)) {
    head.append("Content-Length: " + std::to_string(response.body.size()) + "\r\n");
  }
  return with_body(head, bodiless || to_head ? nullptr : &response.body);
}

}  // namespace parley::net
