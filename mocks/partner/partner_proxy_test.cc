// A partner's proxy between a device and the gatekeeper's chat host, both played by hand: bytes,
// addresses, and who goes away first.
#include "mocks/partner/partner_proxy.h"

#include <gtest/gtest.h>

#include "harness/evidence/recorder.h"
#include "harness/net/world_fixture.h"
#include "mocks/cast/hosts.h"
#include "mocks/client/proxy_preface.h"

namespace parley::mocks {
namespace {

using namespace std::chrono_literals;
using net::awaitable;
using net::WorldKind;

class PartnerProxyTest : public net::WorldTest {
 protected:
  ~PartnerProxyTest() override { world_->shutdown(); }

  void start(std::string fault = "") {
    chat_ = must_listen(service_->chat);
    proxy_ = std::make_unique<PartnerProxy>(
        *world_, Observer{&recorder_, evidence::Role::kPartnerProxy, "birdy"}, "birdy.partner.test",
        *service_, std::move(fault));
    ASSERT_TRUE(proxy_->start().ok());
  }

  struct Ends {
    std::unique_ptr<net::Stream> client;
    std::unique_ptr<net::Stream> upstream;
    std::string address;  ///< that the proxy told
  };
  awaitable<Result<Ends>> connect(std::string device) {
    Ends ends;
    PARLEY_CO_ASSIGN(ends.client, co_await world_->network().connect(
                                      std::move(device), partner_proxy_host("birdy", *service_),
                                      net::Security::kPlain));
    PARLEY_CO_ASSIGN(ends.upstream, co_await chat_->accept());
    Bytes bytes;
    for (;;) {
      PARLEY_CO_ASSIGN(const Bytes more, co_await ends.upstream->read_some(1));
      append(bytes, more);
      PARLEY_CO_ASSIGN(const auto preface, read_proxy_preface(bytes));
      if (!preface) continue;
      ends.address = preface->client_address;
      co_return ends;
    }
  }

  const ServiceHosts* service_ = &whatsapp_hosts();
  evidence::Recorder recorder_{world_->clock()};
  std::unique_ptr<net::Listener> chat_;
  std::unique_ptr<PartnerProxy> proxy_;
};

TEST_P(PartnerProxyTest, EachClientHasAConnectionWithItsAddressAndItsBytes) {
  start();
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(Ends bob, co_await connect("bob.device.test"));
    PARLEY_CO_ASSIGN(Ends ben, co_await connect("ben.device.test"));
    EXPECT_EQ(bob.address, "bob.device.test");
    EXPECT_EQ(ben.address, "ben.device.test");
    PARLEY_CO_TRY(co_await bob.client->write(as_bytes("from bob")));
    PARLEY_CO_TRY(co_await ben.client->write(as_bytes("from ben")));
    EXPECT_EQ(co_await net::read_exactly(*bob.upstream, 8), "from bob");
    EXPECT_EQ(co_await net::read_exactly(*ben.upstream, 8), "from ben");
    PARLEY_CO_TRY(co_await ben.upstream->write(as_bytes("to ben")));
    EXPECT_EQ(co_await net::read_exactly(*ben.client, 6), "to ben");
    co_return Status();
  });
}

TEST_P(PartnerProxyTest, ConnectsToTheServiceThatItIsFor) {
  service_ = find_service_hosts("messenger");
  start();
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(Ends bob, co_await connect("bob.device.test"));
    PARLEY_CO_TRY(co_await bob.client->write(as_bytes("hello")));
    EXPECT_EQ(co_await net::read_exactly(*bob.upstream, 5), "hello");
    co_return Status();
  });
  ASSERT_FALSE(recorder_.take().empty());
}

TEST_P(PartnerProxyTest, EitherEndTakesTheOtherWithIt) {
  start();
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(Ends bob, co_await connect("bob.device.test"));
    bob.client->close();
    EXPECT_EQ(co_await net::read_to_end(*bob.upstream), "");
    PARLEY_CO_ASSIGN(Ends ben, co_await connect("ben.device.test"));
    ben.upstream->close();
    EXPECT_EQ(co_await net::read_to_end(*ben.client), "");
    co_return Status();
  });
}

awaitable<void> note_end(net::Stream& stream, bool& ended) {
  (void)co_await net::read_to_end(stream);
  ended = true;
}

TEST_P(PartnerProxyTest, OneWithTheDefectKeepsTheConnection) {
  start(std::string(kKeepsUpstream));
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(Ends bob, co_await connect("bob.device.test"));
    bob.client->close();
    bool ended = false;
    world_->spawn(note_end(*bob.upstream, ended));
    co_await world_->wait_for(500ms);
    EXPECT_FALSE(ended);
    bob.upstream->close();
    co_await world_->wait_for(100ms);
    co_return Status();
  });
}

TEST_P(PartnerProxyTest, OneWithTheDefectTellsItsOwnAddress) {
  start(std::string(kWrongClientIp));
  run_body([&]() -> awaitable<Status> {
    PARLEY_CO_ASSIGN(Ends bob, co_await connect("bob.device.test"));
    EXPECT_EQ(bob.address, "birdy.partner.test");
    co_return Status();
  });
}

PARLEY_BOTH_WORLDS(PartnerProxyTest);

}  // namespace
}  // namespace parley::mocks
