// What trials and sweeps have in common: many runs on a few threads, and which test cases are too
// heavy to be run often.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

#include "harness/crypto/memo.h"
#include "harness/scenario/scenario.h"

namespace parley::prove {

struct Sharing {
  std::size_t workers = 1;
  /// Told after each piece of work; may be empty. From any thread, one call at a time.
  std::function<void(std::size_t done, std::size_t total)> progress;
  const std::atomic<bool>* interrupted = nullptr;  ///< what has not begun then is not done
};

/// Does `work(i)` for every i below `count` on that many threads.
void share_out(std::size_t count, const Sharing& sharing, crypto::Memo& memo,
               const std::function<void(std::size_t)>& work);

/// Whether somebody sends a file so large that its way takes longer than many cases.
bool is_heavy(const scenario::TestCase& test_case);

}  // namespace parley::prove
