// Shell-like patterns over ids: `*` any run of characters, `?` one character; no classes, no
// escapes.
#pragma once

#include <string_view>

namespace parley {

/// Whether the whole of `text` matches. Takes time at most proportional to the product of the
/// lengths.
bool glob_match(std::string_view pattern, std::string_view text);

}  // namespace parley
