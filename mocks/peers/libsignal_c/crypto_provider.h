// The primitives that libsignal-protocol-c asks its user for, from OpenSSL, and randomness from a
// seed, so that a failure can be shown again.
#pragma once

#include <signal/signal_protocol.h>

#include "harness/base/random.h"

namespace parley::peers {

/// `random` must outlive the context. False where the library refuses.
bool set_crypto_provider(signal_context& context, Random& random);

}  // namespace parley::peers
