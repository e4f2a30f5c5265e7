#include "harness/cli/secret_reference.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "harness/base/file.h"

namespace parley::cli {
namespace {

constexpr std::string_view kEnvironmentPrefix = "env:";
constexpr std::string_view kFilePrefix = "file:";
constexpr std::size_t kMaxSecret = 64 * 1024;

bool is_variable(std::string_view name) {
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '_';
         });
}

Result<std::string> look_up(const SecretReference& reference, const Environment& environment,
                            const std::filesystem::path& folder) {
  if (reference.kind == SecretReference::Kind::kFile) {
    return read_text_file(folder / reference.name, kMaxSecret);
  }
  std::optional<std::string> value = environment(reference.name);
  if (value) return *std::move(value);
  return make_error(ErrorCode::kNotFound, "the variable is not set");
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

std::string SecretReference::text() const {
  return std::string(kind == Kind::kFile ? kFilePrefix : kEnvironmentPrefix) + name;
}

std::optional<SecretReference> parse_secret_reference(std::string_view text) {
  if (text.starts_with(kFilePrefix) && text.size() > kFilePrefix.size()) {
    return SecretReference{SecretReference::Kind::kFile,
                           std::string(text.substr(kFilePrefix.size()))};
  }
  if (!text.starts_with(kEnvironmentPrefix)) return std::nullopt;
  const std::string_view name = text.substr(kEnvironmentPrefix.size());
  if (!is_variable(name)) return std::nullopt;
  return SecretReference{SecretReference::Kind::kEnvironment, std::string(name)};
}

Result<std::string> resolve(const SecretReference& reference, const Environment& environment,
                            const std::filesystem::path& folder) {
  Result<std::string> found = look_up(reference, environment, folder);
  if (!found.ok()) return at(reference.text(), std::move(found).error());
  while (found->ends_with('\n') || found->ends_with('\r')) found->pop_back();
  if (found->empty()) return make_error(ErrorCode::kInvalid, "is empty", reference.text());
  return found;
}

}  // namespace parley::cli
