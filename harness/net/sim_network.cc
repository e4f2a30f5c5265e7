#include "harness/net/sim_network.h"

#include <algorithm>

#include "harness/base/random.h"
#include "harness/net/child_process.h"
#include "harness/net/sim_stream.h"

namespace parley::net {

namespace {

class SimListener final : public Listener {
 public:
  SimListener(std::shared_ptr<SimNetwork::Hosts> hosts, std::shared_ptr<AcceptQueue> queue,
              Address address)
      : hosts_(std::move(hosts)), queue_(std::move(queue)), address_(std::move(address)) {}
  ~SimListener() override { close(); }
  SimListener(const SimListener&) = delete;
  SimListener& operator=(const SimListener&) = delete;

  asio::awaitable<Result<std::unique_ptr<Stream>>> accept() override {
    return AcceptQueue::accept(queue_);
  }
  void close() override {
    if (queue_->closed()) return;
    hosts_->listening.erase({address_.host, address_.port});
    queue_->close();
  }
  const Address& address() const override { return address_; }

 private:
  const std::shared_ptr<SimNetwork::Hosts> hosts_;
  const std::shared_ptr<AcceptQueue> queue_;
  const Address address_;
};

}  // namespace

SimNetwork::SimNetwork(std::shared_ptr<Scheduler> scheduler, const Clock& clock,
                       const SimOptions& options)
    : scheduler_(std::move(scheduler)),
      clock_(clock),
      options_(options),
      hosts_(std::make_shared<Hosts>()) {}

Result<std::unique_ptr<Listener>> SimNetwork::listen(const Address& address, Security security,
                                                     TlsOffer speaks) {
  auto queue = std::make_shared<AcceptQueue>(scheduler_);
  Hosts::Entry entry{queue, security, std::move(speaks)};
  if (!hosts_->listening.try_emplace({address.host, address.port}, std::move(entry)).second) {
    return make_error(ErrorCode::kInvalid, address.text() + " is taken");
  }
  hosts_->names.insert(address.host);
  std::unique_ptr<Listener> listener =
      std::make_unique<SimListener>(hosts_, std::move(queue), address);
  return listener;
}

asio::awaitable<Result<std::unique_ptr<Stream>>> SimNetwork::connect(std::string from, Address to,
                                                                     Security security,
                                                                     TlsOffer offered) {
  if (scheduler_->stopped()) {
    co_return make_error(ErrorCode::kClosed, "the world has been shut down");
  }
  if (!hosts_->names.contains(to.host)) {
    co_return make_error(ErrorCode::kNotFound, "no host is named " + to.host);
  }
  SimLink link{
      .from = from, .to = to.host, .there = latency(from, to.host), .back = latency(to.host, from)};
  if (conditions_) {
    link.conditions = *conditions_;
    link.seed = options_.link_seed;
    link.number = ++connections_;
  }
  WaitList travel(scheduler_);
  co_await travel.wait(clock_.now() + link.there, TimerKind::kTraffic);

  // Now at the other end: whoever listens at this moment decides.
  const auto entry = hosts_->listening.find({to.host, to.port});
  Status verdict;
  std::unique_ptr<Stream> near;
  if (entry == hosts_->listening.end()) {
    verdict = make_error(ErrorCode::kRefused, "nobody listens on " + to.text());
  } else if (entry->second.security != security) {
    verdict = make_error(ErrorCode::kClosed, "TLS on one end only of a connection to " + to.text());
  } else {
    const TlsOffer& speaks = entry->second.speaks;
    Result<std::string> protocol = choose_protocol(speaks.protocols, offered.protocols);
    if (protocol.ok() && security == Security::kTls) {
      const auto version = choose_tls_version(speaks.versions, offered.versions);
      if (version.ok()) {
        link.tls_version = *version;
      } else {
        protocol = version.error();
      }
    }
    if (protocol.ok()) {
      link.protocol = std::move(*protocol);
      auto [here, there] = make_sim_connection(scheduler_, clock_, link);
      if (watch_ != nullptr) {
        here = watched_stream(std::move(here), link.from, scheduler_, clock_, *watch_);
        there = watched_stream(std::move(there), link.to, scheduler_, clock_, *watch_);
      }
      near = std::move(here);
      if (!entry->second.queue->push(std::move(there))) {
        verdict = make_error(ErrorCode::kRefused, to.text() + " has too many waiting connections");
      }
    } else {
      verdict = at(to.text(), std::move(protocol).error());
    }
  }
  co_await travel.wait(clock_.now() + link.back, TimerKind::kTraffic);
  PARLEY_CO_TRY(verdict);
  co_return near;
}

Result<std::unique_ptr<ChildProcess>> SimNetwork::start_process(const Command& command,
                                                                const ProcessLimits&) {
  return make_error(ErrorCode::kUnsupported,
                    "an external program cannot follow a virtual clock: \"" + command.text() +
                        "\" needs --network sockets");
}

Duration SimNetwork::latency(const std::string& from, const std::string& to) const {
  if (conditions_) return conditions_->latency;
  const Duration spread = std::max(options_.latency_max - options_.latency_min, Duration::zero());
  SeededRandom random(options_.link_seed, "latency " + from + " > " + to);
  return options_.latency_min +
         Duration(random.below(static_cast<std::uint64_t>(spread.count()) + 1));
}

}  // namespace parley::net
