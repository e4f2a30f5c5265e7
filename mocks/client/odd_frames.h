// Frames and stanzas that no peer expects, for showing what it does with them. Both ends of the
// chat connection can be told to send them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/wire/node.h"

namespace parley::mocks::client {

/// The bytes of a frame that no channel can open: "zero-frame", "short-frame", "garbage-frame",
/// "truncated-frame" (more is announced than comes) or "oversize-frame" (more is announced than a
/// server takes). nullopt for another word.
std::optional<Bytes> odd_frame(std::string_view what);

/// A stanza that a peer has to pass over: "unknown-stanza", "unknown-notification",
/// "unknown-information", or a ping that says more than pings do: "unknown-attribute". `id` makes
/// it known to who judges. nullopt for another word.
std::optional<wire::Node> odd_stanza(std::string_view what, const std::string& id,
                                     std::string_view ping_namespace);

}  // namespace parley::mocks::client
