// The admin endpoint of `parley serve`: HTTP/1.1 and JSON on the loopback address, for whoever
// holds the token that was printed once. docs/serve.md has its requests and answers.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "harness/cli/served_record.h"
#include "harness/cli/served_stage.h"
#include "harness/net/http.h"

namespace parley::cli {

inline constexpr std::size_t kMaxAdminBody = 64 * 1024;
/// The longest time by which one request moves the clock.
inline constexpr Duration kMaxAdvance = std::chrono::hours(24 * 400);
inline constexpr std::size_t kMaxEventsAtOnce = 1000;

class ServedAdmin {
 public:
  /// World, stage and record outlive it.
  ServedAdmin(net::World& world, ServedStage& stage, ServedRecord& record, std::string token)
      : world_(world), stage_(stage), record_(record), token_(std::move(token)) {}

  /// Never fails: what is wrong is an answer {"error": {"code", "message", "hint"?}} with 400, 401,
  /// 404, 405, 409, 413, 501 or 504. A request without the token learns nothing but 401.
  net::awaitable<net::HttpResponse> answer(net::HttpRequest request);

  /// For net::http_serve: a little more than the handler lets pass, so that it is the handler who
  /// says what is too large.
  static net::HttpLimits limits();

 private:
  using Answer = Result<json::object>;
  struct Route;

  bool authorized(const net::HttpRequest& request) const;
  net::awaitable<Answer> status(std::string_view query, json::object body);
  net::awaitable<Answer> advance(std::string_view query, json::object body);
  net::awaitable<Answer> perform(std::string_view query, json::object body);
  net::awaitable<Answer> events(std::string_view query, json::object body);

  static std::span<const Route> routes();

  net::World& world_;
  ServedStage& stage_;
  ServedRecord& record_;
  const std::string token_;
  bool advancing_ = false;
};

}  // namespace parley::cli
