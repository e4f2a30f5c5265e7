#include "mocks/client/odd_frames.h"

#include <algorithm>
#include <array>

namespace parley::mocks::client {
namespace {

struct Frame {
  std::string_view what;
  std::size_t announced;
  std::size_t size;
};
constexpr std::array<Frame, 5> kFrames = {{
    {"zero-frame", 0, 0},
    {"short-frame", 7, 7},
    {"garbage-frame", 200, 200},
    {"truncated-frame", 1000, 40},
    {"oversize-frame", 0xFFFFFF, 40},
}};

}  // namespace

std::optional<Bytes> odd_frame(std::string_view what) {
  const auto frame = std::ranges::find(kFrames, what, &Frame::what);
  if (frame == kFrames.end()) return std::nullopt;
  Bytes out;
  append_be(out, frame->announced, 3);
  out.resize(out.size() + frame->size, 0xA5);
  return out;
}

std::optional<wire::Node> odd_stanza(std::string_view what, const std::string& id,
                                     std::string_view ping_namespace) {
  const std::string server = "s.whatsapp.net";
  if (what == "unknown-stanza") {
    return wire::Node("parley-novelty", {{"id", id}},
                      wire::Nodes{wire::Node("thing", {{"kind", "new"}})});
  }
  if (what == "unknown-notification") {
    return wire::Node("notification", {{"id", id}, {"from", server}, {"type", "novelty"}},
                      wire::Nodes{wire::Node("novelty")});
  }
  if (what == "unknown-information") {
    return wire::Node("ib", {{"id", id}, {"from", server}},
                      wire::Nodes{wire::Node("novelty", {{"more", "1"}})});
  }
  if (what == "unknown-attribute") {
    return wire::Node("iq",
                      {{"id", id},
                       {"type", "get"},
                       {"from", server},
                       {"xmlns", std::string(ping_namespace)},
                       {"novelty", "yes"}},
                      wire::Nodes{wire::Node("ping")});
  }
  return std::nullopt;
}

}  // namespace parley::mocks::client
