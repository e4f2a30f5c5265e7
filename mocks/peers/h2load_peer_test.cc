// The world: birdy's server over loopback sockets, and h2load in place of a gatekeeper that has
// much to ask: many streams over few connections, all at once. And a World whose listeners stand at
// the IPv6 loopback address, where curl looks for them with each version of TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/net/open_world.h"
#include "mocks/peers/peer_world.h"
#include "mocks/peers/peers.h"

namespace parley::peers {
namespace {

using testing::HasSubstr;

constexpr std::string_view kH2loadHint = "./dev test installs nghttp2-client, which has h2load.";
constexpr std::string_view kCurlHint = "./dev test installs curl.";

class H2loadTest : public PeerWorld {
 protected:
  H2loadTest() { add_partner("birdy"); }

  /// What h2load says of so many requests for birdy's keys.
  net::awaitable<std::string> load(std::vector<std::string> options) {
    const net::Address host = mocks::partner_host("birdy");
    const std::string port = std::to_string(port_of(host));
    std::vector<std::string> arguments = {"h2load", "--connect-to=127.0.0.1:" + port};
    for (std::string& option : options) arguments.push_back(std::move(option));
    arguments.push_back("https://" + host.host + ":" + port + std::string(mocks::kPartnerKeysPath));
    const Result<ProgramOutput> output = co_await meanwhile<Result<ProgramOutput>>(
        [arguments] { return run_program(arguments, kH2loadHint); });
    if (!output.ok()) {
      ADD_FAILURE() << output.error().text();
      co_return "";
    }
    EXPECT_EQ(output->status, 0) << output->out;
    co_return output->out;
  }
};

TEST_F(H2loadTest, APartnersServerAnswersManyStreamsAtOnce) {
  play([this]() -> net::awaitable<void> {
    const std::string h2 =
        co_await load({"--requests=400", "--clients=4", "--max-concurrent-streams=25"});
    EXPECT_THAT(h2, HasSubstr("Application protocol: h2"));
    EXPECT_THAT(h2,
                HasSubstr("400 total, 400 started, 400 done, 400 succeeded, 0 failed, 0 errored"));
    EXPECT_THAT(h2, HasSubstr("status codes: 400 2xx"));
    const std::string h1 = co_await load({"--h1", "--requests=100", "--clients=4"});
    EXPECT_THAT(h1, HasSubstr("Application protocol: http/1.1"));
    EXPECT_THAT(h1, HasSubstr("100 done, 100 succeeded, 0 failed, 0 errored"));
  });
}

TEST_F(H2loadTest, SmallWindowsAreWaitedFor) {
  play([this]() -> net::awaitable<void> {
    // 2^10 - 1 bytes a stream: less than an answer with its keys would be in one go.
    const std::string said = co_await load(
        {"--requests=50", "--clients=1", "--max-concurrent-streams=10", "--window-bits=10"});
    EXPECT_THAT(said, HasSubstr("50 done, 50 succeeded, 0 failed, 0 errored"));
  });
}

/// A World at an address of the other family.
class Ipv6Test : public PeerWorld {
 protected:
  Ipv6Test() {
    world_->shutdown();
    parties_.clear();
    recorder_.reset();
    auto world = net::make_open_world({.start = kPeerWorldStart}, {.listen = "::1"}, log_);
    if (!world.ok()) ADD_FAILURE() << world.error().text();
    world_ = std::move(*world);
    recorder_ = std::make_unique<evidence::Recorder>(world_->clock());
    std::ofstream(ca_file_) << world_->network().ca_pem();
    add_partner("birdy");
  }

  net::awaitable<ProgramOutput> keys(std::vector<std::string> options) {
    const net::Address host = mocks::partner_host("birdy");
    const std::string place = host.host + ":" + std::to_string(port_of(host));
    std::vector<std::string> arguments = {
        "curl",         "--silent",
        "--show-error", "--ipv6",
        "--max-time",   "30",
        "--cacert",     ca_file_,
        "--resolve",    place + ":[::1]",
        "--output",     "/dev/null",
        "--write-out",  "%{http_code} %{http_version} %{remote_ip}"};
    for (std::string& option : options) arguments.push_back(std::move(option));
    arguments.push_back("https://" + place + std::string(mocks::kPartnerKeysPath));
    const Result<ProgramOutput> output = co_await meanwhile<Result<ProgramOutput>>(
        [arguments] { return run_program(arguments, kCurlHint); });
    if (output.ok()) co_return *output;
    ADD_FAILURE() << output.error().text();
    co_return ProgramOutput();
  }
};

TEST_F(Ipv6Test, EachVersionOfHttpAndOfTlsThatIsGoodEnough) {
  play([this]() -> net::awaitable<void> {
    for (const std::string http : {"1.1", "2"}) {
      for (const std::string tls : {"1.2", "1.3"}) {
        const ProgramOutput got =
            co_await keys({"--http" + http, "--tlsv" + tls, "--tls-max", tls});
        EXPECT_EQ(got.out, "200 " + http + " ::1") << tls;
      }
    }
    // curl says no itself unless its own library may speak it.
    const ProgramOutput old =
        co_await keys({"--tls-max", "1.1", "--ciphers", "DEFAULT:@SECLEVEL=0"});
    EXPECT_EQ(old.status, 35) << old.out;
  });
}

}  // namespace
}  // namespace parley::peers
