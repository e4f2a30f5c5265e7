// The binary form of stanzas: tags, token dictionary version 3, packed digits, addresses; and the
// plaintext of a transport frame, which is a flag byte followed by one node, perhaps compressed.
#pragma once

#include <cstddef>

#include "harness/base/bytes.h"
#include "harness/base/result.h"
#include "harness/wire/node.h"

namespace parley::wire {

/// Bounds on what a peer may make us build. Exceeding one is kLimit.
struct NodeLimits {
  std::size_t depth = 32;          ///< elements nested in one another
  std::size_t list_size = 65'535;  ///< declared size of any list
  std::size_t items = 100'000;     ///< elements and attributes in the whole tree
  std::size_t inflated_bytes = 16 * 1024 * 1024;
};

struct EncodeOptions {
  /// Addresses of server "interop" as JID_PAIR("{integrator}-{user}", "interop"), the form that
  /// some open clients send, instead of INTEROP_JID. Decoding accepts both.
  bool interop_as_pair = false;
};

/// The node without the flag byte. Attribute values that spell an address canonically travel as
/// addresses, all other text as the shortest of token, packed digits and bytes; decoding the result
/// gives back an equal node. A node that has no binary form (check_encodable) is the caller's bug:
/// throws std::length_error.
Bytes encode_node(const Node& node, const EncodeOptions& options = {});

/// Whether `node` has a binary form: non-empty tags, non-empty and unique attribute names, names,
/// values and tags in UTF-8, no list over 65,535, no content over 2^32 - 1, no deeper than 1,000.
Status check_encodable(const Node& node);

/// One node that fills `bytes` completely. kInvalid for anything malformed: unknown tags or tokens,
/// truncation, trailing bytes, text that is no UTF-8, a repeated attribute, an address without a
/// server; kLimit beyond `limits`.
Result<Node> decode_node(BytesView bytes, const NodeLimits& limits = {});

enum class Compression { kNone, kZlib };

/// Flag byte and node, as sealed into a transport frame.
Bytes pack_stanza(const Node& node, Compression compression = Compression::kNone,
                  const EncodeOptions& options = {});

/// The reverse: a plain or a zlib-compressed node. The inflated size is bounded while inflating.
/// An unknown flag bit is kInvalid.
Result<Node> unpack_stanza(BytesView plaintext, const NodeLimits& limits = {});

}  // namespace parley::wire
