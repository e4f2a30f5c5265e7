#include "harness/evidence/secret_redaction.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"

namespace parley::evidence {
namespace {

constexpr std::size_t kShort = 8;

bool stands_out(const std::string& secret) { return secret.size() >= kShort; }

// Depth is bounded by what a message, and so a record, may hold.
void hide(json::value& value, std::span<const std::string> secrets) {
  if (json::string* text = value.if_string()) {
    *text = json::string(without_secrets(*text, secrets));
  } else if (json::array* array = value.if_array()) {
    for (json::value& one : *array) hide(one, secrets);
  } else if (json::object* object = value.if_object()) {
    hide_secrets(*object, secrets);
  }
}

// Whether there was anything.
bool hide(Bytes& body, std::span<const std::string> secrets) {
  bool found = false;
  for (const std::string& secret : secrets) {
    const BytesView wanted = as_bytes(secret);
    const bool may_be = stands_out(secret) || body.size() == wanted.size();
    auto from = body.begin();
    while (may_be && !wanted.empty()) {
      from = std::search(from, body.end(), wanted.begin(), wanted.end());
      if (from == body.end()) break;
      from = std::fill_n(from, wanted.size(), static_cast<Bytes::value_type>('*'));
      found = true;
    }
  }
  return found;
}

}  // namespace

std::string without_secrets(std::string_view text, std::span<const std::string> secrets) {
  std::string out(text);
  for (const std::string& secret : secrets) {
    if (secret.empty()) continue;
    if (out == secret) return std::string(kHiddenSecret);
    if (!stands_out(secret)) continue;
    for (std::size_t at = out.find(secret); at != std::string::npos;
         at = out.find(secret, at + kHiddenSecret.size())) {
      out.replace(at, secret.size(), kHiddenSecret);
    }
  }
  return out;
}

void hide_secrets(json::object& facts, std::span<const std::string> secrets) {
  for (auto& member : facts) hide(member.value(), secrets);
}

void hide_secrets(Record& record, std::span<const std::string> secrets) {
  hide_secrets(record.facts, secrets);
  if (hide(record.body, secrets) && record.body.size() == record.body_size) {
    record.body_sha256 = hex(crypto::sha256(record.body));
  }
}

}  // namespace parley::evidence
