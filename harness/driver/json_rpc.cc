#include "harness/driver/json_rpc.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <span>
#include <utility>

namespace parley::driver {
namespace {

struct CodePair {
  std::int64_t number;
  ErrorCode code;
};
constexpr int kNoMethod = -32601;

// The first row of a code is the one that is written.
constexpr std::array<CodePair, 9> kCodes{{{-32602, ErrorCode::kInvalid},
                                          {-32001, ErrorCode::kUnsupported},
                                          {kNoMethod, ErrorCode::kUnsupported},
                                          {-32002, ErrorCode::kRefused},
                                          {-32003, ErrorCode::kTimeout},
                                          {-32004, ErrorCode::kClosed},
                                          {-32005, ErrorCode::kAuth},
                                          {-32006, ErrorCode::kLimit},
                                          {-32000, ErrorCode::kInternal}}};

constexpr std::string_view kVersion = "2.0";
constexpr std::size_t kLongestMethod = 64;
constexpr std::size_t kLongestMessage = 4096;  // of an error

Error invalid(std::string message) { return make_error(ErrorCode::kInvalid, std::move(message)); }

// The beginning of what was seen, for people. The code in a pair message is a secret.
std::string shown(std::string_view line) {
  constexpr std::size_t kShown = 80;
  if (line.find("pair") != std::string_view::npos) return "a pair message";
  std::string out;
  for (const char c : line.substr(0, kShown)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte >= 0x7f ? '?' : c;
  }
  return line.size() > kShown ? out + "..." : out;
}

bool has_fraction(const json::value& value) {
  if (value.is_double()) return true;
  if (const auto* array = value.if_array()) {
    for (const json::value& item : *array) {
      if (has_fraction(item)) return true;
    }
  } else if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      if (has_fraction(member.value())) return true;
    }
  }
  return false;
}

// No member that the kind of message does not have.
Status only_members(const json::object& message, std::span<const std::string_view> known) {
  for (const auto& member : message) {
    bool found = false;
    for (const std::string_view name : known) found = found || member.key() == name;
    if (!found) return invalid("a message has no member \"" + std::string(member.key()) + "\"");
  }
  return {};
}

json::object envelope() {
  json::object message;
  message["jsonrpc"] = json::string(kVersion);
  return message;
}

json::object error_object(const Error& error) {
  json::object object;
  object["code"] = rpc_code(error.code);
  object["message"] = json::string(error.text());
  return object;
}

Result<json::object> outcome_of(const json::object& message) {
  if (const json::value* result = message.if_contains("result")) return result->get_object();
  const json::object& error = message.at("error").get_object();
  std::string text(*get_string(error, "message"));
  if (text.size() > kLongestMessage) text.resize(kLongestMessage);
  return make_error(code_of_rpc(*get_int(error, "code")), std::move(text));
}

Status check_answer(const json::object& message) {
  static constexpr std::array<std::string_view, 4> kMembers{"jsonrpc", "id", "result", "error"};
  PARLEY_TRY(only_members(message, kMembers));
  const json::value* result = message.if_contains("result");
  const json::value* error = message.if_contains("error");
  if ((result == nullptr) == (error == nullptr)) {
    return invalid("an answer has either \"result\" or \"error\"");
  }
  if (result != nullptr) {
    return result->is_object() ? Status() : invalid("\"result\" must be an object");
  }
  const json::object* object = error->if_object();
  if (object == nullptr || !get_int(*object, "code") || !get_string(*object, "message")) {
    return invalid("\"error\" must be an object with a whole number \"code\" and a \"message\"");
  }
  static constexpr std::array<std::string_view, 3> kErrorMembers{"code", "message", "data"};
  return only_members(*object, kErrorMembers);
}

}  // namespace

std::int64_t rpc_code(ErrorCode code) {
  for (const CodePair& pair : kCodes) {
    if (pair.code == code) return pair.number;
  }
  return rpc_code(ErrorCode::kInternal);
}

ErrorCode code_of_rpc(std::int64_t number) {
  for (const CodePair& pair : kCodes) {
    if (pair.number == number) return pair.code;
  }
  return ErrorCode::kInternal;
}

Result<JsonRpcPeer::Outgoing> JsonRpcPeer::request(std::string_view method, json::object params) {
  json::object message = envelope();
  message["id"] = next_id_;
  message["method"] = json::string(method);
  message["params"] = std::move(params);
  Outgoing out{next_id_, canonical(message)};
  if (out.line.size() > limits_.line) {
    return make_error(ErrorCode::kLimit, std::string(method) + " would be a line of " +
                                             std::to_string(out.line.size()) +
                                             " bytes; the driver contract allows " +
                                             std::to_string(limits_.line));
  }
  asked_.insert(next_id_++);
  return out;
}

