// The media host over HTTPS in a simulated World: uploads of native users, and files that it relays
// from a partner's server.
#include "mocks/gatekeeper/media_host.h"

#include <gtest/gtest.h>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"
#include "mocks/gatekeeper/gatekeeper_rig.h"

namespace parley::mocks::gatekeeper {
namespace {

class MediaHostTest : public testing::Test {
 protected:
  net::awaitable<net::HttpResponse> get(std::string target) {
    net::HttpRequest request;
    request.target = std::move(target);
    request.headers = {{"X-Secret-Of-The-Client", "alice"}, {"Cookie", "a=b"}};
    co_return co_await rig_.fetch(whatsapp_hosts().media, std::move(request));
  }
  net::awaitable<std::string> permit() {
    const Chat alice = co_await rig_.connect_native("alice");
    const Node answer = co_await alice->ask(iq("mc", "set", "w:m", Node("media_conn")));
    const Node* connection = answer.child("media_conn");
    EXPECT_TRUE(connection != nullptr);
    if (connection == nullptr) co_return "";
    EXPECT_EQ(connection->child("host")->attribute("hostname"), whatsapp_hosts().media.host);
    co_return std::string(connection->attribute("auth"));
  }
  static net::HttpRequest upload(std::string_view kind, const Bytes& body,
                                 const std::string& auth) {
    net::HttpRequest request;
    request.method = "POST";
    request.target = "/mms/" + std::string(kind) + "/" + base64url(crypto::sha256(body)) +
                     "?auth=" + auth + "&token=x";
    request.body = body;
    return request;
  }
  /// The fetched body for a proxied path.
  net::awaitable<unsigned> proxied_status(std::string reference) {
    co_return (co_await get("/interop/whatsapp/download/1/" + reference + "/")).status;
  }

