// Finds JSON Web Tokens in text and bytes, so that no transcript carries a usable credential.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parley::evidence {

/// Where a token stands in a text.
struct TokenSpan {
  std::size_t begin = 0;
  std::size_t size = 0;
};

/// The first JSON Web Token in compact form (RFC 7519, RFC 7515 section 7.1) that begins at `from`
/// or later: "eyJ…" and two or more further segments, the last of which may be empty. The dots,
/// dashes and underscores may be percent-encoded, as in a form.
std::optional<TokenSpan> find_token(std::string_view text, std::size_t from = 0);

/// Replaces every JSON Web Token in `text` by "jwt:" and the first 16 hex digits of the SHA-256 of
/// its plain spelling, so that equality stays visible and the token does not.
std::string redact_tokens(std::string_view text);

}  // namespace parley::evidence
