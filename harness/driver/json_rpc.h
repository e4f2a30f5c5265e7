// JSON-RPC 2.0 as the driver contract has it, without I/O: one line is one message. Bytes that come
// from a driver are read here and nowhere else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "harness/base/json.h"
#include "harness/base/result.h"

namespace parley::driver {

/// The contract's number for an error of ours: kUnsupported is -32001. Codes that the contract does
/// not have are "failed", -32000.
std::int64_t rpc_code(ErrorCode code);
/// The reverse. "Failed", and every number that the contract does not know, is kInternal.
ErrorCode code_of_rpc(std::int64_t number);

struct RpcLimits {
  std::size_t line = 32 * 1024 * 1024;  ///< bytes, in either direction: the largest file, in base64
  std::size_t depth = 32;
  std::size_t open_requests = 64;  ///< of the other side, not yet answered
};

/// The other side wants something, and waits for answer(id, ...).
struct RpcRequest {
  std::int64_t id = 0;
  std::string method;
  json::object params;
};

struct RpcNotification {
  std::string method;
  json::object params;
};

/// The other side's answer to our request `id`; an error has the code that the contract gives it.
struct RpcAnswer {
  std::int64_t id = 0;
  Result<json::object> outcome;
};

using RpcMessage = std::variant<RpcRequest, RpcNotification, RpcAnswer>;

/// One end of a conversation.
class JsonRpcPeer {
 public:
  /// `first_id`: of our requests, where others with lower numbers were made before.
  explicit JsonRpcPeer(RpcLimits limits = {}, std::int64_t first_id = 1)
      : limits_(limits), next_id_(first_id) {}

  struct Outgoing {
    std::int64_t id = 0;  ///< the number of a request
    std::string line;     ///< without its newline
  };
  /// kLimit where the line would be too long.
  Result<Outgoing> request(std::string_view method, json::object params);
  Result<std::string> notification(std::string_view method, json::object params) const;
  /// To a request that was taken; an answer that would be too long becomes an error that says so.
  std::string answer(std::int64_t id, const Result<json::object>& outcome);
  /// The same for a method that there is not, or not now: -32601, where answer() of kUnsupported is
  /// about an operation.
  std::string answer_no_method(std::int64_t id, std::string_view method);

  /// Reads one line. kInvalid for whatever is no message of this conversation: no JSON, no
  /// JSON-RPC 2.0, numbers with fractions (records hold none), an answer to no request of ours, or
  /// a second one; kLimit for too much of anything. After an error nothing further can be trusted.
  Result<RpcMessage> take(std::string_view line);

  /// Neither end waits for an answer.
  bool idle() const { return asked_.empty() && open_.empty(); }
  std::int64_t next_id() const { return next_id_; }

 private:
  Result<RpcMessage> take_call(const json::object& message, std::string_view method);
  Result<RpcMessage> take_answer(const json::object& message);

  const RpcLimits limits_;
  std::int64_t next_id_;
  std::set<std::int64_t> asked_;  ///< requests of ours without an answer
  std::set<std::int64_t> open_;   ///< requests of the other side without an answer
};

}  // namespace parley::driver
