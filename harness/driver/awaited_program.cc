#include "harness/driver/awaited_program.h"

#include <utility>

namespace parley::driver {
namespace {

// It comes on another thread, which knows nothing of this World.
constexpr Duration kLookAgain = std::chrono::milliseconds(10);

class AwaitedProgram final : public net::Program {
 public:
  AwaitedProgram(net::World& world, const net::Command& command)
      : world_(world),
        arrived_(command.arrived),
        nobody_("nobody has dialled in at " + command.text()) {}

  net::awaitable<Result<std::string>> read_line() override {
    PARLEY_CO_TRY(co_await presence());
    co_return co_await program_->read_line();
  }
  net::awaitable<Status> write_line(std::string line) override {
    PARLEY_CO_TRY(co_await presence());
    co_return co_await program_->write_line(std::move(line));
  }
  void close_input() override {
    if (program_) return program_->close_input();
    given_up_ = true;
  }
  net::awaitable<Result<net::ProcessEnd>> wait(TimePoint deadline) override {
    if (program_) co_return co_await program_->wait(deadline);
    co_return net::ProcessEnd{.ours = false};
  }
  void kill() override {
    if (program_) program_->kill();
    given_up_ = true;
  }
  const std::string& log_tail() const override { return program_ ? program_->log_tail() : nobody_; }
  Result<net::IdleProgram> release() override {
    if (program_) return program_->release();
    return make_error(ErrorCode::kClosed, nobody_);
  }

 private:
  net::awaitable<Status> presence() {
    while (!program_) {
      if (given_up_) co_return make_error(ErrorCode::kClosed, nobody_);
      if (auto come = arrived_()) {
        PARLEY_CO_ASSIGN(program_, net::take_in(world_, *std::move(come), net::ProcessLimits()));
        break;
      }
      co_await world_.wait_for(kLookAgain);
    }
    co_return Status();
  }

  net::World& world_;
  const std::function<std::optional<net::IdleProgram>()> arrived_;
  const std::string nobody_;
  bool given_up_ = false;
  std::unique_ptr<net::Program> program_;
};

}  // namespace

std::unique_ptr<net::Program> await_program(net::World& world, const net::Command& command) {
  return std::make_unique<AwaitedProgram>(world, command);
}

}  // namespace parley::driver