  GatekeeperRig rig_;
};

TEST_F(MediaHostTest, WhatWasUploadedComesBack) {
  rig_.run([&]() -> net::awaitable<void> {
    const Bytes file = rig_.random->bytes(100'000);
    const auto response =
        co_await rig_.fetch(whatsapp_hosts().media, upload("image", file, co_await permit()));
    EXPECT_EQ(response.status, 200u);
    const auto body = parse_json(as_text(response.body));
    EXPECT_TRUE(body.ok() && body->is_object());
    if (!body.ok()) co_return;
    const std::string path(get_string(body->as_object(), "direct_path").value_or(""));
    EXPECT_EQ(get_string(body->as_object(), "url"), "https://mmg.whatsapp.net" + path);
    EXPECT_TRUE(path.starts_with("/v/t"));
    const net::HttpResponse got = co_await get(path + "&hash=abc&mms-type=image");
    EXPECT_EQ(got.status, 200u);
    EXPECT_EQ(got.body, file);
    EXPECT_EQ(net::find_header(got.headers, "content-length"), "100000");
    EXPECT_EQ(net::find_header(got.headers, "content-type"), "application/octet-stream");
    co_await rig_.world->wait_for(31 * kDay);
    EXPECT_EQ((co_await get(path)).status, 410u);
    EXPECT_EQ((co_await get("/v/t1/nothing.enc")).status, 404u);
  });
}

TEST_F(MediaHostTest, UploadsNeedAPermitAndTheRightDigest) {
  rig_.run([&]() -> net::awaitable<void> {
    const std::string auth = co_await permit();
    const Bytes file = {1, 2, 3};
    const auto status = [&](net::HttpRequest request) -> net::awaitable<unsigned> {
      co_return (co_await rig_.fetch(whatsapp_hosts().media, std::move(request))).status;
    };
    EXPECT_EQ(co_await status(upload("video", file, auth)), 200u);
    EXPECT_EQ(co_await status(upload("video", file, "")), 401u);
    EXPECT_EQ(co_await status(upload("video", file, "eyJh.eyJi.c2ln")), 401u);
    EXPECT_EQ(co_await status(upload("video", file, rig_.bird->token("33611111111"))), 401u);
    EXPECT_EQ(co_await status(upload("hologram", file, auth)), 404u);
    net::HttpRequest other = upload("video", file, auth);
    other.body[0] = 9;
    EXPECT_EQ(co_await status(other), 400u);
    net::HttpRequest read = upload("video", file, auth);
    read.method = "PUT";
    EXPECT_EQ(co_await status(read), 405u);
    co_await rig_.world->wait_for(std::chrono::hours(7));
    EXPECT_EQ(co_await status(upload("video", file, auth)), 401u) << "the permit has expired";
  });
}

TEST_F(MediaHostTest, APartnersFileIsRelayedUnchanged) {
  rig_.run([&]() -> net::awaitable<void> {
    net::HttpResponse stored;
    stored.body = rig_.random->bytes(5000);
    rig_.bird->files["/ref-1"] = stored;
    const net::HttpResponse got = co_await get("/interop/whatsapp/download/1/ref-1/");
    EXPECT_EQ(got.status, 200u);
    EXPECT_EQ(got.body, stored.body);
    EXPECT_EQ(rig_.bird->fetches.size(), 1u);
    if (rig_.bird->fetches.empty()) co_return;
    const net::HttpRequest& seen = rig_.bird->fetches[0];
    EXPECT_EQ(seen.remote_host, whatsapp_hosts().egress);
    EXPECT_EQ(seen.method, "GET");
    for (const auto& [name, value] : seen.headers) {
      EXPECT_EQ(value.find("alice"), std::string::npos) << name;
      EXPECT_EQ(value.find("tester.device"), std::string::npos) << name;
      EXPECT_NE(name, "Cookie");
      EXPECT_NE(name, "X-Forwarded-For");
      EXPECT_NE(name, "Forwarded");
    }
  });
}

TEST_F(MediaHostTest, APartOfAFileIsAskedOfThePartnerAndRelayedAsThat) {
  rig_.run([&]() -> net::awaitable<void> {
    net::HttpResponse part;
    part.status = 206;
    part.headers = {{"Content-Range", "bytes 2-4/10"}, {"X-Secret-Of-The-Partner", "1"}};
    part.body = {2, 3, 4};
    rig_.bird->files["/ref-1"] = part;
    net::HttpRequest request;
    request.target = "/interop/whatsapp/download/1/ref-1/";
    request.headers = {{"Range", "bytes=2-4"}};
    const net::HttpResponse got = co_await rig_.fetch(whatsapp_hosts().media, request);
    EXPECT_EQ(got.status, 206u);
    EXPECT_EQ(got.body, part.body);
    EXPECT_EQ(net::find_header(got.headers, "content-range"), "bytes 2-4/10");
    EXPECT_TRUE(net::find_header(got.headers, "x-secret-of-the-partner").empty());
    EXPECT_EQ(rig_.bird->fetches.size(), 1u);
    if (rig_.bird->fetches.empty()) co_return;
    EXPECT_EQ(net::find_header(rig_.bird->fetches[0].headers, "range"), "bytes=2-4");
  });
}

TEST_F(MediaHostTest, ItsOwnFilesCanBeHadInPartsAndFailAsAScenarioSays) {
  rig_.run([&]() -> net::awaitable<void> {
    const Bytes file = rig_.random->bytes(1000);
    const auto stored =
        co_await rig_.fetch(whatsapp_hosts().media, upload("image", file, co_await permit()));
    const auto body = parse_json(as_text(stored.body));
    EXPECT_TRUE(body.ok() && body->is_object());
    if (!body.ok()) co_return;
    net::HttpRequest request;
    request.target = std::string(get_string(body->as_object(), "direct_path").value_or(""));
    request.headers = {{"Range", "bytes=990-"}};
    const net::HttpResponse part = co_await rig_.fetch(whatsapp_hosts().media, request);
    EXPECT_EQ(part.status, 206u);
    EXPECT_EQ(part.body, Bytes(file.end() - 10, file.end()));
    const std::pair<std::string, unsigned> rows[] = {
        {"missing", 404}, {"expired", 410}, {"error", 500}, {"slow", 206}, {"up", 206}};
    for (const auto& [fault, status] : rows) {
      const auto set = co_await rig_.party->perform("set", {{"media", fault}});
      EXPECT_TRUE(set.ok());
      EXPECT_EQ((co_await rig_.fetch(whatsapp_hosts().media, request)).status, status) << fault;
    }
    EXPECT_FALSE((co_await rig_.party->perform("set", {{"media", "on-fire"}})).ok());
  });
}

TEST_F(MediaHostTest, ThePartnersTroubleHasACode) {
  rig_.run([&]() -> net::awaitable<void> {
    for (const auto& [name, status] :
         {std::pair<std::string, unsigned>{"gone", 410}, {"moved", 302}, {"broken", 500}}) {
      net::HttpResponse response;
      response.status = status;
      rig_.bird->files["/" + name] = response;
    }
    EXPECT_EQ(co_await proxied_status("nothing"), 404u);
    EXPECT_EQ(co_await proxied_status("gone"), 410u);
    EXPECT_EQ(co_await proxied_status("moved"), 502u) << "redirects are not followed";
    EXPECT_EQ(co_await proxied_status("broken"), 502u);
    net::HttpResponse huge;
    huge.body = Bytes(kMaxMediaFile + 1);
    rig_.bird->files["/huge"] = huge;
    EXPECT_EQ(co_await proxied_status("huge"), 502u);
    EXPECT_EQ(rig_.bird->fetches.size(), 5u);
  });
}

TEST_F(MediaHostTest, ItIsNoOpenProxy) {
  rig_.run([&]() -> net::awaitable<void> {
    for (const char* path :
         {"/interop/whatsapp/download/1/../push/", "/interop/whatsapp/download/1/%2e%2e/push/",
          "/interop/whatsapp/download/1/https://evil.test/x/", "/interop/whatsapp/download/9/ref/",
          "/interop/whatsapp/download/1/.well-known/oauth/openid/jwks/",
          "/interop/whatsapp/download/1/a/../../b/", "/interop/elsewhere/1/ref/", "/"}) {
      EXPECT_EQ((co_await get(path)).status, 404u) << path;
    }
    EXPECT_TRUE(rig_.bird->fetches.empty());
    EXPECT_EQ(rig_.bird->key_fetches, 0);
  });
}

}  // namespace
}  // namespace parley::mocks::gatekeeper
