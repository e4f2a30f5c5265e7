// The world: bob of acme sends alice a file, or several. acme's server stores it, WhatsApp's media
// host relays it, and each of them may do otherwise than it should.
#include <gtest/gtest.h>

#include "harness/judge/staged_case.h"
#include "harness/wire/media_policy.h"

namespace parley::judge {
namespace {

using Direction = evidence::Direction;
using Tap = evidence::Tap;

const std::string kPath = "/interop/whatsapp/download/1/REF/";

Bytes noise(std::size_t size) {
  Bytes bytes;
  for (std::uint32_t state = 7; bytes.size() < size;) {
    state = state * 1664525 + 1013904223;
    bytes.push_back(static_cast<std::uint8_t>(state >> 24));
  }
  return bytes;
}

/// How the file fares; what differs from the right way is set by each test.
struct Story {
  std::size_t size = 5000;
  std::string path = kPath;
  Bytes stored = noise(wire::encrypted_media_size(5000));
  std::optional<Bytes> served;    ///< by acme; else what was stored
  std::optional<Bytes> received;  ///< by alice; else what acme served
  json::object headers = {{"content-type", "application/octet-stream"}, {"content-length", "5018"}};
  int status = 200;  ///< of the media host's answer
  bool shown = true;
  bool asked = true;
  std::string asked_of_acme = "/REF";
  bool twin_shown = true;
  std::string meanwhile;  ///< asked of the media host while it deals with the other; empty: nothing
};

void http(StagedCase& staged, std::string_view party, std::string_view kind, Direction direction,
          json::object facts, Bytes body = {}, std::string peer = "x") {
  staged.add(Tap::kHttp, party, std::string(kind), std::move(facts), direction, std::move(peer),
             std::move(body));
}

void send(StagedCase& staged, const std::string& label, const Story& story) {
  const json::object arguments = {{"to", "alice"}, {"kind", "file"}, {"size", story.size}};
  staged.begin_step(label, "bob", "send-media", arguments);
  http(staged, "acme", "http.request", Direction::kIn, {{"method", "POST"}, {"target", "/media"}},
       story.stored, "bob.device.test");
  staged.message("bob", Direction::kOut, {{"id", label}, {"direct_path", story.path}});
  staged.end_step(label, "bob", "send-media",
                  {{"id", label}, {"sha256", std::string(64, 'a')}, {"size", story.size}});
}

StagedCase staged(const Story& story) {
  StagedCase staged({"gatekeeper"});
  const Bytes served = story.served.value_or(story.stored);
  const Bytes received = story.received.value_or(served);
  send(staged, "before", story);
  staged.event("alice", "message", {{"id", "before"}, {"sha256", "b"}});
  send(staged, "sent", story);
  const json::object asked = {{"method", "GET"}, {"target", story.path}};
  json::object answered = asked;
  answered["status"] = story.status;
  if (story.asked) {
    http(staged, "gatekeeper", "http.request", Direction::kIn, asked, {}, "alice.device.test");
    if (!story.meanwhile.empty()) {
      http(staged, "gatekeeper", "http.request", Direction::kIn,
           {{"method", "GET"}, {"target", story.meanwhile}}, {}, "alice.device.test");
    }
    if (!story.asked_of_acme.empty()) {
      json::object relayed = {{"method", "GET"}, {"target", story.asked_of_acme}};
      http(staged, "gatekeeper", "http.request", Direction::kOut, relayed, {}, "acme.partner.test");
      relayed["status"] = 200;
      http(staged, "acme", "http.response", Direction::kOut, relayed, served);
      http(staged, "gatekeeper", "http.response", Direction::kIn, relayed, served,
           "acme.partner.test");
    }
    http(staged, "gatekeeper", "http.response", Direction::kOut, answered, received,
         "alice.device.test");
    answered["headers"] = story.headers;
    http(staged, "alice", "http.response", Direction::kIn, answered, received);
  }
  if (story.shown) staged.event("alice", "message", {{"id", "sent"}, {"sha256", "b"}});
  send(staged, "after", story);
  if (story.twin_shown) staged.event("alice", "message", {{"id", "after"}, {"sha256", "b"}});
  staged.end();
  return staged;
}

std::string judged(std::string_view kind, const Story& story, json::object arguments) {
  return told(staged(story).judge(kind, std::move(arguments)));
}

std::string at_alice(std::string_view kind, const Story& story) {
  return judged(kind, story, {{"message", "sent"}, {"at", "alice"}, {"blames", "gatekeeper"}});
}

TEST(RelayedUnchanged, EveryByteCounts) {
  EXPECT_EQ(at_alice("relayed-unchanged", {}), "pass/none/as-expected");
  Story changed;
  changed.received = noise(5018);
  (*changed.received)[100] ^= 1;
  EXPECT_EQ(at_alice("relayed-unchanged", changed), "fail/iut/changed");
  Story shorter;
  shorter.received = noise(5000);
  EXPECT_EQ(at_alice("relayed-unchanged", shorter), "fail/iut/changed");
  Story never;
  never.asked = false;
  EXPECT_EQ(at_alice("relayed-unchanged", never), "inconclusive/iut/never-fetched");
  Story native;
  native.path = "/v/t1/abc.enc?oe=1";
  EXPECT_EQ(at_alice("relayed-unchanged", native), "inconclusive/harness/no-partner-file");
}

TEST(CiphertextOnly, PlaintextIsToldFromCiphertext) {
  const auto judge = [](const Story& story) {
    return judged("ciphertext-only", story,
                  {{"message", "sent"}, {"at", "acme"}, {"blames", "partner-user"}});
  };
  EXPECT_EQ(judge({}), "pass/none/as-expected");
  Story picture;
  picture.stored = noise(5018);
  picture.stored[0] = 0xFF;
  picture.stored[1] = 0xD8;
  picture.stored[2] = 0xFF;
  EXPECT_EQ(judge(picture), "fail/peer/plaintext-stored");
  Story text;
  text.stored = Bytes(5018, 'x');
  EXPECT_EQ(judge(text), "fail/peer/plaintext-stored");
  Story served;
  served.served = Bytes(6000, 'x');
  EXPECT_EQ(judge(served), "fail/peer/plaintext-stored");
  Story elsewhere;
  elsewhere.stored = noise(100);
  EXPECT_EQ(judge(elsewhere), "inconclusive/peer/nothing-stored");
  Story refused = elsewhere;
  refused.served = noise(5018);
  EXPECT_EQ(judge(refused), "pass/none/as-expected") << "what is served was there";
}

// A product's server under test: what its own client stored there nobody has seen; the gatekeeper,
// who fetched the file, has seen what it serves.
TEST(CiphertextOnly, OfAProductsServerWhatItServesIsSeen) {
  const auto judge = [](const Story& story) {
    StagedCase all = staged(story);
    StagedCase outside({"acme", "bob"});
    for (const evidence::Record& record : all.records()) {
      if (record.seq == 0 || record.party == "acme") continue;
      if (record.party == "bob" && record.tap != Tap::kStep) continue;
      outside.add(record.tap, record.party, record.kind, record.facts, record.direction,
                  record.peer, record.body);
    }
    return told(outside.judge("ciphertext-only",
                              {{"message", "sent"}, {"at", "acme"}, {"blames", "partner-user"}}));
  };
  EXPECT_EQ(judge({}), "pass/none/as-expected");
  Story picture;
  picture.stored = noise(5018);
  picture.stored[0] = 0xFF;
  picture.stored[1] = 0xD8;
  picture.stored[2] = 0xFF;
  EXPECT_EQ(judge(picture), "fail/iut/plaintext-stored");
  Story never;
  never.asked = false;
  EXPECT_EQ(judge(never), "inconclusive/iut/nothing-stored");
}

TEST(DownloadStated, TypeAndLengthMustBeThereAndRight) {
  EXPECT_EQ(at_alice("download-stated", {}), "pass/none/as-expected");
  Story no_type;
  no_type.headers.erase("content-type");
  EXPECT_EQ(at_alice("download-stated", no_type), "fail/iut/no-type");
  Story no_length;
  no_length.headers.erase("content-length");
  EXPECT_EQ(at_alice("download-stated", no_length), "fail/iut/no-length");
  Story wrong;
  wrong.headers["content-length"] = "5017";
  EXPECT_EQ(at_alice("download-stated", wrong), "fail/iut/wrong-length");
  Story never;
  never.asked = false;
  EXPECT_EQ(at_alice("download-stated", never), "inconclusive/iut/no-download");
}

Story forged() {
  Story story;
  story.path = "/interop/whatsapp/download/1/../1/REF/";
  story.asked_of_acme = "";
  story.status = 404;
  story.shown = false;
  return story;
}

std::string refused(const Story& story) {
  return judged("proxy-refused", story,
                {{"message", "sent"},
                 {"at", "alice"},
                 {"twins", {"before", "after"}},
                 {"blames", "gatekeeper"}});
}

TEST(ProxyRefused, OnlyAnOpenRefusalPasses) {
  EXPECT_EQ(refused(forged()), "pass/none/as-expected");
  Story shown = forged();
  shown.shown = true;
  EXPECT_EQ(refused(shown), "fail/iut/forged-path-followed");
  Story fetched = forged();
  fetched.asked_of_acme = "/../1/REF";
  EXPECT_EQ(refused(fetched), "fail/iut/fetched-elsewhere");
  Story served = forged();
  served.asked_of_acme = "/REF";
  EXPECT_EQ(refused(served), "fail/iut/fetched-elsewhere");
  // Two downloads at a time: what is fetched for the one is not laid to the other.
  served.meanwhile = "/interop/whatsapp/download/1/REF/";
  EXPECT_EQ(refused(served), "pass/none/as-expected");
  served.meanwhile = "/interop/whatsapp/download/1/OTHER/";
  EXPECT_EQ(refused(served), "fail/iut/fetched-elsewhere");
  Story crash = forged();
  crash.status = 500;
  EXPECT_EQ(refused(crash), "fail/iut/not-refused");
  Story silent = forged();
  silent.asked = false;
  EXPECT_EQ(refused(silent), "inconclusive/unknown/not-put-to-the-test");
  Story broken = forged();
  broken.twin_shown = false;
  EXPECT_EQ(refused(broken), "inconclusive/iut/twin-not-shown");
}

TEST(ReferencesUnguessable, CountersAndRepetitionsFail) {
  const auto judge = [](const std::vector<std::string>& references) {
    StagedCase staged({"acme"});
    for (const std::string& reference : references) {
      staged.event("acme", "media-stored", {{"reference", reference}, {"size", 5}});
    }
    staged.end();
    return told(staged.judge("references-unguessable", {{"at", "acme"}, {"blames", "partner"}}));
  };
  std::vector<std::string> random;
  std::vector<std::string> counted;
  std::vector<std::string> short_hex;
  for (int i = 0; i < 8; ++i) {
    std::string text;
    std::string digits;
    for (int k = 0; k < 32; ++k) {
      text += "ABCDEFGHxyz_0123"[(i * 7 + k * 5 + i * k) % 16];
      digits += "0123456789abcdef"[(i * 7 + k * 5 + i * k) % 16];
    }
    random.push_back(text);
    counted.push_back("upload-2026-00000000000000000000000" + std::to_string(i));
    short_hex.push_back(digits.substr(0, 16));
  }
  EXPECT_EQ(judge(random), "pass/none/as-expected");
  EXPECT_EQ(judge(counted), "fail/iut/guessable");
  EXPECT_EQ(judge(short_hex), "fail/iut/guessable") << "sixteen hex digits are 64 bits";
  random.back() = random.front();
  EXPECT_EQ(judge(random), "fail/iut/reference-repeated");
  EXPECT_EQ(judge({"abc"}), "inconclusive/unknown/too-few");
}

struct Limits {
  std::int64_t fits = wire::kLargestMediaFile;
  std::string fits_error = {};
  bool shown = true;
  std::int64_t exceeds = wire::kLargestMediaFile + 1;
  std::string exceeds_error = "limit";
};

std::string limits(const Limits& told_) {
  StagedCase staged({"bob"});
  const auto step = [&](std::string label, std::int64_t size, const std::string& error) {
    staged.begin_step(label, "bob", "send-media", {{"to", "alice"}, {"size", size}});
    if (error.empty()) {
      staged.end_step(label, "bob", "send-media", {{"id", label}, {"size", size}});
    } else {
      staged.fail_step(label, "bob", "send-media", error);
    }
  };
  step("fits", told_.fits, told_.fits_error);
  if (told_.shown) staged.event("alice", "message", {{"id", "fits"}, {"size", told_.fits}});
  step("exceeds", told_.exceeds, told_.exceeds_error);
  staged.end();
  return told(staged.judge(
      "size-limit",
      {{"fits", "fits"}, {"exceeds", "exceeds"}, {"at", "alice"}, {"blames", "partner-user"}}));
}

TEST(SizeLimit, TheLimitIsThePublishedOne) {
  EXPECT_EQ(limits({}), "pass/none/as-expected");
  EXPECT_EQ(limits({.exceeds_error = "refused"}), "pass/none/as-expected");
  EXPECT_EQ(limits({.fits_error = "limit"}), "fail/iut/limit-too-low");
  EXPECT_EQ(limits({.shown = false}), "fail/iut/not-delivered");
  EXPECT_EQ(limits({.exceeds_error = ""}), "fail/iut/no-limit");
  EXPECT_EQ(limits({.exceeds_error = "timeout"}), "inconclusive/iut/no-defined-error");
  EXPECT_EQ(limits({.fits = 5}), "error/harness/not-at-the-limit");
}

std::string retention(int kept_days, int kept_status, int gone_days, int gone_status) {
  StagedCase staged({"gatekeeper"});
  const TimePoint start = staged.now;
  staged.step("sent", "alice", "send-media", {{"id", "1"}});
  staged.now = start + std::chrono::hours(24 * kept_days);
  staged.step("kept", "bob", "probe-media", {{"status", kept_status}});
  staged.now = start + std::chrono::hours(24 * gone_days);
  staged.step("gone", "bob", "probe-media", {{"status", gone_status}});
  staged.end();
  return told(staged.judge(
      "retention-bounded",
      {{"message", "sent"}, {"kept", "kept"}, {"gone", "gone"}, {"blames", "gatekeeper"}}));
}

TEST(RetentionBounded, NeitherShorterNorLonger) {
  EXPECT_EQ(retention(29, 200, 31, 410), "pass/none/as-expected");
  EXPECT_EQ(retention(29, 200, 31, 404), "pass/none/as-expected");
  EXPECT_EQ(retention(29, 404, 31, 404), "fail/iut/gone-too-early");
  EXPECT_EQ(retention(29, 200, 31, 200), "fail/iut/kept-too-long");
  EXPECT_EQ(retention(29, 502, 31, 410), "inconclusive/iut/no-answer");
  EXPECT_EQ(retention(31, 200, 32, 410), "error/harness/wrong-ages");
  EXPECT_EQ(retention(1, 200, 2, 410), "error/harness/wrong-ages");
}

}  // namespace
}  // namespace parley::judge
