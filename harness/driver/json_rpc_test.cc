// Two ends of a conversation, and lines that a driver's author gets wrong: each must be refused
// with words that help, none may be taken for something else.
#include "harness/driver/json_rpc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>

namespace parley::driver {
namespace {

using testing::HasSubstr;

template <class T>
T taken(JsonRpcPeer& peer, std::string_view line) {
  auto message = peer.take(line);
  EXPECT_TRUE(message.ok()) << line << ": " << (message.ok() ? "" : message.error().text());
  return message.ok() ? std::get<T>(*std::move(message)) : T{};
}

json::object object(std::string_view text) { return parse_json(text).value().get_object(); }

TEST(JsonRpc, RequestsAnswersAndNotificationsGoBothWays) {
  JsonRpcPeer here;
  JsonRpcPeer there;
  const auto sent = here.request("perform", object(R"({"operation":"connect"})"));
  ASSERT_TRUE(sent.ok());
  EXPECT_EQ(sent->line.find('\n'), std::string::npos);
  const auto request = taken<RpcRequest>(there, sent->line);
  EXPECT_EQ(request.method, "perform");
  EXPECT_EQ(canonical(request.params), R"({"operation":"connect"})");
  const auto answer = std::get<RpcAnswer>(
      here.take(there.answer(request.id, object(R"({"status":"ok\n"})"))).value());
  EXPECT_EQ(answer.id, sent->id);
  ASSERT_TRUE(answer.outcome.ok());
  EXPECT_EQ(get_string(*answer.outcome, "status"), "ok\n");

  const auto hello = taken<RpcNotification>(here, there.notification("hello", {}).value());
  EXPECT_EQ(hello.method, "hello");
}

TEST(JsonRpc, ErrorsKeepTheirMeaning) {
  JsonRpcPeer here;
  JsonRpcPeer there;
  for (const ErrorCode code : {ErrorCode::kInvalid, ErrorCode::kUnsupported, ErrorCode::kRefused,
                               ErrorCode::kTimeout, ErrorCode::kClosed, ErrorCode::kInternal}) {
    const auto request = taken<RpcRequest>(there, here.request("perform", {})->line);
    const auto answer = std::get<RpcAnswer>(
        here.take(there.answer(request.id, make_error(code, "why", "where"))).value());
    ASSERT_FALSE(answer.outcome.ok());
    EXPECT_EQ(answer.outcome.error().code, code);
    EXPECT_EQ(answer.outcome.error().message, "where: why");
  }
  EXPECT_EQ(rpc_code(ErrorCode::kIo), -32000);
  EXPECT_EQ(code_of_rpc(-32601), ErrorCode::kUnsupported);
  EXPECT_EQ(code_of_rpc(-32700), ErrorCode::kInternal);
  EXPECT_EQ(code_of_rpc(7), ErrorCode::kInternal);
}

struct Slip {
  const char* line;
  const char* says;
};

TEST(JsonRpc, WhateverIsNoMessageIsRefused) {
  const Slip slips[] = {
      {"", "expected one JSON-RPC 2.0 object per line"},
      {"listening on port 3000", "seen: listening on port 3000"},
      {R"({"jsonrpc":"2.0","method":"event")", "no valid JSON"},
      {R"([{"jsonrpc":"2.0","method":"event"}])", "expected one JSON-RPC 2.0 object per line"},
      {"7", "expected one JSON-RPC 2.0 object per line"},
      {R"({"method":"event","params":{}})", "\"jsonrpc\" must be \"2.0\""},
      {R"({"jsonrpc":"1.0","method":"event","params":{}})", "\"jsonrpc\" must be \"2.0\""},
      {R"({"jsonrpc":2.0,"method":"event","params":{}})", "\"jsonrpc\" must be \"2.0\""},
      {R"({"jsonrpc":"2.0","jsonrpc":"2.0","method":"event"})", "repeated"},
      {R"({"jsonrpc":"2.0","method":"event","params":[1]})", "\"params\" must be an object"},
      {R"({"jsonrpc":"2.0","method":"","params":{}})", "\"method\" must have"},
      {R"({"jsonrpc":"2.0","method":"event","parms":{}})", "no member \"parms\""},
      {R"({"jsonrpc":"2.0","method":"event","params":{"x":[{"y":1.5}]}})", "must be whole"},
      {R"({"jsonrpc":"2.0","method":"event","params":{"x":1e3}})", "must be whole"},
      {R"({"jsonrpc":"2.0","method":"m","id":"7","params":{}})", "\"id\" must be a whole number"},
      {R"({"jsonrpc":"2.0","method":"m","id":null,"params":{}})", "\"id\" must be a whole number"},
      {R"({"jsonrpc":"2.0"})", "has a \"method\", or the \"id\""},
      {R"({"jsonrpc":"2.0","method":7,"params":{}})", "has a \"method\", or the \"id\""},
      {R"({"jsonrpc":"2.0","id":1})", "either \"result\" or \"error\""},
      {R"({"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":"x"}})",
       "either \"result\" or \"error\""},
      {R"({"jsonrpc":"2.0","id":1,"result":true})", "\"result\" must be an object"},
      {R"({"jsonrpc":"2.0","id":1,"error":"no"})", "\"error\" must be an object"},
      {R"({"jsonrpc":"2.0","id":1,"error":{"code":"x","message":"x"}})", "whole number \"code\""},
      {R"({"jsonrpc":"2.0","id":1,"error":{"code":1}})", "\"message\""},
      {R"({"jsonrpc":"2.0","id":2,"result":{}})", "there was no request 2"},
      {R"({"jsonrpc":"2.0","id":0,"result":{}})", "there was no request 0"},
      {"{\"jsonrpc\":\"2.0\",\"method\":\"\xff\",\"params\":{}}", "no valid JSON"},
  };
  for (const Slip& slip : slips) {
    JsonRpcPeer peer;
    ASSERT_TRUE(peer.request("perform", {}).ok());
    const auto message = peer.take(slip.line);
    ASSERT_FALSE(message.ok()) << slip.line;
    EXPECT_EQ(message.error().code, ErrorCode::kInvalid) << slip.line;
    EXPECT_THAT(message.error().text(), HasSubstr(slip.says)) << slip.line;
  }
}

TEST(JsonRpc, ARequestIsAnsweredOnce) {
  JsonRpcPeer peer;
  ASSERT_EQ(peer.request("perform", {})->id, 1);
  EXPECT_TRUE(peer.take(R"({"jsonrpc":"2.0","id":1,"result":{}})").ok());
  const auto again = peer.take(R"({"jsonrpc":"2.0","id":1,"result":{}})");
  ASSERT_FALSE(again.ok());
  EXPECT_THAT(again.error().message, HasSubstr("was answered before"));
}

TEST(JsonRpc, OpenRequestsHaveDifferentIdsAndAreFew) {
  JsonRpcPeer peer(RpcLimits{.open_requests = 2});
  const std::string pair = R"({"jsonrpc":"2.0","id":1,"method":"pair","params":{"code":"s3cret"}})";
  EXPECT_TRUE(peer.take(pair).ok());
  const auto again = peer.take(pair);
  ASSERT_FALSE(again.ok());
  EXPECT_THAT(again.error().message, HasSubstr("is open already"));
  EXPECT_EQ(again.error().text().find("s3cret"), std::string::npos);
  EXPECT_EQ(peer.answer(1, json::object()), R"({"id":1,"jsonrpc":"2.0","result":{}})");
  EXPECT_TRUE(peer.take(pair).ok());
  EXPECT_TRUE(peer.take(R"({"jsonrpc":"2.0","id":2,"method":"pair"})").ok());
  EXPECT_EQ(peer.take(R"({"jsonrpc":"2.0","id":3,"method":"pair"})").error().code,
            ErrorCode::kLimit);
}

TEST(JsonRpc, LinesAndNestingHaveLimits) {
  JsonRpcPeer peer(RpcLimits{.line = 200, .depth = 4});
  const auto with = [](const std::string& params) {
    return R"({"jsonrpc":"2.0","method":"event","params":)" + params + "}";
  };
  EXPECT_TRUE(peer.take(with(R"({"a":{"b":{}}})")).ok());
  EXPECT_EQ(peer.take(with(R"({"a":{"b":{"c":{}}}})")).error().code, ErrorCode::kLimit);
  const std::string wide = R"({"a":")" + std::string(200, 'x') + "\"}";
  EXPECT_EQ(peer.take(with(wide)).error().code, ErrorCode::kLimit);
  EXPECT_EQ(peer.request("perform", object(wide)).error().code, ErrorCode::kLimit);
  EXPECT_EQ(peer.notification("event", object(wide)).error().code, ErrorCode::kLimit);
  ASSERT_TRUE(peer.take(R"({"jsonrpc":"2.0","id":5,"method":"pair"})").ok());
  EXPECT_THAT(peer.answer(5, object(wide)), HasSubstr("the answer is too long"));
}

}  // namespace
}  // namespace parley::driver
