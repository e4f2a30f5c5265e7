#include "mocks/gatekeeper/report_desk.h"

namespace parley::mocks::gatekeeper {

std::string_view ReportDesk::doubt(std::string_view from, std::string_view to,
                                   const RevealedMessage& message) const {
  if (trusting_) return {};
  wire::FrankingKey key;
  if (message.tag.empty() || message.commitment.empty() || message.key.size() != key.size()) {
    return "tag-missing";
  }
  key = to_array<key.size()>(message.key);
  // What is revealed must be what the sender committed to, ...
  const auto commitment = wire::franking_commitment(key, message.content);
  if (!crypto::equal_constant_time(commitment, message.commitment)) return "content-mismatch";
  // ... and the commitment one that we relayed between these two under this id.
  const auto tag = stamp({from, to, message.id, message.commitment});
  return crypto::equal_constant_time(tag, message.tag) ? std::string_view() : "tag-mismatch";
}

}  // namespace parley::mocks::gatekeeper
