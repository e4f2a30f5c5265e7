#include "mocks/client/client_fault.h"

#include <array>
#include <string>
#include <utility>

namespace parley::mocks::client {
namespace {

constexpr std::array<std::pair<std::string_view, ClientFault>, 11> kFaults = {{
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
}};

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
