// The contract's readers and writers against schemas/driver.proto: what Parley writes is a message
// of the schema, and what the schema allows a driver to write is read with nothing lost.
#include "harness/driver/contract.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "schemas/driver.pb.h"

namespace parley::driver {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

json::object object(std::string_view text) {
  const auto parsed = parse_json(text);
  EXPECT_TRUE(parsed.ok()) << text << (parsed.ok() ? "" : parsed.error().text());
  return parsed.ok() ? parsed->get_object() : json::object();
}

template <class Message>
json::object in_json(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &text, options).ok());
  return object(text);
}

// Unknown members are refused by the mapping itself.
template <class Message>
Message in_schema(const json::object& params) {
  Message message;
  const auto status = google::protobuf::util::JsonStringToMessage(canonical(params), &message);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return message;
}

pb::Hello whole_hello() {
  pb::Hello hello;
  hello.set_name("an adapter");
  hello.set_version("1.2");
  hello.set_protocol(1);
  hello.mutable_implementation()->set_name("baileys");
  hello.mutable_implementation()->set_version("7.0.0");
  hello.add_seats("gatekeeper-client");
  hello.add_addressing("native");
  hello.add_capabilities("connect");
  hello.add_capabilities("send-text");
  return hello;
}

TEST(Contract, AHelloOfTheSchemaIsReadWhole) {
  const auto hello = read_hello(in_json(whole_hello()));
  ASSERT_TRUE(hello.ok()) << hello.error().text();
  EXPECT_EQ(hello->name, "an adapter");
  EXPECT_EQ(hello->version, "1.2");
  EXPECT_EQ(hello->implementation.name, "baileys");
  EXPECT_EQ(hello->implementation.version, "7.0.0");
  EXPECT_THAT(hello->seats, ElementsAre("gatekeeper-client"));
  EXPECT_THAT(hello->addressing, ElementsAre("native"));
  EXPECT_TRUE(hello->performs("send-text"));
  EXPECT_FALSE(hello->performs("send"));
}

TEST(Contract, EventsAndPairsOfTheSchemaAreReadWhole) {
  pb::Event event;
  event.set_sequence(3);
  event.set_name("message");
  (*event.mutable_facts()->mutable_fields())["text"].set_string_value("hi");
  (*event.mutable_facts()->mutable_fields())["size"].set_number_value(7);
  const auto read = read_event(in_json(event), 3);
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read->name, "message");
  EXPECT_EQ(canonical(read->facts), R"({"size":7,"text":"hi"})");
  pb::Pair pair;
  pair.set_code("2@a,b,c,d");
  EXPECT_EQ(read_pair(in_json(pair)).value(), "2@a,b,c,d");
}

TEST(Contract, WhatParleyWritesIsInTheSchema) {
  DriverStart start;
  start.actor = {"alice", "whatsapp-user", "", object(R"({"number":"33612345678"})")};
  start.cast = {{"bob", "partner-user", "birdy", object(R"({"identifier":"b@x.test"})")},
                {"birdy", "partner", "", {}}};
  start.web_chat = "wss://127.0.0.1:1/ws/chat";
  start.chat = "127.0.0.1:2";
  start.media = "127.0.0.1:3";
  start.noise_root = std::string(64, 'a');
  start.ca_pem = "-----BEGIN CERTIFICATE-----\n";
  start.time = "2026-03-02T09:00:00Z";
  start.addressing = "native";
  const auto written = in_schema<pb::Start>(start_params(start));
  EXPECT_EQ(written.seat(), "gatekeeper-client");
  EXPECT_EQ(written.actor().id(), "alice");
  EXPECT_EQ(written.actor().settings().fields().at("number").string_value(), "33612345678");
  ASSERT_EQ(written.cast_size(), 2);
  EXPECT_EQ(written.cast(0).of(), "birdy");
  EXPECT_EQ(written.endpoints().web_chat(), start.web_chat);
  EXPECT_EQ(written.endpoints().chat(), start.chat);
  EXPECT_EQ(written.endpoints().media(), start.media);
  EXPECT_EQ(written.trust().noise_root(), start.noise_root);
  EXPECT_EQ(written.trust().ca_pem(), start.ca_pem);
  EXPECT_EQ(written.time(), start.time);
  EXPECT_EQ(written.addressing(), "native");
  const auto perform =
      in_schema<pb::Perform>(perform_params("send-text", object(R"({"to":"bob"})")));
  EXPECT_EQ(perform.operation(), "send-text");
  EXPECT_EQ(perform.arguments().fields().at("to").string_value(), "bob");
}

