#include "harness/driver/dial_in.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "harness/crypto/hash.h"
#include "harness/net/message_socket.h"
#include "harness/net/open_world.h"

namespace parley::driver {
namespace {

const net::Address kName{"drivers.parley", 80};
constexpr std::string_view kScheme = "Bearer ";
constexpr unsigned kUnauthorized = 401;
constexpr unsigned kUnavailable = 503;

}  // namespace

// Shared by the thread that listens and those who want a driver.
struct DialIn::Hall {
  std::string token;
  std::size_t most = 0;
  Log* log = nullptr;
  std::unique_ptr<net::World> world;
  std::unique_ptr<net::Listener> listener;
  std::array<int, 2> end{-1, -1};  ///< a pipe: closing its writing end ends the thread
  std::thread thread;

  std::mutex mutex;
  std::condition_variable came;
  std::deque<net::IdleProgram> waiting;
  std::size_t connections = 0;
  bool closed = false;

  ~Hall() {
    for (const int file : end) {
      if (file >= 0) ::close(file);
    }
  }

  // The status with which to turn somebody away, 0 for those who come in. One who is let in counts.
  unsigned admit(std::string_view authorization) {
    const std::lock_guard lock(mutex);
    const bool bearer = authorization.starts_with(kScheme);
    const std::string_view shown = bearer ? authorization.substr(kScheme.size()) : "";
    if (closed || !crypto::equal_constant_time(as_bytes(shown), as_bytes(token))) {
      log->warning("somebody dialled in as a driver without the token, and was turned away");
      return kUnauthorized;
    }
    if (connections < most) {
      ++connections;
      return 0;
    }
    log->warning("more than " + std::to_string(most) + " drivers dialled in; one was turned away");
    return kUnavailable;
  }
  void leave() {
    const std::lock_guard lock(mutex);
    --connections;
  }
  void seat(net::IdleProgram program) {
    const std::lock_guard lock(mutex);
    if (closed) return;
    waiting.push_back(std::move(program));
    came.notify_all();
  }

  static net::awaitable<Status> serve(Hall& hall);
  static net::awaitable<void> accept_all(Hall& hall);
  static net::awaitable<void> receive(Hall& hall, std::unique_ptr<net::Stream> stream);
};

namespace {

// Counts until the connection has ended, however long somebody keeps its end of it.
template <class Hall>
class CountedSocket final : public net::MessageSocket {
 public:
  CountedSocket(Hall& hall, std::unique_ptr<net::MessageSocket> socket)
      : hall_(hall), socket_(std::move(socket)) {}
  ~CountedSocket() override { leave(); }
  CountedSocket(const CountedSocket&) = delete;
  CountedSocket& operator=(const CountedSocket&) = delete;

  net::awaitable<Result<std::string>> read() override {
    auto text = co_await socket_->read();
    if (!text.ok()) leave();
    co_return text;
  }
  net::awaitable<Status> write(std::string text) override {
    return socket_->write(std::move(text));
  }
  void close() override { socket_->close(); }

 private:
  void leave() {
    if (!std::exchange(left_, true)) hall_.leave();
  }

  Hall& hall_;
  const std::unique_ptr<net::MessageSocket> socket_;
  bool left_ = false;
};

}  // namespace

net::awaitable<Status> DialIn::Hall::serve(Hall& hall) {
  hall.world->spawn(accept_all(hall));
  PARLEY_CO_ASSIGN(const auto lines, net::read_lines(*hall.world, hall.end[0], 1, ""));
  (void)(co_await lines->read_line()).ok();  // nobody writes there
  hall.listener->close();
  co_return Status();
}

net::awaitable<void> DialIn::Hall::accept_all(Hall& hall) {
  for (;;) {
    auto stream = co_await hall.listener->accept();
    if (!stream.ok()) co_return;
    hall.world->spawn(receive(hall, *std::move(stream)));
  }
}

net::awaitable<void> DialIn::Hall::receive(Hall& hall, std::unique_ptr<net::Stream> stream) {
  bool counted = false;
  const net::Admission admission = [&hall, &counted](std::string_view authorization) {
    const unsigned status = hall.admit(authorization);
    counted = status == 0;
    return status;
  };
  auto socket = co_await net::accept_messages(*hall.world, std::move(stream), admission,
                                              net::ProcessLimits().line_bytes);
  if (!socket.ok()) {
    if (counted) hall.leave();
    co_return;
  }
  auto program =
      net::bridge(*hall.world, std::make_unique<CountedSocket<Hall>>(hall, *std::move(socket)));
  if (program.ok()) {
    hall.seat(*std::move(program));
  } else {
    hall.log->error(at("a driver that dialled in", program.error()).text());
  }
}

Result<std::unique_ptr<DialIn>> DialIn::open(const DialInOptions& options, Log& log) {
  if (options.token.empty()) return make_error(ErrorCode::kInvalid, "there is no token to show");
  auto hall = std::make_shared<Hall>();
  hall->token = options.token;
  hall->most = options.most;
  hall->log = &log;
  net::OpenOptions places;
  places.listen = options.where.ip;
  if (options.where.port != 0) places.ports[kName.text()] = options.where.port;
  PARLEY_ASSIGN(hall->world, net::make_open_world({}, places, log));
  net::Network& network = hall->world->network();
  PARLEY_ASSIGN(hall->listener, network.listen(kName, net::Security::kPlain));
  if (::pipe2(hall->end.data(), O_CLOEXEC) != 0) {
    return make_error(ErrorCode::kIo, std::strerror(errno));
  }
  const std::string place = network.external_address(kName);
  const std::string port = place.substr(place.rfind(':'));
  const bool six = options.where.ip.find(':') != std::string::npos;
  std::string url = "ws://" + (six ? "[" + options.where.ip + "]" : options.where.ip) + port + "/";
  hall->thread = std::thread([hall = hall.get()] {
    const Status served = net::run(*hall->world, Hall::serve(*hall));
    if (!served.ok()) hall->log->error(at("drivers that dial in", served.error()).text());
    hall->world->shutdown();
  });
  return std::unique_ptr<DialIn>(new DialIn(std::move(hall), std::move(url)));
}

DialIn::DialIn(std::shared_ptr<Hall> hall, std::string url)
    : hall_(std::move(hall)), url_(std::move(url)) {}

DialIn::~DialIn() {
  close();
  ::close(std::exchange(hall_->end[1], -1));
  hall_->thread.join();
}

std::optional<net::IdleProgram> DialIn::take() {
  const std::lock_guard lock(hall_->mutex);
  if (hall_->waiting.empty()) return std::nullopt;
  net::IdleProgram program = std::move(hall_->waiting.front());
  hall_->waiting.pop_front();
  return program;
}

bool DialIn::wait_for_one(std::chrono::milliseconds patience) {
  std::unique_lock lock(hall_->mutex);
  return hall_->came.wait_for(lock, patience, [this] { return !hall_->waiting.empty(); });
}

void DialIn::close() {
  std::deque<net::IdleProgram> leaving;
  const std::lock_guard lock(hall_->mutex);
  hall_->closed = true;
  leaving.swap(hall_->waiting);
}

}  // namespace parley::driver
