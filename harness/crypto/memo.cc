#include "harness/crypto/memo.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace parley::crypto {
namespace {

/// Of this thread; null outside of every MemoScope.
thread_local Memo* current_memo = nullptr;

Digest32 digest_of(std::string_view operation, std::initializer_list<BytesView> inputs) {
  Bytes text;
  const auto add = [&text](BytesView part) {
    const std::uint64_t size = part.size();
    for (unsigned shift = 0; shift < 64; shift += 8) {
      text.push_back(static_cast<std::uint8_t>(size >> shift));
    }
    text.insert(text.end(), part.begin(), part.end());
  };
  add(as_bytes(operation));
  for (const BytesView input : inputs) add(input);
  const Digest32 digest = sha256(text);
  wipe(text);
  return digest;
}

}  // namespace

Memo::Memo(std::size_t capacity) : capacity_(std::max<std::size_t>(capacity, 1)) {}
Memo::~Memo() { wipe_all(); }

std::size_t Memo::FirstBytes::operator()(const Digest32& digest) const {
  std::size_t first = 0;
  std::memcpy(&first, digest.data(), sizeof first);
  return first;
}

void Memo::wipe_all() {
  for (auto& [inputs, result] : results_) wipe(result);
  results_.clear();
}

std::optional<Bytes> Memo::find(const Digest32& inputs) const {
  const std::lock_guard lock(mutex_);
  const auto found = results_.find(inputs);
  if (found == results_.end()) return std::nullopt;
  return found->second;
}

void Memo::put(const Digest32& inputs, Bytes result) {
  const std::lock_guard lock(mutex_);
  if (results_.size() >= capacity_) wipe_all();
  results_.try_emplace(inputs, std::move(result));
}

std::size_t Memo::size() const {
  const std::lock_guard lock(mutex_);
  return results_.size();
}

MemoScope::MemoScope(Memo& memo) : before_(std::exchange(current_memo, &memo)) {}
MemoScope::~MemoScope() { current_memo = before_; }

Remembered::Remembered(std::string_view operation, std::initializer_list<BytesView> inputs)
    : memo_(current_memo) {
  if (memo_ != nullptr) inputs_ = digest_of(operation, inputs);
}

std::optional<Bytes> Remembered::result() const {
  if (memo_ == nullptr) return std::nullopt;
  return memo_->find(inputs_);
}

void Remembered::keep(BytesView result) const {
  if (memo_ != nullptr) memo_->put(inputs_, to_bytes(result));
}

}  // namespace parley::crypto
