// Which program this is, for those who keep a list of sound ones.
#pragma once

#include <string>

namespace parley::cli {

/// Hex SHA-256 of the file that this process runs, as `sha256sum` says it; empty where the system
/// does not show it. Read once.
const std::string& program_digest();

}  // namespace parley::cli
