// Results of expensive pure operations, remembered for as long as a run lasts. Test cases of one
// seed have the same people with the same keys, and quirk runs repeat whole cases: most public
// halves, agreements and signatures have been computed before.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "harness/base/bytes.h"
#include "harness/crypto/hash.h"

namespace parley::crypto {

/// A bounded table from the digest of an operation's inputs to its result. It may be used from
/// several threads. Results, among them shared secrets, are wiped with it.
class Memo {
 public:
  /// When `capacity` results are held, all go, and it starts anew.
  explicit Memo(std::size_t capacity = std::size_t{1} << 17);
  ~Memo();
  Memo(const Memo&) = delete;
  Memo& operator=(const Memo&) = delete;

  std::optional<Bytes> find(const Digest32& inputs) const;
  void put(const Digest32& inputs, Bytes result);
  std::size_t size() const;

 private:
  struct FirstBytes {
    std::size_t operator()(const Digest32& digest) const;
  };
  void wipe_all();

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::unordered_map<Digest32, Bytes, FirstBytes> results_;
};

/// While it lives, this thread's operations remember into `memo`, and look there first. Without one
/// nothing is remembered: what a process does outside of a run leaves no secret behind.
class MemoScope {
 public:
  explicit MemoScope(Memo& memo);
  ~MemoScope();
  MemoScope(const MemoScope&) = delete;
  MemoScope& operator=(const MemoScope&) = delete;

 private:
  Memo* const before_;
};

/// One operation on its inputs. The inputs are told apart by their lengths too, so that no two
/// operations share a result.
class Remembered {
 public:
  Remembered(std::string_view operation, std::initializer_list<BytesView> inputs);

  /// The result of an earlier time; nothing without a MemoScope.
  std::optional<Bytes> result() const;
  void keep(BytesView result) const;

 private:
  Memo* const memo_;
  Digest32 inputs_{};
};

}  // namespace parley::crypto
