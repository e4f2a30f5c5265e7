// A store with one photo in it.
#include "harness/scenario/media.h"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>

namespace parley::scenario {
namespace {

std::optional<BytesView> store(std::string_view name) {
  if (name == "photo.jpg") return as_bytes("jpeg");
  return std::nullopt;
}

TEST(Media, TakesNameAndTypeFromTheFile) {
  const auto result = with_media_content({{"to", "bob"}, {"media", "photo.jpg"}}, store);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(canonical(*result),
            R"({"content":"anBlZw==","mime":"image/jpeg","name":"photo.jpg","to":"bob"})");
}

TEST(Media, KeepsWhatTheScenarioSays) {
  const auto result =
      with_media_content({{"media", "photo.jpg"}, {"name", "me.jpg"}, {"mime", "x/y"}}, store);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(canonical(*result), R"({"content":"anBlZw==","mime":"x/y","name":"me.jpg"})");
}

TEST(Media, LeavesOtherArgumentsAlone) {
  EXPECT_EQ(canonical(*with_media_content({{"text", "hi"}}, store)), R"({"text":"hi"})");
}

TEST(Media, TellsOfMissingFiles) {
  EXPECT_EQ(with_media_content({{"media", "none.jpg"}}, store).error().code, ErrorCode::kNotFound);
}

TEST(Media, KnowsTheTypesOfTheRepositorysFiles) {
  EXPECT_EQ(media_type("voice.ogg"), "audio/ogg; codecs=opus");
  EXPECT_EQ(media_type("clip.mp4"), "video/mp4");
  EXPECT_EQ(media_type("document.pdf"), "application/pdf");
  EXPECT_EQ(media_type("what.xyz"), "application/octet-stream");
}

}  // namespace
}  // namespace parley::scenario
