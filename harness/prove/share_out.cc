#include "harness/prove/share_out.h"

#include <algorithm>
#include <mutex>
#include <variant>

#include "harness/base/share_out.h"
#include "harness/scenario/payload.h"

namespace parley::prove {
namespace {

constexpr std::uint64_t kHeavy = 1024 * 1024;

}  // namespace

void share_out(std::size_t count, const Sharing& sharing, crypto::Memo& memo,
               const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::size_t done = 0;
  const auto loop = [&] {
    const crypto::MemoScope remembering(memo);
    for (;;) {
      const std::size_t i = next.fetch_add(1);
      if (i >= count || (sharing.interrupted != nullptr && *sharing.interrupted)) return;
      work(i);
      const std::lock_guard lock(mutex);
      ++done;
      if (sharing.progress) sharing.progress(done, count);
    }
  };
  run_on_threads(std::min(sharing.workers, count), loop);
}

bool is_heavy(const scenario::TestCase& test_case) {
  return std::ranges::any_of(test_case.steps, [](const scenario::Step& step) {
    const auto* operation = std::get_if<scenario::Operation>(&step.act);
    const json::object* media =
        operation == nullptr ? nullptr : get_object(operation->arguments, "media");
    if (media == nullptr) return false;
    const auto payload = scenario::read_payload(*media);
    return payload.ok() && payload->size > kHeavy;
  });
}

}  // namespace parley::prove
