#include "harness/cli/served_admin.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <span>
#include <utility>

#include "harness/base/diagnostic.h"
#include "harness/base/json_members.h"
#include "harness/crypto/hash.h"

namespace parley::cli {
namespace {

net::HttpResponse json_response(unsigned status, const json::object& body) {
  net::HttpResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  response.body = to_bytes(canonical(body) + "\n");
  return response;
}

net::HttpResponse problem(unsigned status, std::string_view code, const std::string& message,
                          const std::string& hint = {}) {
  json::object error = {{"code", code}, {"message", message}};
  if (!hint.empty()) error["hint"] = hint;
  return json_response(status, {{"error", std::move(error)}});
}

unsigned status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return 400;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kLimit:
      return 413;
    case ErrorCode::kUnsupported:
      return 501;
    case ErrorCode::kTimeout:
      return 504;
    default:
      return 409;  // the other side, or the state of things, says no
  }
}

// The members of a body; an empty one has none.
Result<json::object> read_body(const Bytes& body) {
  if (body.empty()) return json::object();
  PARLEY_ASSIGN(json::value value, parse_json(as_text(body), "body", {.bytes = kMaxAdminBody}));
  json::object* object = value.if_object();
  if (object == nullptr) return make_error(ErrorCode::kInvalid, "must be a JSON object", "body");
  return std::move(*object);
}

json::object party_json(const ServedParty& one) {
  const driver::Hello hello = one.party->hello();
  json::array operations;
  for (const std::string& operation : hello.capabilities) operations.emplace_back(operation);
  json::object out = {{"actor", one.actor.id},
                      {"kind", one.actor.kind},
                      {"role", evidence::to_string(one.party->role())},
                      {"name", hello.name},
                      {"events", one.party->events().events().size()},
                      {"operations", std::move(operations)}};
  if (const auto failure = one.party->failure()) out["failure"] = failure->text();
  return out;
}

Result<std::uint64_t> read_number(const std::string& text) {
  std::uint64_t out = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, out);
  if (error == std::errc() && rest == end) return out;
  return make_error(ErrorCode::kInvalid, "must be a whole number from 0 up", "from");
}

}  // namespace

struct ServedAdmin::Route {
  std::string_view method;
  std::string_view path;
  net::awaitable<Answer> (ServedAdmin::*handle)(std::string_view query, json::object body);
};

std::span<const ServedAdmin::Route> ServedAdmin::routes() {
  static constexpr std::array<Route, 4> kRoutes = {{
      {"GET", "/status", &ServedAdmin::status},
      {"POST", "/clock/advance", &ServedAdmin::advance},
      {"POST", "/perform", &ServedAdmin::perform},
      {"GET", "/events", &ServedAdmin::events},
  }};
  return kRoutes;
}

net::HttpLimits ServedAdmin::limits() {
  net::HttpLimits limits;
  limits.header_bytes = 8 * 1024;
  limits.body_bytes = 2 * kMaxAdminBody;
  return limits;
}

// By their digests: how long it takes says nothing about where two tokens differ.
bool ServedAdmin::authorized(const net::HttpRequest& request) const {
  const std::string_view header = net::find_header(request.headers, "authorization");
  constexpr std::string_view kBearer = "Bearer ";
  return header.starts_with(kBearer) && crypto::sha256(as_bytes(header.substr(kBearer.size()))) ==
                                            crypto::sha256(as_bytes(token_));
}

net::awaitable<net::HttpResponse> ServedAdmin::answer(net::HttpRequest request) {
  if (!authorized(request)) {
    net::HttpResponse refused =
        problem(401, "auth", "this needs the token that was printed at the start",
                "send it as \"Authorization: Bearer TOKEN\"");
    refused.headers.emplace_back("WWW-Authenticate", "Bearer");
    co_return refused;
  }
  if (request.body.size() > kMaxAdminBody) {
    co_return problem(413, "limit", "a body has at most 64 KiB");
  }
  const std::size_t question = request.target.find('?');
  const std::string path = request.target.substr(0, question);
  const std::string query =
      question == std::string::npos ? "" : request.target.substr(question + 1);
  const auto route = std::ranges::find(routes(), path, &Route::path);
  if (route == routes().end()) {
    std::vector<std::string> paths;
    for (const Route& one : routes()) paths.emplace_back(one.path);
    co_return problem(404, "not-found", "there is nothing at this path", did_you_mean(path, paths));
  }
  if (request.method != route->method) {
    net::HttpResponse refused = problem(405, "unsupported", "this path takes another method");
    refused.headers.emplace_back("Allow", route->method);
    co_return refused;
  }
  Result<json::object> body = read_body(request.body);
  Answer answer = make_error(ErrorCode::kInternal, "not asked");
  if (body.ok()) {
    answer = co_await (this->*route->handle)(query, *std::move(body));
  } else {
    answer = body.error();
  }
  if (answer.ok()) co_return json_response(200, *answer);
  const Error& error = answer.error();
  co_return problem(status_of(error.code), to_string(error.code), error.text());
}

