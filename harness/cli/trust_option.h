// Authorities of a product, as a run file's `trust` or `--trust` names them: a file of certificates
// (PEM) that a program outside may show, or have its own signed with.
#pragma once

#include <functional>
#include <string>

#include "harness/base/result.h"

namespace parley::cli {

/// The text of such a file; empty where `path` is. kNotFound, kIo or kLimit where it cannot be
/// read, kInvalid where no certificate is in it, each with the path.
Result<std::string> read_trust(const std::string& path);

/// For net::OpenOptions::trust: the same text at every connection; nothing where it is empty.
std::function<Result<std::string>()> trusting(std::string pem);

/// For who stands by while the file may change: read anew at every connection; nothing where `path`
/// is empty.
std::function<Result<std::string>()> trusting_file(std::string path);

}  // namespace parley::cli
