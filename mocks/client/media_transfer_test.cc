// The world: one device, and a media host that hands out whatever file the test put there, whole or
// damaged, in simulation.
#include "mocks/client/media_transfer.h"

#include <gtest/gtest.h>

#include "harness/net/http.h"
#include "harness/wire/media_encryption.h"
#include "harness/wire/media_policy.h"
#include "mocks/cast/hosts.h"
#include "mocks/cast/media_fault.h"

namespace parley::mocks::client {
namespace {

using net::awaitable;

class MediaTransferTest : public testing::Test {
 protected:
  MediaTransferTest() : world_(net::make_sim_world({}, log_)), recorder_(world_->clock()) {
    listener_ = *world_->network().listen(whatsapp_hosts().media, net::Security::kTls);
    world_->spawn(net::http_serve(*world_, listener_, [this](net::HttpRequest request) {
      return serve(std::move(request));
    }));
  }
  ~MediaTransferTest() override { world_->shutdown(); }

  awaitable<net::HttpResponse> serve(net::HttpRequest request) {
    net::HttpResponse response;
    ++served_;
    if (request.target != "/v/t62.1/file") response.status = 404;
    if (served_ <= troubled_) response.status = 503;
    if (response.status != 200) co_return response;
    response.body = stored_;
    co_return co_await faulty_file_answer(*world_, fault_, std::move(request), std::move(response));
  }

  /// Encrypts a file as a sender does, and stores it.
  awaitable<void> store(ClientFault fault, MediaDamage damage = MediaDamage::kNone) {
    ClientContext sender(*world_, recorder_, "bob", evidence::Role::kPartnerClient, nullptr, fault);
    OutgoingFile file{wire::MediaType::kFile, "name.bin", "application/octet-stream", "",
                      Bytes(1000, 42)};
    const StoreMedia keep = [this](MediaUpload upload) { return take(std::move(upload)); };
    auto content = co_await upload_media(sender, keep, file, {damage});
    EXPECT_TRUE(content.ok());
    if (content.ok()) content_ = *content;
  }
  awaitable<Result<std::string>> take(MediaUpload upload) {
    stored_ = upload.encrypted;
    headers_ = upload.headers;
    co_return std::string("/v/t62.1/file");
  }

  awaitable<Result<Bytes>> fetch(ClientFault fault, std::vector<std::string> prefixes = {"/v/t"}) {
    ClientContext receiver(*world_, recorder_, "alice", evidence::Role::kGatekeeperClient, nullptr,
                           fault);
    receiver.media_host = whatsapp_hosts().media;
    co_return co_await download_media(receiver, content_, std::move(prefixes));
  }

  void play(std::function<awaitable<void>()> story) {
    const Status status = net::run(*world_, told(std::move(story)));
    EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().text());
  }
  static awaitable<Status> told(std::function<awaitable<void>()> story) {
    co_await story();
    co_return Status();
  }