net::awaitable<ServedAdmin::Answer> ServedAdmin::status(std::string_view, json::object) {
  json::array parties;
  for (const ServedParty& one : stage_.parties()) parties.push_back(party_json(one));
  json::array connections;
  const Status kept = record_.flush();
  for (const SeenConnection& one : record_.connections()) {
    connections.push_back({{"connection", one.name},
                           {"party", one.party},
                           {"peer", one.peer},
                           {"frames", one.frames},
                           {"last_frame", utc_text(one.last)}});
  }
  json::object out = {
      {"time", utc_text(world_.now())},         {"time_ns", unix_nanos(world_.now())},
      {"started", utc_text(record_.started())}, {"records", record_.records()},
      {"parties", std::move(parties)},          {"connections", std::move(connections)}};
  if (!kept.ok()) out["not_kept"] = kept.error().text();
  co_return out;
}

net::awaitable<ServedAdmin::Answer> ServedAdmin::advance(std::string_view, json::object body) {
  JsonMembers members(body, "body");
  PARLEY_CO_ASSIGN(const std::string by, members.text("by", 32));
  PARLEY_CO_TRY(members.end());
  const Result<Duration> duration = parse_duration(by);
  if (!duration.ok()) co_return at("by", duration.error());
  if (*duration == Duration::zero() || *duration > kMaxAdvance) {
    co_return make_error(ErrorCode::kInvalid, "must be more than 0s and at most 400d", "by");
  }
  if (advancing_) {
    co_return make_error(ErrorCode::kRefused, "the clock is being moved already: ask again later");
  }
  advancing_ = true;
  co_await stage_.advance(*duration);
  advancing_ = false;
  co_return json::object{{"advanced", by}, {"time", utc_text(world_.now())}};
}

net::awaitable<ServedAdmin::Answer> ServedAdmin::perform(std::string_view, json::object body) {
  JsonMembers members(body, "body");
  PARLEY_CO_ASSIGN(std::string actor, members.text("actor", 128));
  PARLEY_CO_ASSIGN(std::string operation, members.text("operation", 128));
  json::object arguments;
  if (members.has("arguments")) {
    PARLEY_CO_TRY(members.object("arguments"));
    arguments = *get_object(body, "arguments");
  }
  PARLEY_CO_TRY(members.end());
  PARLEY_CO_ASSIGN(
      json::object result,
      co_await stage_.perform(std::move(actor), std::move(operation), std::move(arguments)));
  co_return json::object{{"result", std::move(result)}};
}

net::awaitable<ServedAdmin::Answer> ServedAdmin::events(std::string_view query, json::object) {
  PARLEY_CO_ASSIGN(const auto fields, net::parse_form(query));
  std::string actor;
  std::uint64_t from = 0;
  for (const auto& [name, value] : fields) {
    if (name == "actor") {
      actor = value;
    } else if (name == "from") {
      PARLEY_CO_ASSIGN(from, read_number(value));
    } else {
      co_return make_error(ErrorCode::kInvalid, "there are actor and from, and no " + name,
                           "query");
    }
  }
  PARLEY_CO_ASSIGN(driver::Party * party, stage_.named(actor));
  const std::vector<driver::Event>& all = party->events().events();
  json::array events;
  for (std::uint64_t i = from; i < all.size() && events.size() < kMaxEventsAtOnce; ++i) {
    events.push_back({{"sequence", all[i].sequence},
                      {"time", utc_text(all[i].time)},
                      {"name", all[i].name},
                      {"facts", all[i].facts}});
  }
  const std::uint64_t next = from + events.size();
  co_return json::object{{"events", std::move(events)}, {"next", next}};
}

}  // namespace parley::cli
