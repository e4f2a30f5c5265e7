// The media files that scenarios name: what the extension says about them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/bytes.h"
#include "harness/base/json.h"
#include "harness/base/result.h"

namespace parley::scenario {

/// The media type by file extension: "image/jpeg", "audio/ogg; codecs=opus", ...;
/// "application/octet-stream" for an extension that is not in the table.
std::string_view media_type(std::string_view file_name);

/// The bytes of a file in scenarios/media, or nullopt.
using MediaSource = std::function<std::optional<BytesView>(std::string_view name)>;

/// Replaces `media: NAME`, or the mapping of payload.h, by what the driver contract asks for:
/// `content` (base64), and `name` and `mime` where the arguments do not have them. Arguments
/// without `media` stay as they are.
Result<json::object> with_media_content(json::object arguments, const MediaSource& media);

}  // namespace parley::scenario
