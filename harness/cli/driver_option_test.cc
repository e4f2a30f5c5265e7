// A person quotes a command on a command line, inside the quotes of a shell.
#include "harness/cli/driver_option.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(SplitWords, AsAShellDoesAndWithoutExpandingAnything) {
  EXPECT_THAT(split_words("node  adapter.mjs\t--x ").value(),
              ElementsAre("node", "adapter.mjs", "--x"));
  EXPECT_THAT(split_words(R"('a b' "c d"e \ f "" '')").value(),
              ElementsAre("a b", "c de", " f", "", ""));
  EXPECT_THAT(split_words(R"("a \"b\" \\ \n" 'c \" $HOME' *.js ~)").value(),
              ElementsAre(R"(a "b" \ \n)", R"(c \" $HOME)", "*.js", "~"));
  EXPECT_THAT(split_words("").value(), ElementsAre());
  EXPECT_THAT(split_words("a\\").value(), ElementsAre("a\\"));
}

TEST(SplitWords, AQuoteMustEnd) {
  for (const char* text : {"'", "a \"b c", "a 'b\\\"", "\"\\\""}) {
    const auto words = split_words(text);
    ASSERT_FALSE(words.ok()) << text;
    EXPECT_THAT(words.error().message, HasSubstr("does not end"));
  }
}

TEST(DriverOption, NamesASeatAndACommand) {
  const auto option = parse_driver_option("gatekeeper-client=node 'my adapter.mjs' --root=x");
  ASSERT_TRUE(option.ok());
  EXPECT_EQ(option->seat, "gatekeeper-client");
  EXPECT_THAT(option->command, ElementsAre("node", "my adapter.mjs", "--root=x"));
}

TEST(DriverOption, NamesAPlaceToDialIn) {
  const auto anywhere = parse_driver_option("partner-client=ws");
  ASSERT_TRUE(anywhere.ok() && anywhere->place);
  EXPECT_EQ(anywhere->place->ip, "127.0.0.1");
  EXPECT_EQ(anywhere->place->port, 0);
  for (const char* text :
       {"partner-client=ws://127.0.0.1:9000", "partner-client=ws://127.0.0.1:9000/"}) {
    const auto there = parse_driver_option(text);
    ASSERT_TRUE(there.ok() && there->place) << text;
    EXPECT_EQ(there->place->text(), "127.0.0.1:9000");
    EXPECT_THAT(there->command, testing::IsEmpty());
  }
  for (const char* text : {"partner-client=ws://", "partner-client=ws://localhost:9000",
                           "partner-client=ws://127.0.0.1"}) {
    EXPECT_THAT(parse_driver_option(text).error().text(), HasSubstr("write SEAT=ws")) << text;
  }
  EXPECT_FALSE(parse_driver_option("partner-client=ws-adapter")->place.has_value());
}

TEST(DriverOption, SaysWhatIsWrongAndHowToWriteIt) {
  const struct {
    const char* text;
    const char* says;
  } slips[] = {
      {"node adapter.mjs", "--driver gatekeeper-client="},
      {"gatekeeper-cleint=node", "did you mean \"gatekeeper-client\"?"},
      {"commission=app", "no seat \"commission\" can be driven"},
      {"gatekeeper-client=", "no command"},
      {"gatekeeper-client=   ", "no command"},
      {"gatekeeper-client=''", "no command"},
      {"gatekeeper-client='node", "does not end"},
  };
  for (const auto& slip : slips) {
    const auto option = parse_driver_option(slip.text);
    ASSERT_FALSE(option.ok()) << slip.text;
    EXPECT_THAT(option.error().message, HasSubstr(slip.says)) << slip.text;
  }
}

TEST(DriverOption, ASeatHasOneDriver) {
  const auto two = parse_driver_options({"partner-server=a", "gatekeeper-client=b"});
  ASSERT_TRUE(two.ok());
  EXPECT_EQ(two->at(1).seat, "gatekeeper-client");
  const std::vector<std::vector<std::string>> twice = {{"partner-server=a", "partner-server=b"},
                                                       {"partner=a", "partner-client=b"},
                                                       {"partner-proxy=a", "partner=b"}};
  for (const auto& texts : twice) {
    const auto options = parse_driver_options(texts);
    ASSERT_FALSE(options.ok()) << texts[0];
    EXPECT_THAT(options.error().message, HasSubstr("a seat has one driver")) << texts[0];
  }
}

}  // namespace
}  // namespace parley::cli
