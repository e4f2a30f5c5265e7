#include "harness/evidence/recorder.h"

#include <algorithm>
#include <string>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/utf8.h"
#include "harness/crypto/hash.h"

namespace parley::evidence {
namespace {

void clean(json::object& object);

void clean(json::value& value) {
  if (auto* text = value.if_string()) {
    const std::string_view view(text->data(), text->size());
    if (!is_utf8(view)) *text = as_utf8(view);
    const std::string_view sound(text->data(), text->size());
    if (find_token(sound)) *text = redact_tokens(sound);
  } else if (auto* array = value.if_array()) {
    for (json::value& item : *array) clean(item);
  } else if (auto* object = value.if_object()) {
    clean(*object);
  }
}

// Names come from outside too: header and form fields.
std::string clean_name(std::string_view name) { return redact_tokens(as_utf8(name)); }

void clean(json::object& object) {
  bool clean_names = true;
  for (auto& member : object) {
    clean(member.value());
    clean_names = clean_names && is_utf8(member.key()) && !find_token(member.key());
  }
  if (clean_names) return;
  json::object renamed;
  for (auto& member : object) renamed[clean_name(member.key())] = std::move(member.value());
  object = std::move(renamed);
}

void clean(std::string& text) {
  if (!is_utf8(text)) text = as_utf8(text);
  if (find_token(text)) text = redact_tokens(text);
}

// Inside a body a token gives way to a text of its own length, filled up with "*": bodies are
// binary formats with lengths in them, and must still parse when somebody judges the transcript.
void redact(Bytes& body) {
  std::size_t done = 0;
  for (auto token = find_token(as_text(body)); token; token = find_token(as_text(body), done)) {
    std::string mask = redact_tokens(as_text(body).substr(token->begin, token->size));
    mask.resize(token->size, '*');
    std::copy(mask.begin(), mask.end(), body.begin() + static_cast<std::ptrdiff_t>(token->begin));
    done = token->begin + token->size;
  }
}

}  // namespace

Recorder::Recorder(const Clock& clock, bool keeps_tokens)
    : clock_(clock), keeps_tokens_(keeps_tokens) {}

std::uint64_t Recorder::record(Observation observation) {
  Record record{std::move(observation)};
  record.seq = records_.size();
  record.time = clock_.now();
  if (!keeps_tokens_) {
    for (std::string* text : {&record.party, &record.peer, &record.kind}) clean(*text);
    clean(record.facts);
    redact(record.body);
  }
  record.body_size = record.body.size();
  if (!record.body.empty()) record.body_sha256 = hex(crypto::sha256(record.body));
  if (record.body.size() > kMaxBodyBytes) {
    record.body.resize(kMaxBodyBytes);
    record.body.shrink_to_fit();
  }
  records_.push_back(std::move(record));
  return records_.back().seq;
}

}  // namespace parley::evidence
