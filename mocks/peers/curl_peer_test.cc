// The world: the gatekeeper and birdy's server over loopback sockets, and curl in place of a
// partner's device and of WhatsApp's egress. curl knows the hosts by --resolve and trusts the
// World's CA; all else is TLS and HTTP as curl speaks them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "harness/base/encoding.h"
#include "harness/crypto/jwt.h"
#include "mocks/partner/enlistment_request.h"
#include "mocks/peers/peer_world.h"
#include "mocks/peers/peers.h"

namespace parley::peers {
namespace {

using mocks::EnlistmentFault;
using testing::HasSubstr;

constexpr std::string_view kCurlHint = "./dev test installs curl.";
constexpr int kUntrustedCertificate = 60;  // curl's exit status

/// What curl made of one or several requests; `status` and `content_type` are the last one's.
struct Answer {
  int exit = -1;
  int status = 0;
  std::string content_type;
  std::string version;               ///< of HTTP: "1.1", "2"
  std::vector<int> new_connections;  ///< per request
  std::string body;                  ///< of the first
};

class CurlTest : public PeerWorld {
 protected:
  static void SetUpTestSuite() {
    const auto version = run_program({"curl", "--version"}, kCurlHint);
    ASSERT_TRUE(version.ok()) << version.error().text();
    std::printf("[ PEER     ] %s\n", version->out.substr(0, version->out.find('\n')).c_str());
  }

  ~CurlTest() override { std::filesystem::remove(body_file_); }

  /// Calls curl for that host of the World.
  net::awaitable<Answer> curl(net::Address host, std::vector<std::string> more,
                              bool trusting = true) {
    std::filesystem::remove(body_file_);
    std::vector<std::string> arguments = {
        "curl",        "--silent",
        "--max-time",  "30",
        "--resolve",   host.host + ":" + std::to_string(port_of(host)) + ":127.0.0.1",
        "--output",    body_file_,
        "--write-out", "%{http_code} %{num_connects} %{http_version} %{content_type}\n"};
    if (trusting) {
      arguments.push_back("--cacert");
      arguments.push_back(ca_file_);
    }
    for (std::string& argument : more) arguments.push_back(std::move(argument));
    const Result<ProgramOutput> output = co_await meanwhile<Result<ProgramOutput>>(
        [arguments] { return run_program(arguments, kCurlHint); });
    if (!output.ok()) {
      ADD_FAILURE() << output.error().text();
      co_return Answer();
    }
    co_return read(*output);
  }

  Answer read(const ProgramOutput& output) const {
    Answer answer;
    answer.exit = output.status;
    std::istringstream lines(output.out);
    int connections = 0;
    while (lines >> answer.status >> connections >> answer.version) {
      answer.new_connections.push_back(connections);
      lines >> std::ws;
      std::getline(lines, answer.content_type);
    }
    std::ifstream body(body_file_);
    answer.body.assign(std::istreambuf_iterator<char>(body), {});
    return answer;
  }

  static std::string url_of(const net::Address& host, std::uint16_t port, std::string_view path) {
    return "https://" + host.host + ":" + std::to_string(port) + std::string(path);
  }
  std::string birdy_url(std::string_view path) {
    return url_of(mocks::partner_host("birdy"), port_of(mocks::partner_host("birdy")), path);
  }

  const std::string body_file_ = ca_file_ + ".body";
};

class CurlEnlistmentTest : public CurlTest {
 protected:
  CurlEnlistmentTest() {
    add_gatekeeper();
    add_partner("birdy");
  }

  std::string enlistment_url() {
    return url_of(mocks::whatsapp_hosts().enlistment, port_of(mocks::whatsapp_hosts().enlistment),
                  "/3p/interop_reg");
  }
  /// bob's token, fetched from birdy with curl.
  net::awaitable<std::string> token(EnlistmentFault fault) {
    const std::string body = canonical(mocks::token_request("bob@birdy.test", fault));
    const Answer answer = co_await curl(
        mocks::partner_host("birdy"),
        {"--header", "Authorization: Bearer " + mocks::device_credential("bob"), "--header",
         "Content-Type: application/json", "--data", body, birdy_url("/token")});
    EXPECT_EQ(answer.status, 200);
    const auto object = parse_json(answer.body);
    EXPECT_TRUE(object.ok() && object->is_object()) << answer.content_type;
    if (!object.ok() || !object->is_object()) co_return "";
    co_return std::string(get_string(object->get_object(), "token").value_or(""));
  }

