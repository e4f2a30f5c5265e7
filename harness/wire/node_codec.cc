#include "harness/wire/node_codec.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "harness/base/utf8.h"
#include "harness/wire/packed_text.h"
#include "harness/wire/token_table.h"
#include "harness/wire/zlib_stream.h"

namespace parley::wire {
namespace {

enum Tag : std::uint8_t {
  kListEmpty = 0,
  kFirstDictionary = 236,
  kLastDictionary = 239,
  kInteropJid = 245,
  kFbJid = 246,
  kAdJid = 247,
  kList8 = 248,
  kList16 = 249,
  kJidPair = 250,
  kHex8 = 251,
  kBinary8 = 252,
  kBinary20 = 253,
  kBinary32 = 254,
  kNibble8 = 255,
};

constexpr std::uint8_t kZlibFlag = 0x02;
constexpr std::size_t kMaxList = 65'535;
constexpr std::size_t kMaxEncodeDepth = 1000;

constexpr std::string_view kInteropServer = "interop";
constexpr std::string_view kFacebookServer = "msgr";

// Servers whose device addresses have a compact form, with its domain byte.
struct Domain {
  std::uint8_t type;
  std::string_view server;
};
constexpr std::array<Domain, 4> kDomains = {
    {{0, "s.whatsapp.net"}, {1, "lid"}, {128, "hosted"}, {129, "hosted.lid"}}};

const Domain* domain_of(std::string_view server) {
  auto it = std::find_if(kDomains.begin(), kDomains.end(),
                         [&](const Domain& d) { return d.server == server; });
  return it == kDomains.end() ? nullptr : &*it;
}

Error invalid(std::string message) {
  return make_error(ErrorCode::kInvalid, "node: " + std::move(message));
}

constexpr std::size_t kFewNames = 16;

// Whether two attributes share a name, without going quadratic on hostile input.
bool has_repeated_name(const Node& node) {
  const auto& attributes = node.attributes;
  if (attributes.size() <= kFewNames) {
    for (std::size_t i = 1; i < attributes.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (attributes[i].first == attributes[j].first) return true;
      }
    }
    return false;
  }
  std::vector<std::string_view> names;
  names.reserve(attributes.size());
  for (const auto& [name, value] : attributes) names.push_back(name);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

class Encoder {
 public:
  explicit Encoder(const EncodeOptions& options) : options_(options) {}

  void node(const Node& node) {
    bool has_content = !std::holds_alternative<std::monostate>(node.content);
    list_header(1 + 2 * node.attributes.size() + (has_content ? 1 : 0));
    string(node.tag);
    for (const auto& [name, value] : node.attributes) {
      string(name);
      attribute_value(value);
    }
    if (const Nodes* children = std::get_if<Nodes>(&node.content)) {
      list_header(children->size());
      for (const Node& child : *children) this->node(child);
    } else if (const Bytes* bytes = std::get_if<Bytes>(&node.content)) {
      binary(*bytes);
    }
  }

  Bytes take() { return std::move(out_); }

 private:
  void list_header(std::size_t size) {
    if (size == 0) {
      out_.push_back(kListEmpty);
    } else if (size < 256) {
      out_.push_back(kList8);
      append_be(out_, size, 1);
    } else {
      out_.push_back(kList16);
      append_be(out_, size, 2);
    }
  }

  void binary(BytesView bytes) {
    if (bytes.size() < 256) {
      out_.push_back(kBinary8);
      append_be(out_, bytes.size(), 1);
    } else if (bytes.size() < 1u << 20) {
      out_.push_back(kBinary20);
      append_be(out_, bytes.size(), 3);
    } else {
      out_.push_back(kBinary32);
      append_be(out_, bytes.size(), 4);
    }
    append(out_, bytes);
  }

