// Where users' reports are verified. The server reads no message; it stamps the sender's commitment
// of each franked message that it relays, and knows its stamp again when somebody reveals what the
// commitment is to. It keeps nothing of messages but the one key of its stamp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/random.h"
#include "harness/wire/franking.h"

namespace parley::mocks::gatekeeper {

/// One message of a report, as its reporter reveals it. Empty: it is not there.
struct RevealedMessage {
  std::string id;
  std::string content;
  Bytes key;
  Bytes commitment;
  Bytes tag;
};

class ReportDesk {
 public:
  /// `trusting`: a defect, by which everything is believed.
  ReportDesk(Random& random, bool trusting) : key_(random.array<32>()), trusting_(trusting) {}

  crypto::Digest32 stamp(const wire::RelayedMessage& message) const {
    return wire::reporting_tag(key_, message);
  }

  /// Why the message cannot be believed to have gone from the one address to the other:
  /// "tag-missing", "content-mismatch", "tag-mismatch". Empty where it did.
  std::string_view doubt(std::string_view from, std::string_view to,
                         const RevealedMessage& message) const;

 private:
  const ByteArray<32> key_;
  const bool trusting_;
};

}  // namespace parley::mocks::gatekeeper