  NullLog log_;
  std::unique_ptr<net::World> world_;
  evidence::Recorder recorder_;
  std::shared_ptr<net::Listener> listener_;
  wire::MediaContent content_;
  Bytes stored_;
  net::HttpHeaders headers_;
  int served_ = 0;
  int troubled_ = 0;  ///< so many requests are answered 503
  MediaFault fault_ = MediaFault::kNone;
};

TEST_F(MediaTransferTest, AWholeFileComesBack) {
  play([this]() -> awaitable<void> {
    co_await store(ClientFault::kNone);
    EXPECT_EQ(content_.name, "name.bin");
    EXPECT_EQ(content_.file_length, 1000U);
    EXPECT_EQ(stored_.size(), wire::encrypted_media_size(1000));
    EXPECT_TRUE(headers_.empty());
    const auto plain = co_await fetch(ClientFault::kNone);
    EXPECT_TRUE(plain.ok());
    if (plain.ok()) EXPECT_EQ(*plain, Bytes(1000, 42));
  });
}

TEST_F(MediaTransferTest, ADamagedFileIsRefusedAndOnlyACarelessClientShowsIt) {
  play([this]() -> awaitable<void> {
    co_await store(ClientFault::kCorruptMedia);
    const auto refused = co_await fetch(ClientFault::kNone);
    EXPECT_FALSE(refused.ok());
    if (!refused.ok()) {
      EXPECT_EQ(refused.error().code, ErrorCode::kAuth);
      EXPECT_EQ(refused.error().message, "encrypted-digest");
    }
    const auto shown = co_await fetch(ClientFault::kIgnoreMediaMac);
    EXPECT_TRUE(shown.ok());
    if (shown.ok()) EXPECT_NE(*shown, Bytes(1000, 42));
  });
}

TEST_F(MediaTransferTest, AWrongMacIsNoticedWhereEveryDigestHolds) {
  play([this]() -> awaitable<void> {
    co_await store(ClientFault::kNone, MediaDamage::kMac);
    EXPECT_EQ(crypto::sha256(stored_), content_.encrypted_sha256);
    const auto refused = co_await fetch(ClientFault::kNone);
    EXPECT_FALSE(refused.ok());
    if (!refused.ok()) {
      EXPECT_EQ(refused.error().code, ErrorCode::kAuth);
      EXPECT_EQ(refused.error().message, "mac");
    }
    const auto shown = co_await fetch(ClientFault::kIgnoreMediaMac);
    EXPECT_TRUE(shown.ok());
    if (shown.ok()) EXPECT_EQ(*shown, Bytes(1000, 42));
  });
}

TEST_F(MediaTransferTest, WhatTheMessageSaysWrongIsNoticed) {
  const std::pair<MediaDamage, std::string> rows[] = {{MediaDamage::kDigest, "encrypted-digest"},
                                                      {MediaDamage::kPlainDigest, "plain-digest"},
                                                      {MediaDamage::kKey, "mac"}};
  for (const auto& [what, reason] : rows) {
    play([this, damage = what, finding = reason]() -> awaitable<void> {
      co_await store(ClientFault::kNone, damage);
      const auto refused = co_await fetch(ClientFault::kNone);
      EXPECT_FALSE(refused.ok());
      if (!refused.ok()) EXPECT_EQ(refused.error().message, finding);
    });
  }
}

TEST_F(MediaTransferTest, ADownloadThatEndsHalfWayGoesOnWhereItEnded) {
  play([this]() -> awaitable<void> {
    co_await store(ClientFault::kNone);
    fault_ = MediaFault::kAborted;
    const auto whole = co_await fetch(ClientFault::kNone);
    EXPECT_TRUE(whole.ok());
    if (whole.ok()) EXPECT_EQ(*whole, Bytes(1000, 42));
    EXPECT_EQ(served_, 2);
    EXPECT_FALSE((co_await fetch(ClientFault::kNoResume)).ok());
    EXPECT_EQ(served_, 3);
  });
}

TEST_F(MediaTransferTest, AHostInTroubleIsAskedAgainAndAMissingFileIsNot) {
  play([this]() -> awaitable<void> {
    co_await store(ClientFault::kNone);
    troubled_ = 3;
    EXPECT_TRUE((co_await fetch(ClientFault::kNone)).ok());
    EXPECT_EQ(served_, 4);
    troubled_ = 100;
    const auto refused = co_await fetch(ClientFault::kNone);
    EXPECT_FALSE(refused.ok());
    if (!refused.ok()) EXPECT_EQ(refused.error().message, "http-503");
    EXPECT_EQ(served_, 8);
    troubled_ = 0;
    fault_ = MediaFault::kMissing;
    EXPECT_FALSE((co_await fetch(ClientFault::kNone)).ok());
    EXPECT_EQ(served_, 9);
  });
}

TEST_F(MediaTransferTest, ASlowHostIsWaitedForAndHalfAFileIsNotShown) {
  play([this]() -> awaitable<void> {
    co_await store(ClientFault::kNone);
    fault_ = MediaFault::kSlow;
    EXPECT_TRUE((co_await fetch(ClientFault::kNone)).ok());
    EXPECT_EQ(served_, 1);
    fault_ = MediaFault::kTruncated;
    EXPECT_FALSE((co_await fetch(ClientFault::kNone)).ok());
  });
}

TEST_F(MediaTransferTest, AFileBeyondTheLimitIsNotEvenEncrypted) {
  play([this]() -> awaitable<void> {
    ClientContext sender(*world_, recorder_, "bob", evidence::Role::kPartnerClient, nullptr,
                         ClientFault::kNone);
    OutgoingFile file{wire::MediaType::kFile, "n", "application/zip", "",
                      Bytes(wire::kLargestMediaFile + 1)};
    const StoreMedia keep = [this](MediaUpload upload) { return take(std::move(upload)); };
    const auto refused = co_await upload_media(sender, keep, file);
    EXPECT_FALSE(refused.ok());
    if (!refused.ok()) EXPECT_EQ(refused.error().code, ErrorCode::kLimit);
    EXPECT_TRUE(stored_.empty());
    EXPECT_TRUE((co_await upload_media(sender, keep, file, {MediaDamage::kLimit})).ok());
  });
}

TEST(ForgePath, EveryForgeryLeadsElsewhere) {
  const std::string path = "/interop/whatsapp/download/1/REF/";
  const std::pair<std::string_view, std::string> rows[] = {
      {"traversal", "/interop/whatsapp/download/1/../1/REF/"},
      {"escaped", "/interop/whatsapp/download/1/%2e%2e%2f1/REF/"},
      {"absolute", "/interop/whatsapp/download/1/https://elsewhere.test/REF/"},
      {"unknown-integrator", "/interop/whatsapp/download/60000/REF/"},
      {"other-integrator", "/interop/whatsapp/download/2/REF/"},
      {"empty", "/interop/whatsapp/download/1//"},
      {"foreign-host", "https://elsewhere.test/interop/whatsapp/download/1/REF/"},
  };
  for (const auto& [word, forged] : rows) {
    const auto forgery = parse_forged_path(word);
    ASSERT_TRUE(forgery) << word;
    EXPECT_EQ(forge_path(*forgery, path), forged);
  }
  EXPECT_EQ(forge_path(ForgedPath::kTraversal, "/v/t1/abc.enc?oe=1"), "/v/t1/../t1/abc.enc?oe=1");
  EXPECT_FALSE(parse_forged_path("sideways"));
  EXPECT_FALSE(parse_media_damage("sideways"));
}

TEST_F(MediaTransferTest, PathsOutsideThePolicyAreNotAskedFor) {
  play([this]() -> awaitable<void> {
    co_await store(ClientFault::kNone);
    content_.direct_path = "/interop/whatsapp/download/1/x/";
    const auto refused = co_await fetch(ClientFault::kNone);
    EXPECT_FALSE(refused.ok());
    if (!refused.ok()) EXPECT_EQ(refused.error().message, "path-not-allowed");
    EXPECT_EQ(served_, 0);
  });
}

TEST_F(MediaTransferTest, AMissingFileTellsTheStatus) {
  play([this]() -> awaitable<void> {
    co_await store(ClientFault::kNone);
    content_.direct_path = "/v/t62.1/elsewhere";
    const auto refused = co_await fetch(ClientFault::kNone);
    EXPECT_FALSE(refused.ok());
    if (!refused.ok()) EXPECT_EQ(refused.error().message, "http-404");
  });
}

TEST_F(MediaTransferTest, TheLeakIsAHeaderOfTheUpload) {
  play([this]() -> awaitable<void> {
    co_await store(ClientFault::kLeakFileName);
    EXPECT_EQ(net::find_header(headers_, "x-file-name"), "name.bin");
  });
}

TEST(AnsweredText, NeedsASuccessAndTheMember) {
  net::HttpResponse response;
  response.status = 201;
  response.body = to_bytes(R"({"direct_path":"/v/t1"})");
  EXPECT_EQ(answered_text(response, "direct_path").value(), "/v/t1");
  EXPECT_FALSE(answered_text(response, "url").ok());
  response.status = 507;
  const auto refused = answered_text(response, "direct_path");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kRefused);
  response.status = 200;
  for (const char* body : {"", "[]", "null", "{\"direct_path\":7}", "{\"direct_path\":"}) {
    response.body = to_bytes(std::string_view(body));
    EXPECT_FALSE(answered_text(response, "direct_path").ok()) << body;
  }
}

}  // namespace
}  // namespace parley::mocks::client