  /// The arguments that send bob's form, with one thing wrong.
  net::awaitable<std::vector<std::string>> form(EnlistmentFault fault, std::string option) {
    mocks::EnlistmentRequest request;
    request.chat_key = keys_.identity().public_key();
    request.token = co_await token(fault);
    if (fault == EnlistmentFault::kBadToken) {
      request.token = mocks::with_damaged_signature(request.token);
    }
    request.identifier = "bob@birdy.test";
    std::vector<std::string> arguments;
    for (const auto& [name, value] : mocks::enlistment_fields(request, keys_, fault)) {
      arguments.push_back(option);
      arguments.push_back(name + "=" + value);
    }
    co_return arguments;
  }

  net::awaitable<Answer> enlist(EnlistmentFault fault, std::vector<std::string> more = {},
                                std::string option = "--data-urlencode") {
    std::vector<std::string> arguments = co_await form(fault, std::move(option));
    for (std::string& argument : more) arguments.push_back(std::move(argument));
    arguments.push_back(enlistment_url());
    co_return co_await curl(mocks::whatsapp_hosts().enlistment, std::move(arguments));
  }

  SeededRandom random_{5, "curl"};
  signal::Store keys_ = signal::Store::create(random_);
};

std::string member(const Answer& answer, std::string_view name) {
  const auto body = parse_json(answer.body);
  if (!body.ok() || !body->is_object()) return "(no JSON: " + answer.body + ")";
  return std::string(get_string(body->get_object(), name).value_or("(none)"));
}

TEST_F(CurlEnlistmentTest, EnlistsAUser) {
  play([this]() -> net::awaitable<void> {
    const Answer first = co_await enlist(EnlistmentFault::kNone);
    EXPECT_EQ(first.exit, 0);
    EXPECT_EQ(first.status, 200);
    EXPECT_THAT(first.content_type, HasSubstr("application/json"));
    EXPECT_EQ(member(first, "status"), "ok");
    EXPECT_THAT(member(first, "login"), testing::MatchesRegex("1-[0-9]{14}@interop"));
    const Answer again = co_await enlist(EnlistmentFault::kNone);
    EXPECT_EQ(member(again, "login"), member(first, "login"));
  });
}

struct Refusal {
  EnlistmentFault fault;
  const char* reason;
};
constexpr Refusal kRefusals[] = {
    {EnlistmentFault::kBadToken, "bad_token"},
    {EnlistmentFault::kExpiredToken, "expired_token"},
    {EnlistmentFault::kUnknownIntegrator, "bad_integrator"},
    {EnlistmentFault::kWrongIdentifier, "identifier_mismatch"},
    {EnlistmentFault::kBadPrekeySignature, "bad_prekey_signature"},
    {EnlistmentFault::kMissingArgument, "bad_param"},
    {EnlistmentFault::kWrongSize, "bad_param"},
    {EnlistmentFault::kBadKeyType, "bad_param"},
};

TEST_F(CurlEnlistmentTest, IsToldWhyAFormIsRefused) {
  play([this]() -> net::awaitable<void> {
    for (const Refusal& refusal : kRefusals) {
      const Answer answer = co_await enlist(refusal.fault);
      EXPECT_EQ(answer.status, 200) << refusal.reason;
      EXPECT_EQ(member(answer, "status"), "fail") << refusal.reason;
      EXPECT_EQ(member(answer, "reason"), refusal.reason);
      EXPECT_EQ(get_string(last_event("gatekeeper", "enlist-refused"), "reason"), refusal.reason);
    }
    EXPECT_EQ(member(co_await enlist(EnlistmentFault::kNone), "status"), "ok");
  });
}

TEST_F(CurlEnlistmentTest, RequestsOfOtherShapes) {
  play([this]() -> net::awaitable<void> {
    const std::vector<std::string> chunked = {"--header", "Transfer-Encoding: chunked"};
    EXPECT_EQ(member(co_await enlist(EnlistmentFault::kNone, chunked), "status"), "ok");
    const std::vector<std::string> patient = {"--header", "Expect: 100-continue"};
    EXPECT_EQ(member(co_await enlist(EnlistmentFault::kNone, patient), "status"), "ok");
    const std::vector<std::string> old = {"--http1.0"};
    EXPECT_EQ(member(co_await enlist(EnlistmentFault::kNone, old), "status"), "ok");
    const std::vector<std::string> new_tls = {"--tlsv1.3"};
    EXPECT_EQ(member(co_await enlist(EnlistmentFault::kNone, new_tls), "status"), "ok");
    // multipart/form-data is another content type.
    const Answer multipart = co_await enlist(EnlistmentFault::kNone, {}, "--form-string");
    EXPECT_EQ(member(multipart, "reason"), "bad_param");

    const net::Address host = mocks::whatsapp_hosts().enlistment;
    EXPECT_EQ((co_await curl(host, {enlistment_url()})).status, 405);
    EXPECT_EQ((co_await curl(host, {"--request", "PUT", "--data", "a=b", enlistment_url()})).status,
              405);
    EXPECT_EQ((co_await curl(host, {"--data", "a=b", enlistment_url() + "/more"})).status, 404);
    const std::string big(64 * 1024, 'a');
    const Answer too_big = co_await curl(host, {"--data", big, enlistment_url()});
    EXPECT_EQ(too_big.status, 413);
  });
}

TEST_F(CurlEnlistmentTest, OneConnectionServesSeveralRequests) {
  play([this]() -> net::awaitable<void> {
    const Answer answer = co_await curl(
        mocks::partner_host("birdy"), {birdy_url(mocks::kPartnerKeysPath), "--output", "/dev/null",
                                       birdy_url(mocks::kPartnerKeysPath)});
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.new_connections, testing::ElementsAre(1, 0));
  });
}

TEST_F(CurlEnlistmentTest, TheCertificateIsRealAndNamesTheHost) {
  play([this]() -> net::awaitable<void> {
    const net::Address host = mocks::whatsapp_hosts().enlistment;
    EXPECT_EQ((co_await curl(host, {enlistment_url()}, /*trusting=*/false)).exit,
              kUntrustedCertificate);
    // The same port under another name.
    const std::uint16_t port = port_of(host);
    const std::string elsewhere = "elsewhere.test:" + std::to_string(port);
    const Answer other = co_await curl(
        host, {"--resolve", elsewhere + ":127.0.0.1", "https://" + elsewhere + "/3p/interop_reg"});
    EXPECT_EQ(other.exit, kUntrustedCertificate);
  });
}

/// WhatsApp's egress and its key host are played here: curl pushes, with tokens of this test's key.
class CurlPushTest : public CurlTest {
 protected:
  CurlPushTest() {
    add_partner("birdy");
    serve(mocks::whatsapp_hosts().keys,
          [this](net::HttpRequest request) -> net::awaitable<net::HttpResponse> {
            return publish(std::move(request));
          });
  }

