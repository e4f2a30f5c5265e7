#include "mocks/client/client_fault.h"

#include <string>
#include <utility>

namespace parley::mocks::client {
namespace {

constexpr std::pair<std::string_view, ClientFault> kFaults[] = {
    {"", ClientFault::kNone},
    {"leak-file-name", ClientFault::kLeakFileName},
    {"leak-body", ClientFault::kLeakBody},
    {"reuse-prekey", ClientFault::kReusePrekey},
    {"no-delivery-receipt", ClientFault::kNoDeliveryReceipt},
    {"ignore-media-mac", ClientFault::kIgnoreMediaMac},
    {"corrupt-media", ClientFault::kCorruptMedia},
    {"drop-quote", ClientFault::kDropQuote},
    {"duplicate-delivery", ClientFault::kDuplicateDelivery},
    {"leaks-contacts", ClientFault::kLeakContacts},
    {"leaks-name", ClientFault::kLeakName},
    {"no-resume", ClientFault::kNoResume},
    {"fetch-links", ClientFault::kFetchLinks},
    {"trust-file-names", ClientFault::kTrustFileNames},
    {"silent-failure", ClientFault::kSilentFailure},
    {"show-malformed", ClientFault::kShowMalformed},
    {"trust-timestamps", ClientFault::kTrustTimestamps},
    {"follow-quotes", ClientFault::kFollowQuotes},
    {"show-replays", ClientFault::kShowReplays},
    {"show-plaintext", ClientFault::kShowPlaintext},
    {"keep-keys", ClientFault::kKeepKeys},
    {"leak-private-key", ClientFault::kLeakPrivateKey},
    {"no-padding", ClientFault::kNoPadding},
    {"endless-retries", ClientFault::kEndlessRetries},
    {"one-key-for-all", ClientFault::kOneKeyForAll},
    {"hasty-reconnect", ClientFault::kHastyReconnect},
    {"false-commitment", ClientFault::kFalseCommitment},
    {"report-chat", ClientFault::kReportChat},
    {"upload-plaintext", ClientFault::kUploadPlaintext},
    {"reuse-ephemeral", ClientFault::kReuseEphemeral},
    {"same-message-id", ClientFault::kSameMessageId},
    {"sign-messages", ClientFault::kSignMessages},
    {"no-size-limit", ClientFault::kNoSizeLimit},
    {"bare-login", ClientFault::kBareLogin},
    {"server-enlists", ClientFault::kServerEnlists},
};

}  // namespace

Result<ClientFault> parse_client_fault(std::string_view text) {
  std::string known;
  for (const auto& [name, fault] : kFaults) {
    if (name == text) return fault;
    if (!name.empty()) known += (known.empty() ? "" : ", ") + std::string(name);
  }
  return make_error(ErrorCode::kInvalid,
                    "unknown client fault \"" + std::string(text) + "\"; known: " + known);
}

std::string_view to_string(ClientFault fault) {
  for (const auto& [name, value] : kFaults) {
    if (value == fault) return name;
  }
  return "";
}

}  // namespace parley::mocks::client
