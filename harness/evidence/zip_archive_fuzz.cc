// Any bytes as an archive: nothing may crash, and what was accepted is byte for byte what the
// writer makes of the same files, so that there is one reading of it.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "harness/evidence/zip_archive.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  using namespace parley::evidence;
  const BytesView archive(data, size);
  for (const ZipForm form : {ZipForm{}, ZipForm{.first = "mimetype"}}) {
    const auto entries =
        read_zip(archive, form, {.archive = 1 << 20, .entry = 1 << 18, .entries = 64});
    if (!entries.ok()) continue;
    const auto again = write_zip(*entries, form);
    if (!again.ok() || !std::ranges::equal(*again, archive)) std::abort();
  }
  return 0;
}
