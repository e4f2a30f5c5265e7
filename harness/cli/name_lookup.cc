#include "harness/cli/name_lookup.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <future>
#include <memory>
#include <thread>
#include <utility>

namespace parley::cli {
namespace {

std::string numeric(const addrinfo& one) {
  char text[INET6_ADDRSTRLEN] = {};
  const void* address = nullptr;
  if (one.ai_family == AF_INET) {
    address = &reinterpret_cast<const sockaddr_in*>(one.ai_addr)->sin_addr;
  } else if (one.ai_family == AF_INET6) {
    address = &reinterpret_cast<const sockaddr_in6*>(one.ai_addr)->sin6_addr;
  }
  if (address == nullptr || ::inet_ntop(one.ai_family, address, text, sizeof text) == nullptr) {
    return {};
  }
  return text;
}

Result<std::string> ask(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(host.c_str(), nullptr, &wanted, &found);
  if (code != 0) return make_error(ErrorCode::kNotFound, host + ": " + ::gai_strerror(code));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, &::freeaddrinfo);
  std::string out;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (out.empty() || one->ai_family == AF_INET) out = numeric(*one);
    if (one->ai_family == AF_INET && !out.empty()) break;
  }
  if (out.empty()) return make_error(ErrorCode::kNotFound, host + " has no IP address");
  return out;
}

bool is_numeric(const std::string& host) {
  unsigned char bytes[sizeof(in6_addr)];
  return ::inet_pton(AF_INET, host.c_str(), bytes) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

}  // namespace

Result<std::string> look_up_host(const std::string& host, Duration patience) {
  if (is_numeric(host)) return host;
  // The name service cannot be interrupted.
  std::promise<Result<std::string>> promise;
  std::future<Result<std::string>> answer = promise.get_future();
  std::thread([host, to = std::move(promise)]() mutable { to.set_value(ask(host)); }).detach();
  if (answer.wait_for(patience) == std::future_status::ready) return answer.get();
  return make_error(ErrorCode::kTimeout, "the name service says nothing about " + host +
                                             " within " + duration_text(patience));
}

}  // namespace parley::cli
