#include "harness/cli/identification_option.h"

#include <utility>

#include "harness/base/file.h"
#include "harness/base/yaml.h"

namespace parley::cli {

std::optional<judge::Identification> load_identification(const std::string& path,
                                                         std::vector<Diagnostic>& diagnostics) {
  if (path.empty()) return judge::Identification();
  const std::size_t before = diagnostics.size();
  Result<std::string> text = read_text_file(path);
  if (!text.ok()) {
    diagnostics.push_back({path, {}, "unreadable", text.error().message, {}, {}});
    return std::nullopt;
  }
  const auto file = parse_yaml(path, *std::move(text), diagnostics);
  judge::Identification out;
  if (file) out = judge::read_identification(*file, diagnostics);
  if (diagnostics.size() != before) return std::nullopt;
  return out;
}

}  // namespace parley::cli
