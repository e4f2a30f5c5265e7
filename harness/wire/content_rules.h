// What every message content has to satisfy, whether it is about to be written or was just read.
#pragma once

#include "harness/base/result.h"
#include "harness/wire/message_content.h"

namespace parley::wire {

/// kInvalid with the rule that is broken.
Status check(const TextContent& text);
Status check(const MediaContent& media);
Status check(const ReactionContent& reaction);
Status check(const RevokeContent& revoke);
Status check(const UnsupportedContent& unsupported);  ///< never holds: it cannot be written

}  // namespace parley::wire