TEST(Contract, WhatIsStatedOfTheProductIsAdditive) {
  DriverStart start;
  start.actor = {"bob", "partner-user", "birdy", {}};
  EXPECT_FALSE(start_params(start).contains("product"));
  EXPECT_TRUE(secrets_of(start_params(start)).empty());
  start.web_chat = start.chat = start.media = start.noise_root = start.time = "x";
  start.addressing = "interop";
  const std::string url = "https://h:1/" + std::string(1000, 'p');
  start.product.endpoints = {{"push", url}};
  start.product.timers = {{"reconnect", "10s"}};
  start.product.account = DriverAccount{"bob@product.test", "correct-horse", "line 1\nline 2"};
  const json::object params = start_params(start);
  const auto written = in_schema<pb::Start>(params);
  EXPECT_EQ(written.product().endpoints().at("push"), url);
  EXPECT_EQ(written.product().timers().at("reconnect"), "10s");
  EXPECT_EQ(written.product().account().identifier(), "bob@product.test");
  EXPECT_EQ(written.product().account().password(), "correct-horse");
  EXPECT_THAT(secrets_of(params), ElementsAre("correct-horse", "line 1\nline 2"));
  const auto read = read_start(params);
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(canonical(start_params(*read)), canonical(params));
  json::object wrong = params;
  wrong["product"].as_object()["acount"] = json::object();
  EXPECT_THAT(read_start(wrong).error().text(), HasSubstr("did you mean \"account\""));
}

DriverStart partner_start() {
  DriverStart start;
  start.seat = kPartnerServerSeat;
  start.actor = {"birdy", "partner", "", object(R"({"integrator":1})")};
  start.cast = {{"bob", "partner-user", "birdy", object(R"({"identifier":"b@x.test"})")}};
  start.web_chat = "wss://web.whatsapp.net/ws/chat";
  start.chat = "chat.whatsapp.net:5222";
  start.media = "mmg.whatsapp.net:443";
  start.noise_root = std::string(64, 'a');
  start.ca_pem = "-----BEGIN CERTIFICATE-----\n";
  start.time = "2026-03-02T09:00:00Z";
  start.addressing = "interop";
  PartnerPart part;
  part.services = {{"whatsapp", "WHATSAPP", "https://v.whatsapp.net/3p/interop_reg",
                    "https://whatsapp.com/.well-known/jwks", start.web_chat, start.chat,
                    start.media}};
  part.server = "https://birdy.partner.test";
  part.hosts = {{"v.whatsapp.net:443", "127.0.0.1:1"}, {"whatsapp.com:443", "127.0.0.1:2"}};
  part.listen = {{"https", "birdy.partner.test:443"}};
  part.certificate_pem = "-----BEGIN CERTIFICATE-----\n";
  part.private_key_pem = "-----BEGIN PRIVATE KEY-----\n";
  start.partner = std::move(part);
  return start;
}

TEST(Contract, WhatAPartnerIsToldIsInTheSchemaAndReadWhole) {
  const DriverStart start = partner_start();
  const json::object params = start_params(start);
  const auto written = in_schema<pb::Start>(params);
  ASSERT_EQ(written.partner().services_size(), 1);
  EXPECT_EQ(written.partner().services(0).keys(), "https://whatsapp.com/.well-known/jwks");
  EXPECT_EQ(written.partner().hosts().at("v.whatsapp.net:443"), "127.0.0.1:1");
  EXPECT_EQ(written.partner().private_key_pem(), start.partner->private_key_pem);
  const auto read = read_start(params);
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(canonical(start_params(*read)), canonical(params));
  EXPECT_EQ(read->seat, "partner-server");
}

