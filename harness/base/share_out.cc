#include "harness/base/share_out.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace parley {

void run_on_threads(std::size_t workers, const std::function<void()>& work) {
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < workers; ++i) threads.emplace_back(work);
  work();
}

void share_out(std::size_t count, std::size_t workers,
               const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  run_on_threads(std::min(workers, count), [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  });
}

}  // namespace parley
