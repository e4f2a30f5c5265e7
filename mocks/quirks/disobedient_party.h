// Parties that do nothing of what they are told: one claims that it did, the other says no.
#pragma once

#include <cstddef>
#include <memory>

#include "harness/driver/party.h"

namespace parley::mocks::quirks {

enum class Disobedience { kLies, kRefuses };

/// In the seat of `honest`, whose servers, if it has any, go on answering. `times` is counted up
/// with each order; it, the world and the recorder outlive the party.
std::unique_ptr<driver::Party> make_disobedient(Disobedience how, net::World& world,
                                                evidence::Recorder& recorder,
                                                std::unique_ptr<driver::Party> honest,
                                                std::size_t& times);

}  // namespace parley::mocks::quirks
