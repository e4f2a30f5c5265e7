#include "harness/scenario/payload.h"

#include <algorithm>
#include <array>
#include <bit>
#include <boost/json/object.hpp>
#include <charconv>
#include <cstring>

namespace parley::scenario {
namespace {

using namespace std::string_view_literals;

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return hash;
}

std::uint64_t split_mix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

// Compilers make one store of it where the machine is little-endian already.
void store_little_endian(std::uint64_t word, std::uint8_t* out) {
  for (int i = 0; i < 8; ++i) out[i] = static_cast<std::uint8_t>(word >> (8 * i));
}

std::string_view extension_of(std::string_view type) {
  for (const PayloadType& known : payload_types()) {
    if (known.type == type) return known.extension;
  }
  return ".bin";
}

}  // namespace

std::span<const PayloadType> payload_types() {
  static constexpr std::array<PayloadType, 14> kTypes = {{
      {"application/gzip", ".gz", "\x1f\x8b\x08\x00"sv},
      {"application/octet-stream", ".bin", ""sv},
      {"application/pdf", ".pdf", "%PDF-1.7\n"sv},
      {"application/zip", ".zip", "PK\x03\x04"sv},
      {"audio/aac", ".aac", "\xff\xf1"sv},
      {"audio/mp4", ".m4a",
       "\0\0\0\x18"
       "ftypM4A \0\0\0\0M4A isom"sv},
      {"audio/mpeg", ".mp3", "ID3\x04\0\0\0\0\0\0"sv},
      {"audio/ogg", ".ogg", "OggS\0\x02"sv},
      {"audio/ogg; codecs=opus", ".ogg", "OggS\0\x02"sv},
      {"image/gif", ".gif", "GIF89a"sv},
      {"image/jpeg", ".jpg", "\xff\xd8\xff\xe0\0\x10JFIF\0"sv},
      {"image/png", ".png", "\x89PNG\r\n\x1a\n"sv},
      {"image/webp", ".webp", "RIFF\0\0\0\0WEBP"sv},
      {"video/mp4", ".mp4",
       "\0\0\0\x18"
       "ftypisom\0\0\x02\0isommp42"sv},
  }};
  return kTypes;
}

Result<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  const int shift = unit.empty() ? 0 : unit == "KiB" ? 10 : unit == "MiB" ? 20 : -1;
  if (error == std::errc::invalid_argument || shift < 0) {
    return make_error(ErrorCode::kInvalid, "\"" + std::string(text) + "\" is no size");
  }
  if (error != std::errc() || number > (kMaxPayloadBytes >> shift)) {
    return make_error(ErrorCode::kLimit, "\"" + std::string(text) + "\" is more than 32MiB");
  }
  return number << shift;
}

Result<Payload> read_payload(const json::object& mapping) {
  Payload out;
  for (const auto& [key, value] : mapping) {
    if (key != "size" && key != "type" && key != "name" && key != "seed") {
      return make_error(ErrorCode::kInvalid, "media has no \"" + std::string(key) + "\"");
    }
  }
  const auto type = get_string(mapping, "type");
  if (!type || type->empty()) return make_error(ErrorCode::kInvalid, "media needs a type");
  out.type = *type;
  const json::value* size = mapping.if_contains("size");
  if (size == nullptr) return make_error(ErrorCode::kInvalid, "media needs a size");
  const std::string spelt = size->is_string()  ? std::string(size->get_string())
                            : size->is_int64() ? std::to_string(size->get_int64())
                                               : canonical(*size);
  PARLEY_ASSIGN(out.size, parse_size(spelt));
  out.name = get_string(mapping, "name").value_or("");
  if (!mapping.contains("name")) out.name = "payload" + std::string(extension_of(out.type));
  if (mapping.contains("seed")) {
    const auto seed = get_int(mapping, "seed");
    if (!seed || *seed < 0) {
      return make_error(ErrorCode::kInvalid, "a seed is a whole number from 0 on");
    }
    out.seed = static_cast<std::uint64_t>(*seed);
  }
  return out;
}

Bytes payload_bytes(const Payload& payload) {
  std::uint64_t state =
      fnv1a(std::to_string(payload.size) + "|" + payload.type + "|" + std::to_string(payload.seed));
  Bytes out(payload.size);
  std::size_t i = 0;
  for (; i + 8 <= out.size(); i += 8) store_little_endian(split_mix(state), out.data() + i);
  if (i < out.size()) {
    std::array<std::uint8_t, 8> last;
    store_little_endian(split_mix(state), last.data());
    std::copy_n(last.begin(), out.size() - i, out.begin() + static_cast<std::ptrdiff_t>(i));
  }
  for (const PayloadType& known : payload_types()) {
    if (known.type != payload.type || known.magic.size() > out.size()) continue;
    std::copy(known.magic.begin(), known.magic.end(), out.begin());
  }
  return out;
}

}  // namespace parley::scenario
