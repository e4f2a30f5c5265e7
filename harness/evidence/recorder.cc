#include "harness/evidence/recorder.h"

#include <string>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/crypto/hash.h"

namespace parley::evidence {
namespace {

void redact(json::value& value) {
  if (auto* text = value.if_string()) {
    const std::string_view view(text->data(), text->size());
    if (find_token(view)) *text = redact_tokens(view);
  } else if (auto* array = value.if_array()) {
    for (json::value& item : *array) redact(item);
  } else if (auto* object = value.if_object()) {
    for (auto& member : *object) redact(member.value());
  }
}

void redact(Bytes& body) {
  const std::string_view view = as_text(body);
  if (find_token(view)) body = to_bytes(redact_tokens(view));
}

}  // namespace

Recorder::Recorder(const Clock& clock) : clock_(clock) {}

std::uint64_t Recorder::record(Observation observation) {
  Record record{std::move(observation)};
  record.seq = records_.size();
  record.time = clock_.now();
  for (auto& member : record.facts) redact(member.value());
  redact(record.body);
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
