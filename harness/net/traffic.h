// What is under way between the parties of a socket world. The kernel does not say when a world is
// at rest; but both ends of almost every connection are ours, so that bytes written and not yet
// read are known. External programs are seen only by the time of their last byte.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <utility>

namespace parley::net {

class Traffic {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  /// One connection whose both ends are parties. End 0 connected, end 1 accepted; direction i is
  /// written by end i.
  class Pair {
   public:
    explicit Pair(std::shared_ptr<Traffic> traffic);
    ~Pair();
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;

    bool accepted = false;  ///< or will never be
    std::array<std::uint64_t, 2> written = {};
    std::array<std::uint64_t, 2> read = {};
    std::array<bool, 2> reading = {};  ///< that end waits for bytes
    std::array<bool, 2> ended = {};    ///< that end closed

    /// Nothing is under way that the other end waits for.
    bool quiet() const;

   private:
    const std::shared_ptr<Traffic> traffic_;
  };

  /// Counts something that the kernel will soon finish by itself, while it lives.
  class Busy {
   public:
    explicit Busy(std::shared_ptr<Traffic> traffic);
    ~Busy();
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

   private:
    const std::shared_ptr<Traffic> traffic_;
  };

  /// Bytes moved or a connection came up.
  void touch() {
    touch_line();
    ++moves_;
  }
  /// An external program was told something by its driver contract, or told it.
  void touch_line() { last_ = std::chrono::steady_clock::now(); }
  Instant last() const { return last_; }
  /// How often touch() was called.
  std::uint64_t moves() const { return moves_; }

  /// One external program that has a driver, while it lives.
  class Program {
   public:
    explicit Program(std::shared_ptr<Traffic> traffic) : traffic_(std::move(traffic)) {
      ++traffic_->programs_;
    }
    ~Program() { --traffic_->programs_; }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

   private:
    const std::shared_ptr<Traffic> traffic_;
  };
  std::size_t programs() const { return programs_; }

  /// An external program takes part, or is about to.
  void expect_external() { external_ = true; }
  bool external() const { return external_; }

  bool quiet() const;

 private:
  std::set<const Pair*> pairs_;
  std::size_t busy_ = 0;
  bool external_ = false;
  std::size_t programs_ = 0;
  std::uint64_t moves_ = 0;
  Instant last_;
};

}  // namespace parley::net
