// Short digit strings, two characters to a byte: decimal with '-' and '.', or upper-case hex.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/result.h"

namespace parley::wire {

enum class Packing { kNone, kNibble, kHex };

inline constexpr std::size_t kMaxPackedText = 127;  ///< characters that an encoder packs

/// The packing that `text` goes into: nibble before hex, kNone where neither fits or the text is
/// empty or too long.
Packing packing_of(std::string_view text);

/// Appends the length byte (bit 7: the last half is padding) and the packed halves. `text` must fit
/// the packing.
void append_packed(Bytes& out, Packing packing, std::string_view text);

/// The text of these packed bytes. kInvalid for a half outside the alphabet.
Result<std::string> unpack(Packing packing, BytesView packed, bool odd);

}  // namespace parley::wire
