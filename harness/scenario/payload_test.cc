// Files made to measure: their sizes, what they begin with, and that nobody can shrink them.
#include "harness/scenario/payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <set>

#include "harness/base/encoding.h"
#include "harness/scenario/library_for_tests.h"
#include "harness/scenario/media.h"

namespace parley::scenario {
namespace {

Bytes bytes_of(std::uint64_t size, std::string type = "image/jpeg", std::uint64_t seed = 0) {
  return payload_bytes({size, std::move(type), "x", seed});
}

TEST(Payload, HasTheSizeThatWasAskedFor) {
  for (const std::uint64_t size : {0, 1, 2, 7, 8, 9, 15, 16, 17, 65535, 65536, 65537}) {
    EXPECT_EQ(bytes_of(size).size(), size);
  }
}

// The documented generator, for a type without a magic number; computed independently.
TEST(Payload, ComesFromTheDocumentedGenerator) {
  EXPECT_EQ(hex(bytes_of(12, "text/plain")), "b1d98723e822a925ffa8eebf");
}

TEST(Payload, DependsOnSizeTypeAndSeedAlone) {
  std::set<std::string> all;
  for (const std::uint64_t size : {64, 65}) {
    for (const char* type : {"image/jpeg", "image/png"}) {
      for (const std::uint64_t seed : {0, 1}) all.insert(hex(bytes_of(size, type, seed)));
    }
  }
  EXPECT_EQ(all.size(), 8U);
  EXPECT_EQ(bytes_of(64), payload_bytes({64, "image/jpeg", "another name", 0}));
}

TEST(Payload, BeginsLikeItsTypeWhereItIsLongEnough) {
  for (const PayloadType& known : payload_types()) {
    const Bytes whole = bytes_of(100, std::string(known.type));
    EXPECT_TRUE(as_text(whole).starts_with(known.magic)) << known.type;
    if (known.magic.empty()) continue;
    const Bytes tiny = bytes_of(known.magic.size() - 1, std::string(known.type));
    EXPECT_FALSE(known.magic.starts_with(as_text(tiny)) && tiny.size() > 2) << known.type;
  }
}

// 256 values in 64 KiB: about 256 of each. A text or an image without compression fails this.
TEST(Payload, CannotBeCompressed) {
  std::array<int, 256> seen{};
  for (const std::uint8_t byte : bytes_of(65536)) ++seen[byte];
  for (const int count : seen) {
    EXPECT_GT(count, 150);
    EXPECT_LT(count, 400);
  }
}

TEST(Payload, SizesAreBytesOrBinaryUnits) {
  EXPECT_EQ(*parse_size("0"), 0U);
  EXPECT_EQ(*parse_size("65537"), 65537U);
  EXPECT_EQ(*parse_size("64KiB"), 65536U);
  EXPECT_EQ(*parse_size("16MiB"), 16777216U);
  EXPECT_EQ(*parse_size("32MiB"), kMaxPayloadBytes);
  for (const char* bad : {"", "KiB", "-1", "+1", "1.5MiB", "64kb", "64 KiB", "0x10"}) {
    EXPECT_EQ(parse_size(bad).error().code, ErrorCode::kInvalid) << bad;
  }
  for (const char* large :
       {"33MiB", "33554433", "99999999999999999999", "18014398509481985KiB", "17592186044417MiB"}) {
    EXPECT_EQ(parse_size(large).error().code, ErrorCode::kLimit) << large;
  }
}

TEST(Payload, ReadsItsMapping) {
  const auto full =
      read_payload({{"size", "1KiB"}, {"type", "video/mp4"}, {"name", "../x.mp4"}, {"seed", 7}});
  ASSERT_TRUE(full.ok());
  EXPECT_EQ(full->size, 1024U);
  EXPECT_EQ(full->name, "../x.mp4");
  EXPECT_EQ(full->seed, 7U);
  const auto least = read_payload({{"size", 0}, {"type", "x/y"}});
  ASSERT_TRUE(least.ok());
  EXPECT_EQ(least->name, "payload.bin");
  EXPECT_EQ(read_payload({{"size", 1}, {"type", "image/jpeg"}})->name, "payload.jpg");
}

TEST(Payload, RefusesOtherMappings) {
  for (const json::object& bad : {json::object{{"size", 1}},
                                  {{"type", "x/y"}},
                                  {{"size", true}, {"type", "x/y"}},
                                  {{"size", -1}, {"type", "x/y"}},
                                  {{"size", 1}, {"type", ""}},
                                  {{"size", 1}, {"type", "x/y"}, {"seed", -1}},
                                  {{"size", 1}, {"type", "x/y"}, {"colour", "red"}}}) {
    EXPECT_EQ(read_payload(bad).error().code, ErrorCode::kInvalid) << canonical(bad);
  }
}

TEST(Payload, TakesThePlaceOfAFileInASendMedia) {
  const json::object media = {{"size", 3}, {"type", "text/plain"}};
  const auto sent = with_media_content({{"to", "bob"}, {"media", media}}, nullptr);
  ASSERT_TRUE(sent.ok());
  EXPECT_EQ(sent->at("content"), json::value(base64(bytes_of(3, "text/plain"))));
  EXPECT_EQ(sent->at("mime"), "text/plain");
  EXPECT_EQ(sent->at("name"), "payload.bin");
  EXPECT_FALSE(sent->contains("media"));
  const auto named =
      with_media_content({{"media", media}, {"name", "a.txt"}, {"mime", "x/y"}}, nullptr);
  EXPECT_EQ(named->at("name"), "a.txt");
  EXPECT_EQ(named->at("mime"), "x/y");
  EXPECT_FALSE(with_media_content({{"media", json::object()}}, nullptr).ok());
}

std::string sending(const std::string& media) {
  return "id: demo.one\ntitle: T\npurpose: P.\nrequirements: [MSG-001]\nsetup: pair\nsteps:\n"
         "  - do: send-media\n    actor: bob\n    with: {to: alice, kind: file, media: " +
         media +
         "}\n    as: sent\nchecks:\n"
         "  - {id: intact, kind: content-intact, requirements: [MSG-001], message: sent,\n"
         "     at: alice, blames: partner}\n";
}

TEST(Payload, IsReadFromScenarios) {
  const Library library =
      load_small(sending("{size: 64KiB, type: image/png, name: \"${canary}.png\"}"));
  const auto& send = std::get<Operation>(library.scenarios.at(0).cases.at(0).steps.back().act);
  EXPECT_EQ(canonical(send.arguments.at("media")),
            R"({"name":"${canary}.png","size":"64KiB","type":"image/png"})");
}

TEST(Payload, FaultsAreToldWhereTheyStand) {
  const std::vector<std::pair<std::string, std::string>> faults = {
      {"{size: 64KB, type: image/png}", "bad-size"},
      {"{size: 33MiB, type: image/png}", "bad-size"},
      {"{size: -1, type: image/png}", "bad-size"},
      {"{size: [1], type: image/png}", "wrong-type"},
      {"{size: 1}", "missing-argument"},
      {"{type: image/png}", "missing-argument"},
      {"{size: 1, type: image/png, seed: -1}", "wrong-type"},
      {"{size: 1, type: image/png, sed: 1}", "unknown-argument"},
      {"[1]", "wrong-type"},
  };
  for (const auto& [media, code] : faults) {
    const std::vector<Diagnostic> found = diagnose(sending(media));
    ASSERT_EQ(found.size(), 1U) << media << "\n" << render(found);
    EXPECT_EQ(found[0].code, code) << media;
    EXPECT_EQ(found[0].mark.line, 9) << media;
  }
}

}  // namespace
}  // namespace parley::scenario
