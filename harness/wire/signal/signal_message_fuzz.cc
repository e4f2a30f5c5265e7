// Any bytes as a message to an account in the middle of a conversation. The first byte chooses the
// type (even: pkmsg) and the sender (bit 1: one with a session, or one that starts); the seeds hold
// messages that this very account accepts. Whatever is refused must leave no trace.
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "harness/wire/signal/store.h"

using namespace parley;
using namespace parley::signal;

namespace {

/// Everything comes from fixed seeds, so that the committed messages stay valid.
Store make_receiver() {
  SeededRandom random(1, "fuzz receiver");
  Store receiver = Store::create(random);
  receiver.add_one_time_prekeys(3, random);

  SeededRandom sender_random(1, "fuzz sender");
  Store sender = Store::create(sender_random);
  const auto require = [](bool ok) {
    if (!ok) std::abort();
  };
  const auto keys = receiver.one_time_prekeys();
  require(sender.start_session("receiver", receiver.bundle(keys[0]), sender_random).ok());
  const auto first = sender.encrypt("receiver", as_bytes("first"), sender_random);
  require(first.ok() && receiver.decrypt("sender", first->type, first->bytes).ok());
  const auto answer = receiver.encrypt("sender", as_bytes("answer"), random);
  require(answer.ok());
  return receiver;
}

std::optional<Session> session_of(const Store& store, std::string_view peer) {
  const Session* session = store.session(peer);
  return session != nullptr ? std::optional(*session) : std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Store fresh = make_receiver();
  static Store receiver = fresh;
  if (size == 0) return 0;
  const auto type = data[0] % 2 == 0 ? MessageType::kPreKey : MessageType::kWhisper;
  const std::string_view peer = (data[0] & 2) == 0 ? "sender" : "stranger";
  const BytesView bytes(data + 1, size - 1);

  const auto header = read_header(type, bytes);
  const auto before = session_of(receiver, peer);
  const auto decrypted = receiver.decrypt(peer, type, bytes);
  if (decrypted) {
    if (!header || header->counter != decrypted->counter) std::abort();
    receiver = fresh;  // so that the next input meets the same account
    return 0;
  }
  if (session_of(receiver, peer) != before) std::abort();
  if (receiver.one_time_prekeys() != fresh.one_time_prekeys()) std::abort();
  if (receiver.peer_identity("stranger")) std::abort();
  return 0;
}
