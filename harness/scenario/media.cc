#include "harness/scenario/media.h"

#include <array>
#include <boost/json/object.hpp>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/scenario/payload.h"

namespace parley::scenario {
namespace {

Result<json::object> with_payload(json::object arguments) {
  PARLEY_ASSIGN(Payload payload, read_payload(arguments.at("media").get_object()));
  arguments.erase("media");
  arguments["content"] = base64(payload_bytes(payload));
  if (!arguments.contains("name")) arguments["name"] = std::move(payload.name);
  if (!arguments.contains("mime")) arguments["mime"] = std::move(payload.type);
  return arguments;
}

}  // namespace

std::string_view media_type(std::string_view file_name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kTypes = {{
      {".jpg", "image/jpeg"},
      {".png", "image/png"},
      {".mp4", "video/mp4"},
      {".ogg", "audio/ogg; codecs=opus"},
      {".m4a", "audio/mp4"},
      {".pdf", "application/pdf"},
      {".txt", "text/plain"},
      {".csv", "text/csv"},
      {".zip", "application/zip"},
      {".gz", "application/gzip"},
  }};
  for (const auto& [extension, type] : kTypes) {
    if (file_name.ends_with(extension)) return type;
  }
  return "application/octet-stream";
}

Result<json::object> with_media_content(json::object arguments, const MediaSource& media) {
  const json::value* found = arguments.if_contains("media");
  if (found == nullptr) return arguments;
  if (found->is_object()) return with_payload(std::move(arguments));
  if (!found->is_string()) return make_error(ErrorCode::kInvalid, "media: not a file name");
  const std::string name(found->get_string());
  const std::optional<BytesView> content = media(name);
  if (!content) {
    return make_error(ErrorCode::kNotFound, "no file \"" + name + "\" in scenarios/media");
  }
  arguments.erase("media");
  if (!arguments.contains("name")) arguments["name"] = name;
  if (!arguments.contains("mime")) arguments["mime"] = media_type(name);
  arguments["content"] = base64(*content);
  return arguments;
}

}  // namespace parley::scenario