Result<std::string> JsonRpcPeer::notification(std::string_view method, json::object params) const {
  json::object message = envelope();
  message["method"] = json::string(method);
  message["params"] = std::move(params);
  std::string line = canonical(message);
  if (line.size() > limits_.line) {
    return make_error(ErrorCode::kLimit, std::string(method) + " would be too long a line");
  }
  return line;
}

std::string JsonRpcPeer::answer(std::int64_t id, const Result<json::object>& outcome) {
  open_.erase(id);
  json::object message = envelope();
  message["id"] = id;
  if (outcome.ok()) {
    message["result"] = *outcome;
    std::string line = canonical(message);
    if (line.size() <= limits_.line) return line;
    message.erase("result");
    message["error"] = error_object(make_error(ErrorCode::kInternal, "the answer is too long"));
    return canonical(message);
  }
  Error error = outcome.error();
  if (error.message.size() > kLongestMessage) error.message.resize(kLongestMessage);
  message["error"] = error_object(error);
  return canonical(message);
}

std::string JsonRpcPeer::answer_no_method(std::int64_t id, std::string_view method) {
  open_.erase(id);
  json::object message = envelope();
  message["id"] = id;
  json::object error;
  error["code"] = kNoMethod;
  error["message"] =
      "there is no method \"" + std::string(method.substr(0, kLongestMessage)) + "\" now";
  message["error"] = std::move(error);
  return canonical(message);
}

Result<RpcMessage> JsonRpcPeer::take(std::string_view line) {
  const std::string seen = "; seen: " + shown(line);
  auto parsed = parse_json(line, "line", {limits_.line, limits_.depth});
  if (!parsed.ok()) {
    Error error = std::move(parsed).error();
    error.message = "expected one JSON-RPC 2.0 object per line: " + error.message + seen;
    return error;
  }
  const json::object* message = parsed->if_object();
  if (message == nullptr) return invalid("expected one JSON-RPC 2.0 object per line" + seen);
  if (get_string(*message, "jsonrpc") != kVersion) {
    return invalid("\"jsonrpc\" must be \"2.0\"" + seen);
  }
  if (has_fraction(*parsed)) {
    return invalid("numbers must be whole and fit into 64 bits" + seen);
  }
  const auto method = get_string(*message, "method");
  auto taken = method ? take_call(*message, *method) : take_answer(*message);
  if (taken.ok()) return taken;
  Error error = std::move(taken).error();
  error.message += seen;
  return error;
}

Result<RpcMessage> JsonRpcPeer::take_call(const json::object& message, std::string_view method) {
  static constexpr std::array<std::string_view, 4> kMembers{"jsonrpc", "id", "method", "params"};
  PARLEY_TRY(only_members(message, kMembers));
  if (method.empty() || method.size() > kLongestMethod) {
    return invalid("\"method\" must have 1 to " + std::to_string(kLongestMethod) + " bytes");
  }
  json::object params;
  if (const json::value* given = message.if_contains("params")) {
    if (!given->is_object()) return invalid("\"params\" must be an object");
    params = given->get_object();
  }
  if (!message.contains("id")) return RpcMessage(RpcNotification{std::string(method), params});
  const auto id = get_int(message, "id");
  if (!id) return invalid("\"id\" must be a whole number");
  if (open_.contains(*id)) {
    return invalid("request " + std::to_string(*id) + " is open already; ids must differ");
  }
  if (open_.size() >= limits_.open_requests) {
    return make_error(ErrorCode::kLimit, "more than " + std::to_string(limits_.open_requests) +
                                             " requests without an answer");
  }
  open_.insert(*id);
  return RpcMessage(RpcRequest{*id, std::string(method), std::move(params)});
}

Result<RpcMessage> JsonRpcPeer::take_answer(const json::object& message) {
  const auto id = get_int(message, "id");
  if (!id)
    return invalid("a message has a \"method\", or the \"id\" of the request that it answers");
  PARLEY_TRY(check_answer(message));
  if (asked_.erase(*id) == 0) {
    const bool before = *id >= 1 && *id < next_id_;
    return invalid(before ? "request " + std::to_string(*id) + " was answered before"
                          : "there was no request " + std::to_string(*id));
  }
  return RpcMessage(RpcAnswer{*id, outcome_of(message)});
}

}  // namespace parley::driver