  net::awaitable<net::HttpResponse> publish(net::HttpRequest request) {
    net::HttpResponse response;
    response.status = request.target == mocks::kGatekeeperKeysPath ? 200 : 404;
    crypto::JwkSet set;
    set.keys.push_back({"push-key", key_.public_key()});
    response.body = to_bytes(canonical(set.to_json()));
    co_return response;
  }

  std::string push_token(const std::function<void(json::object&)>& change = {},
                         std::string_view kid = "push-key") {
    json::object claims{{"iss", "WHATSAPP"},
                        {"aud", mocks::partner_base_url("birdy")},
                        {"iat", unix_seconds(world_->now())},
                        {"exp", unix_seconds(world_->now()) + 3600}};
    if (change) change(claims);
    return crypto::sign_jwt(key_, kid, claims);
  }

  net::awaitable<Answer> push(std::string authorization, std::string body) {
    std::vector<std::string> arguments = {"--header", "Content-Type: application/json", "--data",
                                          std::move(body), birdy_url("/push")};
    if (!authorization.empty()) {
      arguments.push_back("--header");
      arguments.push_back("Authorization: " + authorization);
    }
    co_return co_await curl(mocks::partner_host("birdy"), std::move(arguments));
  }

  const crypto::RsaPrivateKey key_ = crypto::RsaPrivateKey::test_key(2);
  const std::string body_ = R"({"to":"bob@birdy.test"})";
};

TEST_F(CurlPushTest, APushIsTaken) {
  play([this]() -> net::awaitable<void> {
    const Answer answer = co_await push("Bearer " + push_token(), body_);
    EXPECT_EQ(answer.exit, 0);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "");
    const json::object event = last_event("birdy", "push");
    EXPECT_EQ(get_bool(event, "accepted"), true);
    EXPECT_EQ(get_string(event, "to"), "bob@birdy.test");
    // Whom birdy does not know, it does not tell.
    const Answer unknown = co_await push("Bearer " + push_token(), R"({"to":"eve@birdy.test"})");
    EXPECT_EQ(unknown.status, 200);
  });
}

