#include "mocks/quirks/held_stanzas.h"

#include <utility>

namespace parley::mocks::quirks {
namespace {

// The first stanza that passes between a server and its client.
bool begins_connection(const wire::Node& node) {
  return node.tag == "success" || node.tag == "failure";
}

}  // namespace

void HeldStanzas::hold(const Observer& tap, wire::Node node) {
  held_[place_of(tap)].push_back(std::move(node));
}

void HeldStanzas::saw(const Observer& tap, const wire::Node& node) {
  if (begins_connection(node)) held_.erase(place_of(tap));
}

std::vector<wire::Node> HeldStanzas::release(const Observer& tap) {
  const auto found = held_.find(place_of(tap));
  if (found == held_.end()) return {};
  std::vector<wire::Node> out = std::move(found->second);
  held_.erase(found);
  return out;
}

}  // namespace parley::mocks::quirks
