// The deliberate defects of a mock client: each makes it a product that some check must fail.
#pragma once

#include <string_view>

#include "harness/base/result.h"

namespace parley::mocks::client {

enum class ClientFault {
  kNone,
  kLeakFileName,       ///< names the plaintext file in a header of the media upload
  kLeakBody,           ///< copies the plaintext text into an attribute of the message stanza
  kReusePrekey,        ///< starts a session anew for every message, always from the same bundle
  kNoDeliveryReceipt,  ///< acknowledges messages but never says that they were delivered
  kIgnoreMediaMac,     ///< shows downloaded media without checking digest or MAC
  kCorruptMedia,       ///< uploads media with one bit flipped
  kDropQuote,          ///< sends an answer without naming the message that it answers
  kDuplicateDelivery,  ///< shows every message twice
  kLeakContacts,       ///< names its owner's contacts in an attribute of the message stanza
  kLeakName,           ///< puts its owner's name before every text
};

/// The setting's spelling: "leak-file-name", ...; empty for kNone. kInvalid for an unknown one,
/// with the known ones in the message.
Result<ClientFault> parse_client_fault(std::string_view text);
std::string_view to_string(ClientFault fault);

}  // namespace parley::mocks::client