TEST(Contract, WhatAGatekeepersServerIsToldIsInTheSchemaAndReadWhole) {
  DriverStart start = partner_start();
  start.seat = kGatekeeperServerSeat;
  start.actor = {"gatekeeper", "gatekeeper", "", object(R"({"http":"2"})")};
  GatekeeperPart part;
  part.service = start.partner->services.front();
  part.partners = {
      {"birdy", 1, "https://birdy.partner.test", "https://birdy.partner.test/jwks", ""},
      {"haiku", 2, "https://haiku.partner.test", "https://haiku.partner.test/jwks", "127.77.0.3"}};
  part.hosts = {{"birdy.partner.test:443", "127.0.0.1:1"}};
  part.listen = {{"keys", "whatsapp.com:443"}};
  part.certificate_pem = "-----BEGIN CERTIFICATE-----\n";
  part.private_key_pem = "-----BEGIN PRIVATE KEY-----\n";
  part.noise_root_private = std::string(64, 'b');
  EXPECT_EQ(start.surroundings(), &*start.partner);
  start.partner.reset();
  EXPECT_EQ(start.surroundings(), nullptr);
  start.gatekeeper = part;
  EXPECT_EQ(start.surroundings()->listen.at("keys"), "whatsapp.com:443");

  json::object params = start_params(start);
  const auto written = in_schema<pb::Start>(params);
  EXPECT_EQ(written.gatekeeper().service().issuer(), "WHATSAPP");
  ASSERT_EQ(written.gatekeeper().partners_size(), 2);
  EXPECT_EQ(written.gatekeeper().partners(1).integrator(), 2);
  EXPECT_EQ(written.gatekeeper().partners(1).proxy(), "127.77.0.3");
  EXPECT_EQ(written.gatekeeper().noise_root_private(), part.noise_root_private);
  const auto read = read_start(params);
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(canonical(start_params(*read)), canonical(params));
  params["gatekeeper"].as_object()["partners"].as_array()[0].as_object().erase("keys");
  const auto missing = read_start(params);
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().text(), HasSubstr("\"keys\" is missing"));
}

TEST(Contract, AStartWithAnythingMissingIsRefusedByName) {
  const json::object sound = start_params(partner_start());
  for (const auto& member : sound) {
    const std::string name(member.key());
    if (name == "partner") continue;  // only in a partner's seats
    json::object without = sound;
    without.erase(name);
    const auto missing = read_start(without);
    ASSERT_FALSE(missing.ok()) << name;
    EXPECT_THAT(missing.error().text(), HasSubstr("\"" + name + "\" is missing"));
  }
  json::object more = sound;
  more["partner"].as_object()["hosts"].as_object()["x"] = 7;
  EXPECT_FALSE(read_start(more).ok());
  more = sound;
  more["partner"].as_object().erase("private_key_pem");
  EXPECT_FALSE(read_start(more).ok());
}

TEST(Contract, TheAnswerToStartMayOnlyNameWhatWasAskedFor) {
  const std::map<std::string, std::string> asked = {{"https", "birdy.partner.test:443"},
                                                    {"wake", "bob.device.test:443"}};
  EXPECT_TRUE(read_started({}, {}).value().empty());
  const auto one = read_started(object(R"({"listening":{"https":"127.0.0.1:4711"}})"), asked);
  ASSERT_TRUE(one.ok()) << one.error().text();
  ASSERT_EQ(one->size(), 1U);
  EXPECT_EQ(one->at("https").text(), "127.0.0.1:4711");
  pb::Started started;
  (*started.mutable_listening())["wake"] = "[::1]:80";
  EXPECT_EQ(read_started(in_json(started), asked).value().at("wake").text(), "[::1]:80");
  const struct {
    const char* answer;
    const char* says;
  } slips[] = {
      {R"({"listening":{"http":"127.0.0.1:1"}})", "did you mean \"https\"?"},
      {R"({"listening":{"https":"birdy.example:443"}})", "is no address"},
      {R"({"listening":{"https":"127.0.0.1:0"}})", "is no address"},
      {R"({"listening":{"https":443}})", "\"listening\" must hold"},
      {R"({"listening":"127.0.0.1:1"})", "\"listening\" must be an object"},
      {R"({"listens":{}})", "\"listens\" is no member"},
  };
  for (const auto& slip : slips) {
    const auto read = read_started(object(slip.answer), asked);
    ASSERT_FALSE(read.ok()) << slip.answer;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(read.error().text(), HasSubstr(slip.says)) << slip.answer;
  }
}

