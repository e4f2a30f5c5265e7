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
  kNoResume,           ///< gives a download up that does not succeed at once
  kFetchLinks,         ///< fetches the first link of a text that it shows
  kTrustFileNames,     ///< shows file names as the sender wrote them, path and all
  kSilentFailure,      ///< says nothing of what it cannot show: no placeholder, no refusal
  kShowMalformed,      ///< shows a placeholder text for what it cannot decode, as if it were sent
  kTrustTimestamps,    ///< orders reactions by the sender's clock, however wrong
  kFollowQuotes,       ///< shows every quote, circles among them
  kShowReplays,        ///< shows a message again when it comes again
  kShowPlaintext,      ///< shows messages that come without encryption
  kKeepKeys,           ///< keeps the keys of old messages, where a thief finds them
  kLeakPrivateKey,     ///< names its private identity key in an attribute of the message stanza
  kNoPadding,          ///< pads every message by one byte
  kEndlessRetries,     ///< asks for an unreadable message as often as it comes
  kOneKeyForAll,       ///< has the keys of every other client with this defect
  kHastyReconnect,     ///< connects again after one second, however often that fails
  kFalseCommitment,    ///< commits to something else than it writes
  kReportChat,         ///< reports the whole chat where its owner selects a message
  kUploadPlaintext,    ///< stores files as they are, unencrypted
  kReuseEphemeral,     ///< begins every handshake with the same ephemeral key
  kSameMessageId,      ///< gives every message the same id
  kSignMessages,       ///< signs what it has sealed, so that it cannot deny having sent it
  kNoSizeLimit,        ///< sends files of any size
  kBareLogin,          ///< logs in without saying what it is
  kServerEnlists,      ///< has its provider's server enlist it
};

/// The setting's spelling: "leak-file-name", ...; empty for kNone. kInvalid for an unknown one,
/// with the known ones in the message.
Result<ClientFault> parse_client_fault(std::string_view text);
std::string_view to_string(ClientFault fault);

}  // namespace parley::mocks::client