  void string(std::string_view text) {
    if (std::optional<TokenPlace> place = find_token(text)) {
      if (!place->is_single) {
        out_.push_back(static_cast<std::uint8_t>(kFirstDictionary + place->dictionary));
      }
      out_.push_back(place->index);
    } else if (Packing packing = packing_of(text); packing != Packing::kNone) {
      out_.push_back(packing == Packing::kNibble ? kNibble8 : kHex8);
      append_packed(out_, packing, text);
    } else {
      binary(as_bytes(text));
    }
  }

  void string_or_empty(std::string_view text) {
    if (text.empty()) {
      out_.push_back(kListEmpty);
    } else {
      string(text);
    }
  }

  void attribute_value(std::string_view text) {
    if (text.find('@') != std::string_view::npos) {
      // Only a canonical spelling survives the way through the compact forms.
      std::optional<Jid> jid = Jid::parse(text);
      if (jid && jid->text() == text) return address(*jid, text);
    }
    string(text);
  }

  void address(const Jid& jid, std::string_view text) {
    const Domain* domain = domain_of(jid.server);
    if (jid.server == kInteropServer && !options_.interop_as_pair) {
      out_.push_back(kInteropJid);
      string(jid.user);
      append_be(out_, jid.device, 2);
      append_be(out_, jid.integrator, 2);
      string(jid.server);
    } else if (jid.server == kFacebookServer && !jid.user.empty()) {
      out_.push_back(kFbJid);
      string(jid.user);
      append_be(out_, jid.device, 2);
      string(jid.server);
    } else if (domain && jid.device != 0 && jid.device < 256 && !jid.user.empty()) {
      out_.push_back(kAdJid);
      out_.push_back(domain->type);
      append_be(out_, jid.device, 1);
      string(jid.user);
    } else {
      out_.push_back(kJidPair);
      string_or_empty(text.substr(0, text.size() - jid.server.size() - 1));
      string(jid.server);
    }
  }

  EncodeOptions options_;
  Bytes out_;
};

class Decoder {
 public:
  Decoder(BytesView bytes, const NodeLimits& limits) : rest_(bytes), limits_(limits) {}

  Result<Node> whole() {
    PARLEY_TRY(count(1));
    PARLEY_ASSIGN(Node out, node(1));
    if (!rest_.empty()) return invalid(std::to_string(rest_.size()) + " bytes behind its end");
    return out;
  }

 private:
  Result<std::uint8_t> byte() {
    PARLEY_ASSIGN(BytesView one, take(1));
    return one.front();
  }