TEST(Contract, ADriverOfAWholePartnerDrivesItsSeats) {
  DriverHello hello;
  hello.seats = {"partner"};
  for (const char* seat : {"partner", "partner-client", "partner-server", "partner-proxy"}) {
    EXPECT_TRUE(hello.drives(seat)) << seat;
  }
  EXPECT_FALSE(hello.drives("gatekeeper-client"));
  hello.seats = {"partner-client"};
  EXPECT_TRUE(hello.drives("partner-client"));
  EXPECT_FALSE(hello.drives("partner-server"));
}

TEST(Contract, AHelloWithAnythingWrongIsRefusedByName) {
  const json::object sound = in_json(whole_hello());
  ASSERT_TRUE(read_hello(sound).ok());
  for (const auto& member : sound) {
    const std::string name(member.key());
    json::object without = sound;
    without.erase(name);
    const auto missing = read_hello(without);
    ASSERT_FALSE(missing.ok()) << name;
    EXPECT_THAT(missing.error().text(), HasSubstr("\"" + name + "\" is missing"));
    json::object other = sound;
    other[name] = true;
    EXPECT_FALSE(read_hello(other).ok()) << name;
    json::object renamed = without;
    renamed[name + "s"] = member.value();
    EXPECT_FALSE(read_hello(renamed).ok()) << name;
  }
  json::object slip = sound;
  slip["capabilitys"] = json::array();
  EXPECT_THAT(read_hello(slip).error().text(), HasSubstr("did you mean \"capabilities\"?"));
  json::object empty = sound;
  empty["name"] = "";
  EXPECT_FALSE(read_hello(empty).ok());
  json::object painted = sound;
  painted["name"] = "\x1b[31mred";
  EXPECT_FALSE(read_hello(painted).ok());
  json::object endless = sound;
  endless["name"] = std::string(201, 'x');
  EXPECT_FALSE(read_hello(endless).ok());
}

TEST(Contract, AnotherVersionIsToldBeforeAnythingElse) {
  const auto hello = read_hello(object(R"({"protocol":2,"manifest":{}})"));
  ASSERT_FALSE(hello.ok());
  EXPECT_EQ(hello.error().code, ErrorCode::kUnsupported);
  EXPECT_THAT(hello.error().message, HasSubstr("speaks version 2"));
}

TEST(Contract, EventsCountWithoutGaps) {
  const auto event = [](std::string_view sequence, std::uint64_t expected) {
    return read_event(
        object(R"({"name":"message","facts":{},"sequence":)" + std::string(sequence) + "}"),
        expected);
  };
  EXPECT_TRUE(event("0", 0).ok());
  EXPECT_THAT(event("2", 1).error().text(), HasSubstr("\"sequence\" is 2, and 1 was next"));
  EXPECT_THAT(event("0", 1).error().text(), HasSubstr("without gaps"));
  for (const char* wrong : {"-1", "\"0\"", "null", "2147483648", "99999999999999999999"}) {
    EXPECT_FALSE(event(wrong, 0).ok()) << wrong;
  }
}

TEST(Contract, EventNamesAreWords) {
  for (const char* name : {"message", "retry-requested", "x1"}) {
    EXPECT_TRUE(
        read_event(object(std::string(R"({"sequence":0,"facts":{},"name":")") + name + "\"}"), 0)
            .ok())
        << name;
  }
  for (const char* name : {"", "Message", "a b", "a.b", "step\\n"}) {
    EXPECT_FALSE(
        read_event(object(std::string(R"({"sequence":0,"facts":{},"name":")") + name + "\"}"), 0)
            .ok())
        << name;
  }
}

TEST(Contract, ThePairingCodeStandsInNoError) {
  const auto code = read_pair(object(R"({"code":"s3cret","more":1})"));
  ASSERT_FALSE(code.ok());
  EXPECT_EQ(code.error().text().find("s3cret"), std::string::npos);
  EXPECT_FALSE(read_pair(object(R"({"code":""})")).ok());
  EXPECT_FALSE(read_pair(object("{}")).ok());
}

}  // namespace
}  // namespace parley::driver
