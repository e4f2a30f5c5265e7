// For tests: message stanzas with real sealed content, and the records that tell of them.
#pragma once

#include <string>
#include <string_view>

#include "harness/judge/staged_case.h"
#include "harness/wire/signal/store.h"

namespace parley::judge {

/// Two accounts with a session from one to the other; answers may be made to flow too.
class SealedChat {
 public:
  explicit SealedChat(bool one_time_prekey = true) {
    std::optional<signal::PublicPreKey> one_time;
    if (one_time_prekey) one_time = receiver_.add_one_time_prekeys(1, random_).front();
    session_ok_ = sender_.start_session("receiver", receiver_.bundle(one_time), random_).ok();
  }

  signal::EncryptedMessage seal(BytesView plaintext) {
    auto sealed = sender_.encrypt("receiver", plaintext, random_);
    if (!session_ok_ || !sealed.ok()) throw std::logic_error("no session to seal with");
    return *std::move(sealed);
  }

  wire::Node stanza(std::string_view id, std::string_view to, BytesView plaintext) {
    const signal::EncryptedMessage sealed = seal(plaintext);
    return stanza_of(id, to, sealed.type, sealed.bytes);
  }

  static wire::Node stanza_of(std::string_view id, std::string_view to, signal::MessageType type,
                              Bytes bytes) {
    wire::Node enc("enc", {{"v", "2"}, {"type", std::string(signal::to_string(type))}},
                   std::move(bytes));
    return wire::Node("message",
                      {{"id", std::string(id)}, {"to", std::string(to)}, {"type", "text"}},
                      wire::Nodes{std::move(enc)});
  }

 private:
  SeededRandom random_{7, "sealed chat"};
  signal::Store sender_ = signal::Store::create(random_);
  signal::Store receiver_ = signal::Store::create(random_);
  bool session_ok_ = false;
};

}  // namespace parley::judge