TEST_F(CurlPushTest, EveryEndpointOfAPartnerSpeaksBothVersions) {
  play([this]() -> net::awaitable<void> {
    const Answer stored =
        co_await curl(mocks::partner_host("birdy"),
                      {"--header", "Authorization: Bearer " + mocks::device_credential("bob"),
                       "--data-binary", std::string(100'000, 'x'), birdy_url("/media")});
    EXPECT_EQ(stored.status, 201);
    const auto object = parse_json(stored.body);
    const std::string reference =
        object.ok() ? std::string(get_string(object->as_object(), "storage_reference").value_or(""))
                    : std::string();
    for (const std::string version : {"1.1", "2"}) {
      const std::string option = "--http" + version;
      const Answer keys =
          co_await curl(mocks::partner_host("birdy"), {option, birdy_url(mocks::kPartnerKeysPath)});
      EXPECT_EQ(keys.version, version);
      EXPECT_EQ(keys.status, 200);
      const Answer pushed =
          co_await curl(mocks::partner_host("birdy"),
                        {option, "--header", "Authorization: Bearer " + push_token(), "--header",
                         "Content-Type: application/json", "--data", body_, birdy_url("/push")});
      EXPECT_EQ(pushed.version, version);
      EXPECT_EQ(pushed.status, 200);
      const Answer media =
          co_await curl(mocks::partner_host("birdy"), {option, birdy_url("/" + reference)});
      EXPECT_EQ(media.version, version);
      EXPECT_EQ(media.body.size(), 100'000U);
      // Two requests over one connection: in HTTP/2 as two streams of it.
      const Answer twice = co_await curl(mocks::partner_host("birdy"),
                                         {option, birdy_url(mocks::kPartnerKeysPath), "--output",
                                          "/dev/null", birdy_url(mocks::kPartnerKeysPath)});
      EXPECT_EQ(twice.new_connections, (std::vector<int>{1, 0}));
    }
  });
}

TEST_F(CurlPushTest, ABadPushIsRefused) {
  struct Bad {
    std::string authorization;
    std::string body;
    int status;
    std::string reason;
  };
  const auto change = [](const char* claim, json::value value) {
    return [claim, value](json::object& claims) { claims[claim] = value; };
  };
  const std::int64_t now = unix_seconds(world_->now());
  std::string damaged = mocks::with_damaged_signature(push_token());
  const std::vector<Bad> table = {
      {"", body_, 401, "no-token"},
      {"Basic Ym9iOmJvYg==", body_, 401, "no-token"},
      {"Bearer x.y.z", body_, 401, "malformed"},
      {"Bearer " + damaged, body_, 401, "signature"},
      {"Bearer " + push_token({}, "another-key"), body_, 401, "unknown-key"},
      {"Bearer " + push_token(change("exp", now - 3600)), body_, 401, "expired"},
      {"Bearer " + push_token(change("iss", "WHATSAP")), body_, 401, "issuer"},
      {"Bearer " + push_token(change("aud", "https://wren.partner.test")), body_, 401, "audience"},
      {"Bearer " + push_token(), "to=bob", 400, "malformed-body"},
      {"Bearer " + push_token(), "{}", 400, "malformed-body"},
  };
  play([&]() -> net::awaitable<void> {
    for (const Bad& bad : table) {
      const Answer answer = co_await push(bad.authorization, bad.body);
      EXPECT_EQ(answer.status, bad.status) << bad.reason;
      const json::object event = last_event("birdy", "push");
      EXPECT_EQ(get_bool(event, "accepted"), false) << bad.reason;
      EXPECT_EQ(get_string(event, "reason"), bad.reason);
    }
    const Answer got = co_await curl(mocks::partner_host("birdy"), {birdy_url("/push")});
    EXPECT_EQ(got.status, 404) << "a push is a POST";
    EXPECT_EQ((co_await push("Bearer " + push_token(), body_)).status, 200);
  });
}

}  // namespace
}  // namespace parley::peers
