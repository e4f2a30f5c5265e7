// A partner's proxy connects to the gatekeeper and says for whom, or something else, or nothing.
#include "mocks/gatekeeper/proxied_stream.h"

#include <gtest/gtest.h>

#include "harness/net/world_fixture.h"
#include "mocks/client/proxy_preface.h"

namespace parley::mocks::gatekeeper {
namespace {

using namespace std::chrono_literals;
using net::awaitable;

const net::Address kChat{"chat.test", 5222};

class ProxiedStreamTest : public net::WorldTest {
 protected:
  // Writes the pieces, one after the other, and says what the gatekeeper makes of them.
  awaitable<Result<ProxiedStream>> say(std::vector<Bytes> pieces) {
    if (!listener_) listener_ = must_listen(kChat);
    PARLEY_CO_ASSIGN(proxy_, co_await world_->network().connect("birdy.partner.test", kChat,
                                                                net::Security::kPlain));
    PARLEY_CO_ASSIGN(auto stream, co_await listener_->accept());
    world_->spawn(write(*world_, *proxy_, std::move(pieces)));
    co_return co_await take_preface(*world_, std::move(stream), 1s);
  }
  static awaitable<void> write(net::World& world, net::Stream& stream, std::vector<Bytes> pieces) {
    for (const Bytes& piece : pieces) {
      (void)co_await stream.write(piece);
      co_await world.wait_for(2ms);
    }
  }

  std::unique_ptr<net::Listener> listener_;
  std::unique_ptr<net::Stream> proxy_;
};

TEST_P(ProxiedStreamTest, TheClientsBytesComeBehindThePreface) {
  run_body([&]() -> awaitable<Status> {
    const Bytes preface = write_proxy_preface("bob.device.test");
    const BytesView view(preface);
    for (const std::vector<Bytes>& pieces : std::vector<std::vector<Bytes>>{
             {concat({preface, as_bytes("hello")})},
             {to_bytes(view.first(7)), concat({view.subspan(7), as_bytes("hel")}),
              to_bytes("lo")}}) {
      PARLEY_CO_ASSIGN(ProxiedStream proxied, co_await say(pieces));
      EXPECT_EQ(proxied.client_address, "bob.device.test");
      EXPECT_EQ(proxied.stream->remote_host(), "birdy.partner.test");
      EXPECT_EQ(co_await net::read_exactly(*proxied.stream, 5), "hello");
      PARLEY_CO_TRY(co_await proxied.stream->write(as_bytes("welcome")));
      EXPECT_EQ(co_await net::read_exactly(*proxy_, 7), "welcome");
    }
    co_return Status();
  });
}

TEST_P(ProxiedStreamTest, AnythingElseIsRefused) {
  run_body([&]() -> awaitable<Status> {
    const auto other = co_await say({to_bytes("WA\x06\x03 and so on")});
    EXPECT_FALSE(other.ok());
    EXPECT_EQ(other.error().code, ErrorCode::kInvalid);
    const auto silent = co_await say({});
    EXPECT_FALSE(silent.ok());
    EXPECT_EQ(silent.error().code, ErrorCode::kTimeout);
    co_return Status();
  });
}

PARLEY_BOTH_WORLDS(ProxiedStreamTest);

}  // namespace
}  // namespace parley::mocks::gatekeeper
