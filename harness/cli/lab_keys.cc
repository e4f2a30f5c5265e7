#include "harness/cli/lab_keys.h"

#include <sys/stat.h>

#include <utility>

#include "harness/base/file.h"
#include "harness/evidence/signed_note.h"

namespace parley::cli {

namespace {

constexpr std::size_t kMaxFile = 256 * 1024;

Result<std::string> ledger_origin(const std::filesystem::path& path, const crypto::VerifyKey& lab) {
  Result<std::string> text = read_text_file(path, kMaxFile);
  if (!text.ok() && text.error().code == ErrorCode::kNotFound) return default_ledger_origin(lab);
  if (!text.ok()) return text;
  if (text->ends_with('\n')) text->pop_back();
  const Result<evidence::NoteKey> known = evidence::NoteKey::parse(*text);
  if (!known.ok()) return at(path.string(), known.error());
  if (known->key() == lab) return known->name();
  return make_error(ErrorCode::kInvalid, "is of another key than " + std::string(kKeyFile),
                    path.string());
}

}  // namespace

std::string default_ledger_origin(const crypto::VerifyKey& lab) {
  return "parley-lab/" + lab.key_id().substr(0, 16);
}

Result<LabKeys> load_lab_keys(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kKeyFile;
  struct stat info{};
  if (::stat(path.c_str(), &info) == 0 && (info.st_mode & 077) != 0) {
    return make_error(ErrorCode::kInvalid, "others may read this secret key: chmod 600 it first",
                      path.string());
  }
  PARLEY_ASSIGN(const std::string pem, read_text_file(path, kMaxFile));
  Result<crypto::SigningKey> key = crypto::SigningKey::from_pem(pem);
  if (!key.ok()) return at(path.string(), std::move(key).error());
  PARLEY_ASSIGN(std::string chain, read_text_file(folder / kChainFile, kMaxFile));
  PARLEY_ASSIGN(std::string origin, ledger_origin(folder / kLedgerKeyFile, key->public_key()));
  return LabKeys{*std::move(key), std::move(chain), std::move(origin)};
}

}  // namespace parley::cli