  Result<BytesView> take(std::size_t count) {
    if (rest_.size() < count) return invalid("cut short");
    BytesView taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  Result<std::size_t> number(std::size_t bytes) {
    PARLEY_ASSIGN(BytesView digits, take(bytes));
    return static_cast<std::size_t>(read_be(digits));
  }

  // The size of the list that `tag` opens.
  Result<std::size_t> list_size(std::uint8_t tag) {
    if (tag == kListEmpty) return std::size_t{0};
    if (tag != kList8 && tag != kList16) return invalid("no list where one must be");
    PARLEY_ASSIGN(std::size_t size, number(tag == kList8 ? 1 : 2));
    if (size > limits_.list_size) {
      return make_error(ErrorCode::kLimit, "node: a list of " + std::to_string(size));
    }
    return size;
  }

  // Elements and attributes are counted where their number is declared, before any is read, so that
  // everything reserved at one time stays within the limit too.
  Status count(std::size_t more) {
    items_ += more;
    if (items_ <= limits_.items) return {};
    return make_error(ErrorCode::kLimit, "node: more than " + std::to_string(limits_.items) +
                                             " elements and attributes");
  }

  Result<Node> node(std::size_t depth) {
    if (depth > limits_.depth) {
      return make_error(ErrorCode::kLimit,
                        "node: nested deeper than " + std::to_string(limits_.depth));
    }
    PARLEY_ASSIGN(std::uint8_t tag, byte());
    PARLEY_ASSIGN(std::size_t size, list_size(tag));
    if (size == 0) return invalid("an element without a tag");
    Node out;
    PARLEY_ASSIGN(std::uint8_t name_tag, byte());
    PARLEY_ASSIGN(out.tag, string(name_tag));
    if (out.tag.empty()) return invalid("an element with an empty tag");
    std::size_t attributes = (size - 1) / 2;
    PARLEY_TRY(count(attributes));
    out.attributes.reserve(attributes);
    for (std::size_t i = 0; i < attributes; ++i) PARLEY_TRY(attribute(out));
    if (has_repeated_name(out)) return invalid("an attribute twice in <" + out.tag + ">");
    if (size % 2 == 0) PARLEY_TRY(content(out, depth));
    return out;
  }

  Status attribute(Node& out) {
    PARLEY_ASSIGN(std::uint8_t tag, byte());
    PARLEY_ASSIGN(std::string name, string(tag));
    if (name.empty()) return invalid("an attribute without a name in <" + out.tag + ">");
    PARLEY_ASSIGN(std::string value, attribute_value());
    out.attributes.emplace_back(std::move(name), std::move(value));
    return {};
  }

  Status content(Node& out, std::size_t depth) {
    PARLEY_ASSIGN(std::uint8_t tag, byte());
    if (tag == kListEmpty || tag == kList8 || tag == kList16) {
      PARLEY_ASSIGN(std::size_t size, list_size(tag));
      PARLEY_TRY(count(size));
      Nodes children;
      children.reserve(size);
      for (std::size_t i = 0; i < size; ++i) {
        PARLEY_ASSIGN(Node child, node(depth + 1));
        children.push_back(std::move(child));
      }
      out.content = std::move(children);
      return {};
    }
    if (tag >= kBinary8 && tag <= kBinary32) {
      PARLEY_ASSIGN(BytesView bytes, binary(tag));
      out.content = to_bytes(bytes);
      return {};
    }
    PARLEY_ASSIGN(std::string text, is_address(tag) ? address(tag) : string(tag));
    out.content = to_bytes(as_bytes(text));
    return {};
  }

  Result<BytesView> binary(std::uint8_t tag) {
    PARLEY_ASSIGN(std::size_t size, number(tag == kBinary8 ? 1 : tag == kBinary20 ? 3 : 4));
    if (tag == kBinary20 && size >> 20 != 0) return invalid("a 20-bit length over 20 bits");
    return take(size);
  }

  Result<std::string> string(std::uint8_t tag) {
    if (tag >= kBinary8 && tag <= kBinary32) {
      PARLEY_ASSIGN(BytesView bytes, binary(tag));
      if (!is_utf8(as_text(bytes))) return invalid("text that is no UTF-8");
      return std::string(as_text(bytes));
    }
    if (tag == kNibble8 || tag == kHex8) {
      PARLEY_ASSIGN(std::uint8_t size, byte());
      PARLEY_ASSIGN(BytesView packed, take(size & 0x7f));
      return unpack(tag == kNibble8 ? Packing::kNibble : Packing::kHex, packed, size & 0x80);
    }
    std::string_view token = single_token(tag);
    if (tag >= kFirstDictionary && tag <= kLastDictionary) {
      PARLEY_ASSIGN(std::uint8_t index, byte());
      token = double_token(tag - kFirstDictionary, index);
    }
    if (token.empty()) return invalid("unknown tag " + std::to_string(tag));
    return std::string(token);
  }

  Result<std::string> string_or_empty(bool may_be_empty) {
    PARLEY_ASSIGN(std::uint8_t tag, byte());
    if (tag == kListEmpty && may_be_empty) return std::string();
    PARLEY_ASSIGN(std::string text, string(tag));
    if (text.empty() && !may_be_empty) return invalid("an address with an empty part");
    return text;
  }

  static bool is_address(std::uint8_t tag) {
    return tag == kJidPair || (tag >= kInteropJid && tag <= kAdJid);
  }

  Result<std::string> attribute_value() {
    PARLEY_ASSIGN(std::uint8_t tag, byte());
    if (tag == kListEmpty) return std::string();
    return is_address(tag) ? address(tag) : string(tag);
  }

  Result<std::string> address(std::uint8_t tag) {
    if (tag == kAdJid) return device_address();
    Jid jid;
    PARLEY_ASSIGN(jid.user, string_or_empty(tag == kJidPair));
    if (tag == kJidPair) {
      PARLEY_ASSIGN(std::string server, string_or_empty(false));
      return jid.user + "@" + server;
    }
    PARLEY_ASSIGN(std::size_t device, number(2));
    jid.device = static_cast<std::uint16_t>(device);
    if (tag == kInteropJid) {
      PARLEY_ASSIGN(std::size_t integrator, number(2));
      jid.integrator = static_cast<std::uint16_t>(integrator);
    }
    PARLEY_ASSIGN(jid.server, string_or_empty(false));
    if ((jid.server == kInteropServer) != (tag == kInteropJid)) {
      return invalid("an interop address in another address's form, or the reverse");
    }
    return jid.text();
  }

  Result<std::string> device_address() {
    PARLEY_ASSIGN(std::uint8_t type, byte());
    auto domain = std::find_if(kDomains.begin(), kDomains.end(),
                               [&](const Domain& d) { return d.type == type; });
    if (domain == kDomains.end()) return invalid("address domain " + std::to_string(type));
    Jid jid;
    PARLEY_ASSIGN(jid.device, byte());
    PARLEY_ASSIGN(jid.user, string_or_empty(false));
    jid.server = domain->server;
    return jid.text();
  }

  BytesView rest_;
  NodeLimits limits_;
  std::size_t items_ = 0;
};

Status check_element(const Node& node, std::size_t depth) {
  if (depth > kMaxEncodeDepth) return make_error(ErrorCode::kLimit, "node: nested too deep");
  if (node.tag.empty() || !is_utf8(node.tag)) return invalid("a tag that is empty or no UTF-8");
  std::size_t size = 2 + 2 * node.attributes.size();
  if (size > kMaxList || node.children().size() > kMaxList || node.bytes().size() > UINT32_MAX) {
    return make_error(ErrorCode::kLimit, "node: <" + node.tag + "> is too large");
  }
  for (const auto& [name, value] : node.attributes) {
    if (name.empty() || !is_utf8(name) || !is_utf8(value)) {
      return invalid("an attribute of <" + node.tag + "> without a name or not in UTF-8");
    }
  }
  if (has_repeated_name(node)) return invalid("an attribute twice in <" + node.tag + ">");
  for (const Node& child : node.children()) PARLEY_TRY(check_element(child, depth + 1));
  return {};
}

}  // namespace

Status check_encodable(const Node& node) { return check_element(node, 1); }

Bytes encode_node(const Node& node, const EncodeOptions& options) {
  if (Status status = check_encodable(node); !status) {
    throw std::length_error(status.error().message);
  }
  Encoder encoder(options);
  encoder.node(node);
  return encoder.take();
}

Result<Node> decode_node(BytesView bytes, const NodeLimits& limits) {
  return Decoder(bytes, limits).whole();
}

Bytes pack_stanza(const Node& node, Compression compression, const EncodeOptions& options) {
  Bytes encoded = encode_node(node, options);
  bool compressed = compression == Compression::kZlib;
  if (compressed) encoded = zlib_compress(encoded);
  Bytes out;
  out.reserve(1 + encoded.size());
  out.push_back(compressed ? kZlibFlag : 0);
  append(out, encoded);
  return out;
}

Result<Node> unpack_stanza(BytesView plaintext, const NodeLimits& limits) {
  if (plaintext.empty()) return invalid("an empty frame");
  std::uint8_t flags = plaintext.front();
  BytesView body = plaintext.subspan(1);
  if ((flags & ~kZlibFlag) != 0) return invalid("unknown flags " + std::to_string(flags));
  if (flags == 0) return decode_node(body, limits);
  PARLEY_ASSIGN(Bytes inflated, zlib_inflate(body, limits.inflated_bytes));
  return decode_node(inflated, limits);
}

}  // namespace parley::wire
