#include "harness/cli/chat_line.h"

#include <utility>
#include <vector>

#include "mocks/cast/hosts.h"
#include "mocks/gatekeeper/disturbed_stream.h"

namespace parley::cli {
namespace {

using mocks::gatekeeper::DisturbedStream;
using net::awaitable;

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::string_view kCut = "cut-connection";

// From the client to the product. What a cut client has sent is there before the end is.
awaitable<void> pass_up(std::shared_ptr<DisturbedStream> client,
                        std::shared_ptr<net::Stream> product) {
  for (;;) {
    const Result<Bytes> bytes = co_await client->read_some(kReadBytes);
    if (!bytes.ok()) break;
    const Status written = co_await product->write(*bytes);
    if (!written.ok()) break;
  }
  product->close_write();
}

awaitable<void> pass_down(std::shared_ptr<net::Stream> product,
                          std::shared_ptr<DisturbedStream> client) {
  for (;;) {
    const Result<Bytes> bytes = co_await product->read_some(kReadBytes);
    if (!bytes.ok()) break;
    const Status written = co_await client->write(*bytes);
    if (!written.ok()) {
      product->close();
      co_return;
    }
  }
  client->close_write();
}

class Line final : public ChatLine, public std::enable_shared_from_this<Line> {
 public:
  Line(net::World& world, const net::Address& chat)
      : world_(world), chat_(chat), behind_{"product." + chat.host, chat.port} {}

  Status open() {
    PARLEY_ASSIGN(std::shared_ptr<net::Listener> listener,
                  world_.network().listen(chat_, net::Security::kPlain));
    world_.spawn(serve(shared_from_this(), std::move(listener)));
    return {};
  }

  Status lead_to(const net::Endpoint& where) override {
    net::Outside* outside = net::outside_of(world_);
    if (outside != nullptr) return outside->route(behind_, where);
    return make_error(ErrorCode::kUnsupported, "no program outside can take part in simulation");
  }

  Status cut(const std::string& host, bool in, std::uint64_t after) override {
    // The last one: whoever came back has another connection.
    for (auto one = clients_.rbegin(); one != clients_.rend(); ++one) {
      const std::shared_ptr<DisturbedStream> client = one->lock();
      if (client == nullptr || client->remote_host() != host) continue;
      client->cut(in ? DisturbedStream::Way::kIn : DisturbedStream::Way::kOut, after);
      return {};
    }
    return make_error(ErrorCode::kClosed, host + " has no connection to " + chat_.text());
  }

 private:
  static awaitable<void> serve(std::shared_ptr<Line> line,
                               std::shared_ptr<net::Listener> listener) {
    for (;;) {
      Result<std::unique_ptr<net::Stream>> stream = co_await listener->accept();
      if (!stream.ok()) co_return;
      line->world_.spawn(connect(line, std::make_shared<DisturbedStream>(std::move(*stream))));
    }
  }

  static awaitable<void> connect(std::shared_ptr<Line> line,
                                 std::shared_ptr<DisturbedStream> client) {
    auto there = co_await line->world_.network().connect(client->remote_host(), line->behind_,
                                                         net::Security::kPlain);
    if (!there.ok()) {
      client->close();
      co_return;
    }
    const std::shared_ptr<net::Stream> product = std::move(*there);
    std::erase_if(line->clients_, [](const auto& one) { return one.expired(); });
    line->clients_.push_back(client);
    line->world_.spawn(pass_up(client, product));
    co_await pass_down(product, client);
  }

  net::World& world_;
  const net::Address chat_;
  const net::Address behind_;
  std::vector<std::weak_ptr<DisturbedStream>> clients_;
};

class GatekeeperUnderTest final : public driver::Party {
 public:
  GatekeeperUnderTest(std::unique_ptr<driver::Party> product, std::shared_ptr<ChatLine> line)
      : product_(std::move(product)), line_(std::move(line)) {}

  const std::string& id() const override { return product_->id(); }
  evidence::Role role() const override { return product_->role(); }
  driver::Hello hello() const override { return product_->hello(); }
  driver::EventLog& events() override { return product_->events(); }
  awaitable<Result<json::object>> perform(std::string operation, json::object arguments) override {
    if (operation == kCut) co_return cut(arguments);
    co_return co_await product_->perform(std::move(operation), std::move(arguments));
  }
  awaitable<Status> begin(driver::Stage stage) override {
    return product_->begin(std::move(stage));
  }
  awaitable<Status> finish() override { return product_->finish(); }
  std::optional<Error> failure() const override { return product_->failure(); }

 private:
  Result<json::object> cut(const json::object& arguments) {
    const std::string to(get_string(arguments, "to").value_or(""));
    const std::int64_t after = get_int(arguments, "after").value_or(-1);
    const auto direction = get_string(arguments, "direction");
    if (to.empty() || after < 0 || (direction != "in" && direction != "out")) {
      return make_error(ErrorCode::kInvalid, "to, after and a direction in or out are needed",
                        std::string(kCut));
    }
    PARLEY_TRY(
        line_->cut(mocks::device_host(to), direction == "in", static_cast<std::uint64_t>(after)));
    product_->events().push("disturbed", {{"kind", kCut}, {"to", to}});
    return json::object();
  }

  const std::unique_ptr<driver::Party> product_;
  const std::shared_ptr<ChatLine> line_;
};

}  // namespace

Result<std::shared_ptr<ChatLine>> ChatLine::open(net::World& world, const net::Address& chat) {
  const auto line = std::make_shared<Line>(world, chat);
  PARLEY_TRY(line->open());
  return std::shared_ptr<ChatLine>(line);
}

std::unique_ptr<driver::Party> with_chat_line(std::unique_ptr<driver::Party> product,
                                              std::shared_ptr<ChatLine> line) {
  return std::make_unique<GatekeeperUnderTest>(std::move(product), std::move(line));
}

}  // namespace parley::cli
