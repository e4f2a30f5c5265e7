#include "harness/cli/embedded_files.h"

#include <cstdint>

// Written by the assembler file that the build generates (see CMakeLists.txt).
extern "C" {
struct ParleyEmbeddedFile {
  const char* path;
  const std::uint8_t* content;
  std::uint64_t size;
};
extern const ParleyEmbeddedFile parley_embedded_files[];
extern const std::uint64_t parley_embedded_count;
}

namespace parley::cli {

std::vector<EmbeddedFile> embedded_files() {
  std::vector<EmbeddedFile> out;
  out.reserve(parley_embedded_count);
  for (std::uint64_t i = 0; i < parley_embedded_count; ++i) {
    const ParleyEmbeddedFile& file = parley_embedded_files[i];
    out.push_back({file.path, BytesView(file.content, file.size)});
  }
  return out;
}

}  // namespace parley::cli
