// Secrets that somebody was given to act with (an account's password): whoever repeats them, and
// wherever, they stay out of what is kept.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "harness/base/json.h"
#include "harness/evidence/record.h"

namespace parley::evidence {

inline constexpr std::string_view kHiddenSecret = "[secret]";

/// The text with kHiddenSecret in place of every secret. One of fewer than 8 bytes may stand in
/// other words by chance, and is hidden only where it is the whole text.
std::string without_secrets(std::string_view text, std::span<const std::string> secrets);

/// The same for every text of the object, however deep.
void hide_secrets(json::object& facts, std::span<const std::string> secrets);

/// The same for a record. In its body a secret is filled up with "*", so that its size stays; the
/// digest is made anew, unless the body was cut.
void hide_secrets(Record& record, std::span<const std::string> secrets);

}  // namespace parley::evidence
