// The built-in profile, held to the names in operations.h and to stanzas as real clients send them;
// and profiles and overlays with the slips that people make.
#include "harness/wire/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/base/encoding.h"
#include "harness/wire/overlay.h"

namespace parley::wire {
namespace {

using testing::HasSubstr;

const Profile& built_in() {
  static const Profile profile = [] {
    std::vector<Diagnostic> diagnostics;
    std::filesystem::path path =
        std::string(PARLEY_SOURCE_DIR) + "/schemas/wire/wa-public-1.0.3.yaml";
    std::optional<Profile> loaded = Profile::load({&path, 1}, diagnostics);
    EXPECT_TRUE(loaded.has_value()) << render(diagnostics);
    return loaded.value();
  }();
  return profile;
}

constexpr std::string_view kNames[] = {
    op::kPrekeyUpload,
    op::kSignedPrekeyRotate,
    op::kPrekeyCount,
    op::kPrekeyDigest,
    op::kPrekeyFetch,
    op::kServerPing,
    op::kClientResult,
    op::kBlocklistGet,
    op::kBlocklistSet,
    op::kMediaConnection,
    op::kMessageSend,
    op::kMessageSendFranked,
    op::kMessageReport,
    op::kReceiptDeliverySend,
    op::kReceiptReadSend,
    op::kReceiptRetrySend,
    op::kChatstateSend,
    op::kClientAck,
    op::kReachabilityPing,
    op::kAccountDelete,
    op::kSettingsGet,
    op::kSettingsSet,
    op::kContactLookup,
    op::kClientStreamEnd,
    op::kPrekeyCountAnswer,
    op::kPrekeyDigestAnswer,
    op::kPrekeyFetchAnswer,
    op::kBlocklistAnswer,
    op::kMediaConnectionAnswer,
    op::kSettingsAnswer,
    op::kContactLookupAnswer,
    op::kServerResult,
    op::kServerError,
    op::kClientPing,
    op::kMessageDeliver,
    op::kMessageDeliverFranked,
    op::kMessageReportAnswer,
    op::kReceiptDelivery,
    op::kReceiptRead,
    op::kReceiptRetry,
    op::kChatstate,
    op::kMessageAck,
    op::kReceiptAck,
    op::kOfflinePreview,
    op::kOfflineCount,
    op::kSuccess,
    op::kFailure,
    op::kFailureDetail,
    op::kStreamReplaced,
    op::kStreamError,
    op::kServerStreamEnd,
    op::kNotificationPrekeysLow,
    op::kNotificationIdentity,
    op::kReachabilityPingDeliver,
    op::kPartnerAnnounced,
    op::kEnlistment,
    op::kPush,
    op::kPartnerKeys,
    op::kWhatsappKeys,
    op::kTokenIssue,
    op::kPartnerMediaUpload,
    op::kPartnerMediaFetch,
    op::kPartnerMediaProxy,
    op::kWhatsappMediaUpload,
    op::kWhatsappMediaDownload,
    op::kLogin,
    op::kProtocolVersion,
    op::kCompanionSigned,
    op::kCompanionRemove,
    op::kUserSync,
    op::kConnectionMode,
    op::kServerProperties,
    op::kPrivacyGet,
    op::kPrivacySet,
    op::kPrivacyTokens,
    op::kPresence,
    op::kPresenceSubscribe,
    op::kAppSession,
    op::kOfflineBatch,
    op::kMessageFanout,
    op::kMessageResend,
    op::kMessageToPhone,
    op::kReceiptInactiveSend,
    op::kReceiptOwnSend,
    op::kReceiptRetryCompanionSend,
    op::kCompanionAck,
    op::kChatstateCompanionSend,
    op::kCompanionOffer,
    op::kCompanionAccepted,
    op::kUserSyncAnswer,
    op::kServerPropertiesAnswer,
    op::kPrivacyAnswer,
    op::kEdgeRouting,
    op::kMessageDeliverCompanion,
};

TEST(BuiltInProfile, HasTheNamesOfTheHeaderAndNoOthers) {
  std::set<std::string_view> names(std::begin(kNames), std::end(kNames));
  EXPECT_EQ(names.size(), std::size(kNames));
  for (const Operation& operation : built_in().operations()) {
    EXPECT_EQ(names.erase(operation.name), 1u) << operation.name << " is missing in operations.h";
    EXPECT_FALSE(operation.source.empty()) << operation.name;
    EXPECT_EQ(operation.profile, "wa-public-1.0.3");
  }
  EXPECT_THAT(names, testing::IsEmpty()) << "named in operations.h alone";
}

bool mentions(const ElementTemplate& element, std::string_view text) {
  for (const ElementTemplate::Attribute& attribute : element.attributes) {
    for (const std::string& literal : attribute.slot.literals) {
      if (literal.find(text) != std::string::npos) return true;
    }
  }
  for (const ElementTemplate& child : element.children) {
    if (mentions(child, text)) return true;
  }
  return false;
}

TEST(BuiltInProfile, SurrogatesAndOnlyTheyUseOurNamespace) {
  for (const Operation& operation : built_in().operations()) {
    if (!operation.stanza) continue;
    EXPECT_EQ(mentions(*operation.stanza, "urn:parley:surrogate:"),
              operation.basis == Basis::kSurrogate)
        << operation.name;
  }
}

// Values for each placeholder of a template, optional ones only where asked.
json::value sample(const ValueType& type) {
  switch (type.kind) {
    case ValueType::Kind::kJid:
      return json::value("1-10853634039893@interop");
    case ValueType::Kind::kAddress:
      return json::value("s.whatsapp.net");
    case ValueType::Kind::kId:
      return json::value("3EB0C0FFEE");
    case ValueType::Kind::kUint:
      return json::value(17);
    case ValueType::Kind::kText:
      return json::value("Zo\xc3\xab <&>");
    case ValueType::Kind::kBytes:
      return json::value(base64(Bytes(std::max<std::size_t>(type.min_size, 1), 7)));
    case ValueType::Kind::kEnum:
      return json::value(type.words.front());
  }
  return {};
}

json::object samples(const ElementTemplate& element, bool optional);

void add_samples(const ElementTemplate& element, bool optional, json::object& values) {
  auto add = [&](const Slot& slot) {
    if (!slot.is_literal() && (optional || !slot.optional)) values[slot.name] = sample(slot.type);
  };
  add(element.tag);
  for (const ElementTemplate::Attribute& attribute : element.attributes) {
    if (!attribute.absent) add(attribute.slot);
  }
  if (element.content) add(*element.content);
  for (const ElementTemplate& child : element.children) {
    if (!optional && child.cardinality == Cardinality::kOptional) continue;
    if (child.as.empty()) {
      add_samples(child, optional, values);
    } else if (child.repeats()) {
      values[child.as] = json::array{samples(child, optional), samples(child, optional)};
    } else {
      values[child.as] = samples(child, optional);
    }
  }
}

json::object samples(const ElementTemplate& element, bool optional) {
  json::object values;
  add_samples(element, optional, values);
  return values;
}

TEST(BuiltInProfile, EveryStanzaIsRenderedMatchedAndClassifiedAsItself) {
  std::size_t stanzas = 0;
  for (const Operation& operation : built_in().operations()) {
    if (!operation.stanza) continue;
    for (bool optional : {false, true}) {
      SCOPED_TRACE(operation.name + (optional ? ", everything" : ", the least"));
      json::object values = samples(*operation.stanza, optional);
      Result<Node> node = built_in().render(operation.name, values);
      ASSERT_TRUE(node.ok()) << node.error().text();
      std::optional<json::object> back = built_in().match(operation.name, *node);
      ASSERT_TRUE(back.has_value()) << to_xml(*node);
      EXPECT_EQ(canonical(*back), canonical(values)) << to_xml(*node);
      Status valid = built_in().validate(*node, operation.direction);
      EXPECT_TRUE(valid.ok()) << valid.error().text();
      const Operation* found = built_in().classify(*node, operation.direction);
      ASSERT_NE(found, nullptr);
      EXPECT_EQ(found->name, operation.name) << to_xml(*node);
    }
    ++stanzas;
  }
  EXPECT_EQ(stanzas, 82u);
}

TEST(BuiltInProfile, MatchingPassesOverWhatItDoesNotKnow) {
  Node node("receipt", {{"id", "A"}, {"to", "33611111111@s.whatsapp.net"}, {"new", "thing"}},
            Nodes{Node("unheard-of")});
  EXPECT_TRUE(built_in().match(op::kReceiptDeliverySend, node).has_value());
  const Operation* found = built_in().classify(node, Direction::kClientToServer);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->name, op::kReceiptDeliverySend);
  Status valid = built_in().validate(node, Direction::kClientToServer);
  ASSERT_FALSE(valid.ok());
  EXPECT_THAT(valid.error().message, HasSubstr("nearest is \"receipt-delivery-send\""));
  EXPECT_THAT(valid.error().message, HasSubstr("receipt/@new: not expected here"));
  EXPECT_THAT(valid.error().message, HasSubstr("receipt/unheard-of: not expected here"));
  EXPECT_EQ(built_in().classify(node, Direction::kServerToClient), nullptr);
}

TEST(BuiltInProfile, AReadReceiptIsNoDeliveryReceipt) {
  Node read("receipt", {{"id", "A"}, {"to", "1@s.whatsapp.net"}, {"type", "read"}});
  EXPECT_FALSE(built_in().match(op::kReceiptDeliverySend, read).has_value());
  EXPECT_EQ(built_in().classify(read, Direction::kClientToServer)->name, op::kReceiptReadSend);
}

TEST(BuiltInProfile, OneEncOnly) {
  Node enc("enc", {{"v", "2"}, {"type", "msg"}}, Bytes(20));
  Node message("message", {{"id", "A"}, {"to", "1@s.whatsapp.net"}, {"type", "text"}}, Nodes{enc});
  EXPECT_TRUE(built_in().validate(message, Direction::kClientToServer).ok());
  message.content = Nodes{enc, enc};
  EXPECT_THAT(built_in().validate(message, Direction::kClientToServer).error().message,
              HasSubstr("message/enc: more than one"));
  message.content = Nodes{};
  EXPECT_THAT(built_in().validate(message, Direction::kClientToServer).error().message,
              HasSubstr("message/enc: missing"));
}

TEST(BuiltInProfile, TheNearestOperationExplains) {
  json::object values = samples(*built_in().find(op::kPrekeyUpload)->stanza, true);
  Node node = built_in().render(op::kPrekeyUpload, values).value();
  Nodes& children = std::get<Nodes>(node.content);
  Nodes& list = std::get<Nodes>(children[3].content);
  std::get<Nodes>(list[1].content)[1].content = Bytes(31);
  EXPECT_THAT(built_in().validate(node, Direction::kClientToServer).error().message,
              HasSubstr("nearest is \"prekey-upload\"; iq/list/key[1]/value: 31 bytes are not "
                        "bytes[32]"));
  EXPECT_THAT(built_in().validate(Node("call"), Direction::kClientToServer).error().message,
              HasSubstr("no operation sends <call>"));
}

TEST(BuiltInProfile, RenderingRefusesWrongValues) {
  auto error = [](const json::object& values) {
    return built_in().render(op::kPrekeyFetch, values).error().text();
  };
  EXPECT_THAT(error({{"users", json::array{{{"jid", "1@lid"}}}}}), HasSubstr("\"id\": missing"));
  EXPECT_THAT(error({{"id", "1"}}), HasSubstr("\"users\": at least one"));
  EXPECT_THAT(error({{"id", "1"}, {"users", json::array{{{"jid", "no address"}}}}}),
              HasSubstr("in \"users\": value \"jid\": \"no address\" is not jid"));
  EXPECT_THAT(error({{"id", "1"}, {"users", json::array{}}, {"typo", 1}}),
              HasSubstr("\"typo\": no such name"));
  EXPECT_THAT(error({{"id", 5}, {"users", json::array{{{"jid", "1@lid"}}}}}),
              HasSubstr("\"id\": no text"));
  EXPECT_EQ(built_in().render("no-such", {}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(built_in().render(op::kPush, {}).error().code, ErrorCode::kNotFound);
}

TEST(BuiltInProfile, HttpOperationsNameTheirRequests) {
  const Operation* enlistment = built_in().find(op::kEnlistment);
  ASSERT_NE(enlistment, nullptr);
  EXPECT_EQ(enlistment->transport, Transport::kHttp);
  EXPECT_EQ(enlistment->basis, Basis::kPublic);
  EXPECT_EQ(enlistment->method, "POST");
  EXPECT_EQ(enlistment->path, "/3p/interop_reg");
}

// Overlays.

constexpr std::string_view kOverlay = R"(overlay: acme
operations:
  account-delete:
    direction: client-to-server
    basis: public
    source: acme's private documents
    stanza:
      tag: iq
      attributes: {id: $id:id, type: set, xmlns: "acme:account"}
      children:
        - {tag: remove, attributes: {reason: $reason:text}}
  acme-hello:
    direction: server-to-client
    basis: public
    source: acme's private documents
    stanza: {tag: iq, attributes: {id: $id:id, type: result, from: $from:address}}
)";

TEST(ProfileOverlay, ReplacesAndAdds) {
  Profile profile = built_in();
  std::vector<Diagnostic> diagnostics;
  ASSERT_TRUE(profile.overlay("acme.yaml", std::string(kOverlay), diagnostics))
      << render(diagnostics);
  EXPECT_EQ(profile.id(), "wa-public-1.0.3+acme");
  EXPECT_EQ(profile.operations().size(), built_in().operations().size() + 1);
  EXPECT_EQ(profile.find(op::kAccountDelete)->profile, "acme");
  EXPECT_EQ(profile.find(op::kServerPing)->profile, "wa-public-1.0.3");
  EXPECT_EQ(overlay_of(profile, *profile.find(op::kAccountDelete)), "acme");
  EXPECT_EQ(overlay_of(profile, *profile.find(op::kServerPing)), "");
  EXPECT_EQ(operations_of(profile, "acme"),
            (std::vector<std::string>{"account-delete", "acme-hello"}));
  Node node = profile.render(op::kAccountDelete, {{"id", "1"}, {"reason", "left"}}).value();
  EXPECT_EQ(to_xml(node),
            "<iq id=\"1\" type=\"set\" xmlns=\"acme:account\"><remove reason=\"left\"/></iq>");
  EXPECT_TRUE(profile.validate(node, Direction::kClientToServer).ok());
  EXPECT_FALSE(built_in().validate(node, Direction::kClientToServer).ok());
  Node hello("iq", {{"id", "1"}, {"type", "result"}, {"from", "s.whatsapp.net"}});
  EXPECT_EQ(profile.classify(hello, Direction::kServerToClient)->name, "acme-hello");
}

TEST(ProfileOverlay, AFaultyOneChangesNothing) {
  Profile profile = built_in();
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(profile.overlay("x.yaml", "overlay: x\noperations: {a: {}}\n", diagnostics));
  EXPECT_FALSE(diagnostics.empty());
  // Its id could be taken for those of two overlays.
  std::string twofold(kOverlay);
  twofold.replace(twofold.find("acme"), 4, "ac+me");
  EXPECT_FALSE(profile.overlay("y.yaml", twofold, diagnostics));
  EXPECT_EQ(profile.id(), built_in().id());
  EXPECT_EQ(profile.operations().size(), built_in().operations().size());
}

// Slips.

struct Slip {
  std::string_view what;
  std::string_view replaced;
  std::string_view by;
  std::string_view code;
  int line;
};

constexpr std::string_view kGood = R"(profile: p
operations:
  greet:
    direction: client-to-server
    basis: public
    source: here
    answers: greet
    stanza:
      tag: iq
      attributes:
        id: $id:id
      children:
        - tag: item
          repeat: many
          as: items
          content: $data:bytes[1..4]
)";

class ProfileSlip : public testing::TestWithParam<Slip> {};

TEST_P(ProfileSlip, IsShownWhereItIs) {
  const Slip& slip = GetParam();
  std::string text(kGood);
  std::size_t place = text.find(slip.replaced);
  ASSERT_NE(place, std::string::npos);
  text.replace(place, slip.replaced.size(), slip.by);
  std::vector<Diagnostic> diagnostics;
  EXPECT_FALSE(Profile::parse("p.yaml", text, diagnostics).has_value());
  ASSERT_FALSE(diagnostics.empty());
  EXPECT_EQ(diagnostics[0].code, slip.code) << render(diagnostics);
  EXPECT_EQ(diagnostics[0].mark.line, slip.line) << render(diagnostics);
  EXPECT_EQ(diagnostics[0].file, "p.yaml");
}

INSTANTIATE_TEST_SUITE_P(
    All, ProfileSlip,
    testing::Values(Slip{"top key", "operations:", "operation:", "unknown-key", 2},
                    Slip{"no id", "profile: p", "title: p", "missing-key", 1},
                    Slip{"operation key", "    basis", "    base", "unknown-key", 5},
                    Slip{"basis", "basis: public", "basis: secret", "bad-value", 5},
                    Slip{"direction", "client-to-server", "upwards", "bad-value", 4},
                    Slip{"no source", "    source: here\n", "", "missing-key", 4},
                    Slip{"name", "  greet:", "  Greet:", "bad-name", 3},
                    Slip{"answer", "answers: greet", "answers: gret", "unknown-name", 7},
                    Slip{"stanza over http", "    source", "    transport: http\n    source",
                         "bad-value", 4},
                    Slip{"no tag", "      tag: iq\n", "", "missing-key", 9},
                    Slip{"two tags", "tag: iq", "tag: a|b", "bad-value", 9},
                    Slip{"type", "$id:id", "$id:ids", "bad-value", 11},
                    Slip{"placeholder name", "$id:id", "$I-d:id", "bad-value", 11},
                    Slip{"size", "bytes[1..4]", "bytes[4..1]", "bad-value", 16},
                    Slip{"empty enum", "$id:id", "$id:enum", "bad-value", 11},
                    Slip{"repeat", "repeat: many", "repeat: lots", "bad-value", 14},
                    Slip{"repeat without as", "          as: items\n", "", "missing-key", 13},
                    Slip{"element key", "repeat: many", "repeats: many", "unknown-key", 14},
                    Slip{"name twice", "as: items", "as: id", "repeated-name", 9}),
    [](const testing::TestParamInfo<Slip>& info) {
      std::string name(info.param.what);
      std::replace(name.begin(), name.end(), ' ', '_');
      return name;
    });

TEST(Profile, TheUnchangedFileIsGood) {
  std::vector<Diagnostic> diagnostics;
  std::optional<Profile> profile = Profile::parse("p.yaml", std::string(kGood), diagnostics);
  ASSERT_TRUE(profile.has_value()) << render(diagnostics);
  EXPECT_EQ(profile->find("greet")->stanza->children[0].content->type.text(), "bytes[1..4]");
}

TEST(Profile, UnreadableFile) {
  std::vector<Diagnostic> diagnostics;
  std::filesystem::path path = "/no/such/profile.yaml";
  EXPECT_FALSE(Profile::load({&path, 1}, diagnostics).has_value());
  ASSERT_EQ(diagnostics.size(), 1u);
  EXPECT_EQ(diagnostics[0].code, "unreadable");
}

TEST(Slot, TypesAcceptWhatTheySay) {
  struct Case {
    std::string_view slot;
    std::string_view raw;
    bool accepted;
  };
  const Case cases[] = {
      {"$x:uint", "0", true},
      {"$x:uint", "007", false},
      {"$x:uint", "-1", false},
      {"$x:uint", "+1", false},
      {"$x:uint", "9223372036854775807", true},
      {"$x:uint", "9223372036854775808", false},
      {"$x:id", "12345.678-9", true},
      {"$x:id", "", false},
      {"$x:id", "a b", false},
      {"$x:jid", "1@lid", true},
      {"$x:jid", "@lid", false},
      {"$x:jid", "lid", false},
      {"$x:jid(interop|lid)", "1@lid", true},
      {"$x:jid(interop)", "1@lid", false},
      {"$x:address", "@lid", true},
      {"$x:address", "s.whatsapp.net", true},
      {"$x:address", "a@", false},
      {"$x:text", "", true},
      {"$x:text[1..2]", "", false},
      {"$x:text[1..2]", "abc", false},
      {"$x", "any text", true},
      {"$x:text", "\xff", false},
      {"$x:bytes[2]", "\xff\xfe", true},
      {"$x:bytes[2]", "a", false},
      {"$x:bytes[1..]", "", false},
      {"$x:enum(a|b)", "b", true},
      {"$x:enum(a|b)", "c", false},
  };
  for (const Case& c : cases) {
    Slot slot = parse_slot(c.slot).value();
    Result<json::value> value = read_value(slot.type, as_bytes(c.raw));
    EXPECT_EQ(value.ok(), c.accepted) << c.slot << " " << c.raw;
    if (value.ok()) EXPECT_EQ(write_value(slot.type, *value).value(), c.raw) << c.slot;
  }
}

}  // namespace
}  // namespace parley::wire
