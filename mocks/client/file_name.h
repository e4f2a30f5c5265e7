// Names that strangers give to files.
#pragma once

#include <string>
#include <string_view>

namespace parley::mocks::client {

/// The name under which a client shows and would store a file: the last part of a path, without
/// control characters and marks that change the direction of text, at most 255 bytes, cut between
/// characters. "file" where nothing is left. A name with none of that stays as it is, to the byte.
std::string safe_file_name(std::string_view name);

}  // namespace parley::mocks::client
