// Peers of several makes: ones that encode as our vectors do, ones that choose other legal forms,
// and ones that send damaged or hostile bytes.
#include "harness/wire/node_codec.h"

#include <gtest/gtest.h>

#include "harness/base/encoding.h"
#include "harness/wire/random_node.h"
#include "harness/wire/testdata_reader.h"
#include "harness/wire/zlib_stream.h"

namespace parley::wire {
namespace {

Bytes from_hex(std::string_view text) { return decode_hex(text).value(); }

Bytes vector(std::string_view name) {
  return hex_member(read_testdata("nodes.json").as_object(), name);
}

Result<Node> decode_hex_node(std::string_view text) { return decode_node(from_hex(text)); }

struct KnownNode {
  std::string_view name;
  Node node;
  EncodeOptions options;
};

std::vector<KnownNode> known_nodes() {
  return {
      {"prekey-count",
       Node("iq",
            {{"to", "@s.whatsapp.net"}, {"type", "get"}, {"xmlns", "encrypt"}, {"id", "1.2-3"}},
            Nodes{Node("count")}),
       {}},
      {"success",
       Node("success", {{"t", "1700000000"}, {"props", "1"}, {"lid", "800000000000001:5@lid"}}),
       {}},
      {"message",
       Node("message",
            {{"from", "33611111111:2@s.whatsapp.net"},
             {"id", "3EB0ABCDEF"},
             {"type", "text"},
             {"t", "1700000000"},
             {"notify", "Zo\xc3\xab"}},
            Nodes{Node("enc", {{"v", "2"}, {"type", "pkmsg"}}, Bytes(300, 7))}),
       {}},
      {"receipt",
       Node("receipt", {{"id", "X"},
                        {"from", "120363000000000001@g.us"},
                        {"participant", "900000000000001@lid"},
                        {"type", "read"}}),
       {}},
      {"ack",
       Node("ack", {{"class", "message"}, {"id", "3EB0"}, {"from", "12-105012705411308@interop"}}),
       {.interop_as_pair = true}},
  };
}

TEST(NodeCodec, KnownNodesBothWays) {
  for (const KnownNode& known : known_nodes()) {
    Bytes bytes = vector(known.name);
    EXPECT_EQ(hex(pack_stanza(known.node, Compression::kNone, known.options)), hex(bytes))
        << known.name;
    Result<Node> decoded = unpack_stanza(bytes);
    ASSERT_TRUE(decoded.ok()) << known.name << ": " << decoded.error().message;
    EXPECT_EQ(*decoded, known.node) << to_xml(*decoded);
  }
}

TEST(NodeCodec, InteropAddressInBothForms) {
  Bytes bytes =
      from_hex("00f803fc0161fc0466726f6df5ff88105012705411308f0002000cfc07696e7465726f70");
  Result<Node> decoded = unpack_stanza(bytes);
  ASSERT_TRUE(decoded.ok()) << decoded.error().message;
  EXPECT_EQ(*decoded, Node("a", {{"from", "12-105012705411308:2@interop"}}));

  Node plain("a", {{"from", "12-105012705411308@interop"}});
  Bytes compact = encode_node(plain);
  Bytes pair = encode_node(plain, {.interop_as_pair = true});
  EXPECT_EQ(hex(compact), "f803fc016106f5ff88105012705411308f0000000cfc07696e7465726f70");
  EXPECT_NE(compact, pair);
  EXPECT_EQ(*decode_node(compact), plain);
  EXPECT_EQ(*decode_node(pair), plain);
}

TEST(NodeCodec, EveryAddressForm) {
  struct Case {
    std::string_view bytes;
    std::string_view text;
  };
  const Case cases[] = {
      {"fa0003", "@s.whatsapp.net"},
      {"faff021234 03", "1234@s.whatsapp.net"},
      {"f70005ff021234", "1234:5@s.whatsapp.net"},
      {"f70105ff021234", "1234:5@lid"},
      {"f78005ff021234", "1234:5@hosted"},
      {"f78105ff021234", "1234:5@hosted.lid"},
      {"f70100ff021234", "1234@lid"},
      {"f6ff0212340102fc046d736772", "1234:258@msgr"},
      {"f5ff021234000000 01fc07696e7465726f70", "1-1234@interop"},
      {"00", ""},
      {"03", "s.whatsapp.net"},
  };
  for (const Case& c : cases) {
    std::string digits =
        "f80307"
        "06";  // <receipt from=…>
    for (char digit : c.bytes) {
      if (digit != ' ') digits += digit;
    }
    Result<Node> decoded = decode_hex_node(digits);
    ASSERT_TRUE(decoded.ok()) << digits << ": " << decoded.error().message;
    EXPECT_EQ(*decoded, Node("receipt", {{"from", std::string(c.text)}}));
  }
}

TEST(NodeCodec, ContentForms) {
  EXPECT_EQ(decode_hex_node("f80207f801f80141")->children().size(), 1u);
  EXPECT_EQ(decode_hex_node("f80207f90001f80141")->children().size(), 1u) << "LIST_16";
  EXPECT_EQ(*decode_hex_node("f8020700"), Node("receipt", {}, Nodes{})) << "an empty list";
  EXPECT_EQ(as_text(decode_hex_node("f8020706")->bytes()), "from") << "a token";
  EXPECT_EQ(as_text(decode_hex_node("f80207ff021234")->bytes()), "1234") << "packed digits";
  EXPECT_EQ(as_text(decode_hex_node("f80207fa0003")->bytes()), "@s.whatsapp.net");
  EXPECT_EQ(*decode_hex_node("f80207fd000001aa"), Node("receipt", {}, Bytes{0xaa}));
  EXPECT_EQ(*decode_hex_node("f80207fe00000001aa"), Node("receipt", {}, Bytes{0xaa}));
  EXPECT_EQ(*decode_hex_node("f80102"), Node("xmlstreamend"));
}

TEST(NodeCodec, LargeContentChoosesTheLengthForm) {
  for (std::size_t size : {255u, 256u, (1u << 20) - 1, 1u << 20}) {
    Node node("receipt", {}, Bytes(size, 0x5a));
    Bytes bytes = encode_node(node);
    EXPECT_EQ(bytes[3], size < 256 ? 0xfc : size < 1u << 20 ? 0xfd : 0xfe) << size;
    EXPECT_EQ(*decode_node(bytes), node) << size;
  }
  Node many("list", {}, Nodes(300, Node("item")));
  EXPECT_EQ(*decode_node(encode_node(many)), many);
}

struct BadBytes {
  std::string_view what;
  std::string_view bytes;
};

class NodeCodecBad : public testing::TestWithParam<BadBytes> {};

TEST_P(NodeCodecBad, IsATypedError) {
  Result<Node> decoded = decode_hex_node(GetParam().bytes);
  ASSERT_FALSE(decoded.ok()) << GetParam().what << ": " << to_xml(*decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::kInvalid) << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(All, NodeCodecBad,
                         testing::ValuesIn(std::vector<BadBytes>{
                             {"nothing", ""},
                             {"an empty list for an element", "00"},
                             {"an empty 8-bit list for an element", "f800"},
                             {"no list", "07"},
                             {"trailing bytes", "f8010700"},
                             {"an empty tag", "f801fc00"},
                             {"a tag that is a list", "f801f80107"},
                             {"an unassigned tag", "f801f0"},
                             {"a tag that is an address", "f801fa0003"},
                             {"an attribute without a name", "f80307fc0003"},
                             {"an attribute twice", "f8050706030603"},
                             {"an attribute value that is a list", "f8030706f80107"},
                             {"text that is no UTF-8", "f8030706fc02c328"},
                             {"an address without a server", "f8030706faff02123400"},
                             {"an address with an empty server", "f8030706faff021234fc00"},
                             {"an unknown address domain", "f8030706f70205ff021234"},
                             {"an interop address elsewhere", "f8030706f5ff0212340000000103"},
                             {"a Facebook address at interop",
                              "f8030706f6ff0212340000fc07696e7465726f70"},
                             {"a half outside the decimal alphabet", "f8030706ff011c"},
                             {"odd packed text without bytes", "f8030706ff80"},
                             {"a 20-bit length with more bits", "f80207fdffffff"},
                             {"a dictionary token cut off", "f801ec"},
                         }));

TEST(NodeCodec, LimitsHold) {
  Node deep("a");
  for (int i = 1; i < 33; ++i) deep = Node("a", {}, Nodes{deep});
  EXPECT_EQ(decode_node(encode_node(deep)).error().code, ErrorCode::kLimit);
  EXPECT_TRUE(decode_node(encode_node(deep.children().front())).ok());

  Node wide("a", {}, Nodes(11, Node("b", {{"c", "d"}})));
  Bytes bytes = encode_node(wide);
  EXPECT_TRUE(decode_node(bytes, {.items = 23}).ok());
  EXPECT_EQ(decode_node(bytes, {.items = 22}).error().code, ErrorCode::kLimit);
  EXPECT_TRUE(decode_node(bytes, {.list_size = 11}).ok());
  EXPECT_EQ(decode_node(bytes, {.list_size = 10}).error().code, ErrorCode::kLimit);
}

TEST(NodeCodec, DeclaredSizesReserveNothing) {
  // Lists of 65,535 nested 30 deep: each alone is within the limit, all together are not.
  std::string nested;
  for (int i = 0; i < 30; ++i) nested += "f80207f9ffff";
  Result<Node> decoded = decode_hex_node(nested);
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.error().code, ErrorCode::kLimit);
}

TEST(NodeCodec, WhatHasNoBinaryForm) {
  EXPECT_FALSE(check_encodable(Node("")).ok());
  EXPECT_FALSE(check_encodable(Node("a", {{"", "x"}})).ok());
  EXPECT_FALSE(check_encodable(Node("a", {{"x", "1"}, {"x", "2"}})).ok());
  EXPECT_FALSE(check_encodable(Node("a", {{"x", "\xff"}})).ok());
  EXPECT_FALSE(check_encodable(Node("a", {}, Nodes{Node("")})).ok());
  EXPECT_EQ(check_encodable(Node("a", {}, Nodes(65'536, Node("b")))).error().code,
            ErrorCode::kLimit);
  EXPECT_THROW(encode_node(Node("")), std::length_error);
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 40; ++i) many.emplace_back("n" + std::to_string(i), "v");
  EXPECT_TRUE(check_encodable(Node("a", many)).ok());
  many.emplace_back("n7", "again");
  EXPECT_FALSE(check_encodable(Node("a", many)).ok());
}

TEST(Stanza, CompressedAndPlain) {
  Node node("message", {{"id", "3EB0"}}, Bytes(5'000, 1));
  Bytes compressed = pack_stanza(node, Compression::kZlib);
  EXPECT_EQ(compressed.front(), 2);
  EXPECT_LT(compressed.size(), 200u);
  EXPECT_EQ(*unpack_stanza(compressed), node);
  EXPECT_EQ(*unpack_stanza(pack_stanza(node)), node);
}

TEST(Stanza, InflationIsBounded) {
  Bytes bomb = zlib_compress(Bytes(40 * 1024 * 1024));
  bomb.insert(bomb.begin(), 2);
  ASSERT_LT(bomb.size(), 100'000u);
  EXPECT_EQ(unpack_stanza(bomb).error().code, ErrorCode::kLimit);

  Bytes node = encode_node(Node("message"));
  Bytes exact = zlib_compress(node);
  EXPECT_TRUE(zlib_inflate(exact, node.size()).ok());
  EXPECT_EQ(zlib_inflate(exact, node.size() - 1).error().code, ErrorCode::kLimit);
}

TEST(Stanza, DamagedOrUnknown) {
  Node node("message", {{"id", "3EB0"}}, Bytes(500, 1));
  Bytes good = pack_stanza(node, Compression::kZlib);
  for (std::size_t size = 1; size < good.size(); ++size) {
    EXPECT_FALSE(unpack_stanza(BytesView(good).first(size)).ok()) << size;
  }
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_FALSE(unpack_stanza(longer).ok());
  EXPECT_FALSE(unpack_stanza({}).ok());
  Bytes flagged = pack_stanza(node);
  flagged[0] = 1;
  EXPECT_EQ(unpack_stanza(flagged).error().code, ErrorCode::kInvalid);
}

TEST(NodeCodecProperty, RandomNodesSurviveTheWay) {
  SeededRandom random(20260101, "nodes");
  for (int i = 0; i < 1'000; ++i) {
    Node node = random_node(random);
    ASSERT_TRUE(check_encodable(node).ok());
    for (bool pair : {false, true}) {
      Result<Node> back = decode_node(encode_node(node, {.interop_as_pair = pair}));
      ASSERT_TRUE(back.ok()) << back.error().message << "\n" << to_xml(node);
      ASSERT_EQ(*back, node) << to_xml(node);
    }
  }
}

TEST(NodeCodecProperty, EveryTruncationIsAnError) {
  SeededRandom random(3, "truncations");
  for (int i = 0; i < 60; ++i) {
    Bytes bytes = encode_node(random_node(random));
    std::size_t step = 1 + bytes.size() / 500;
    for (std::size_t size = 0; size < bytes.size(); size += step) {
      ASSERT_FALSE(decode_node(BytesView(bytes).first(size)).ok());
    }
  }
}

TEST(NodeCodecProperty, FlippedBitsNeverCrash) {
  SeededRandom random(4, "bit flips");
  std::size_t accepted = 0;
  for (int i = 0; i < 4'000; ++i) {
    Bytes bytes = encode_node(random_node(random, 3));
    for (std::uint64_t flips = 1 + random.below(4); flips > 0; --flips) {
      bytes[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1 << random.below(8));
    }
    Result<Node> decoded = decode_node(bytes);
    if (!decoded.ok()) continue;
    ++accepted;
    ASSERT_EQ(*decode_node(encode_node(*decoded)), *decoded) << "what we accept we can say again";
  }
  EXPECT_GT(accepted, 100u) << "the test reaches past the first check";
}

TEST(Node, TextForms) {
  Node node("iq", {{"type", "get"}, {"x", "a<b&\"c"}},
            Nodes{Node("count"), Node("v", {}, Bytes(20, 0xab))});
  EXPECT_EQ(to_xml(node),
            "<iq type=\"get\" x=\"a&lt;b&amp;&quot;c\"><count/>"
            "<v>abababababababababababababababab…(20 bytes)</v></iq>");
  EXPECT_EQ(canonical(to_json(node)),
            R"({"attrs":{"type":"get","x":"a<b&\"c"},"children":[{"tag":"count"},)"
            R"({"bytes":"q6urq6urq6urq6urq6urq6urq6s=","tag":"v"}],"tag":"iq"})");
  EXPECT_EQ(canonical(to_json(Node("t", {}, to_bytes(std::string_view("hi\n"))))),
            R"({"tag":"t","text":"hi\n"})");
}

TEST(Jid, ParsesAndPrints) {
  std::optional<Jid> jid = Jid::parse("1-10853634039893:2@interop");
  ASSERT_TRUE(jid.has_value());
  EXPECT_EQ(*jid, (Jid{"10853634039893", "interop", 2, 1}));
  EXPECT_EQ(jid->text(), "1-10853634039893:2@interop");
  EXPECT_EQ(jid->without_device().text(), "1-10853634039893@interop");
  EXPECT_EQ(Jid::parse("@s.whatsapp.net")->text(), "@s.whatsapp.net");
  for (std::string_view bad : {"", "x", "x@", "a@b@c", "a:@s", "a:65536@s", "a:-1@s", "a:+1@s",
                               "5@interop", "-5@interop", "65536-5@interop", "1-@interop"}) {
    EXPECT_FALSE(Jid::parse(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace parley::wire
