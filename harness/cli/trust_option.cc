#include "harness/cli/trust_option.h"

#include <utility>

#include "harness/base/file.h"

namespace parley::cli {
namespace {

constexpr std::size_t kMaxTrust = 4 * 1024 * 1024;

}  // namespace

Result<std::string> read_trust(const std::string& path) {
  if (path.empty()) return std::string();
  PARLEY_ASSIGN(std::string pem, read_text_file(path, kMaxTrust));
  if (pem.find("-----BEGIN CERTIFICATE-----") != std::string::npos) return pem;
  return make_error(ErrorCode::kInvalid, path + " has no certificate (PEM)");
}

std::function<Result<std::string>()> trusting(std::string pem) {
  if (pem.empty()) return {};
  return [pem = std::move(pem)]() -> Result<std::string> { return pem; };
}

std::function<Result<std::string>()> trusting_file(std::string path) {
  if (path.empty()) return {};
  return [path = std::move(path)] { return read_trust(path); };
}

}  // namespace parley::cli
