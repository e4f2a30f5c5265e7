// What a driver tells is corroboration, and cannot be checked against anything, but for this: a
// message that its user was shown must have come from somebody.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "harness/evidence/record.h"

namespace parley::run {

struct InventedEvent {
  std::string actor;
  std::string event;  ///< "message"
  std::string id;     ///< of the message that it speaks of
};

/// The first event of one of `actors` about a message of which nobody else knows: no result of an
/// operation, no tap and no event of another party has its id. What is told without an id is not
/// looked at.
std::optional<InventedEvent> invented_event(std::span<const evidence::Record> records,
                                            std::span<const std::string> actors);

}  // namespace parley::run
