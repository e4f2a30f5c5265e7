#include "harness/cli/register_files.h"

#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/crypto/hash.h"

namespace parley::cli {

std::optional<DocumentRegister> load_registers(const std::vector<std::string>& paths,
                                               const scenario::Library& library,
                                               std::vector<Diagnostic>& diagnostics) {
  DocumentRegister out;
  const std::size_t before = diagnostics.size();
  crypto::Sha256 hash;
  for (const std::string& path : paths) {
    Result<std::string> text = read_text_file(path);
    if (!text.ok()) {
      diagnostics.push_back({path, {}, "unreadable", text.error().message, {}, {}});
      continue;
    }
    hash.update(crypto::sha256(as_bytes(*text)));
    const auto file = parse_yaml(path, *std::move(text), diagnostics);
    if (file) scenario::read_register(*file, library, out.documents, diagnostics);
  }
  if (diagnostics.size() != before) return std::nullopt;
  if (!paths.empty()) out.digest = hex(hash.finish());
  return out;
}

}  // namespace parley::cli
