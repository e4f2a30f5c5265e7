// Work that several threads share.
#pragma once

#include <cstddef>
#include <functional>

namespace parley {

/// Runs `work` on that many threads at once, the caller's among them, and waits for all. `work`
/// must not throw: on a thread of its own nobody would catch it.
void run_on_threads(std::size_t workers, const std::function<void()>& work);

/// Does `work(i)` once for every i below `count`, in no order. `work` must not throw.
void share_out(std::size_t count, std::size_t workers,
               const std::function<void(std::size_t)>& work);

}  // namespace parley
