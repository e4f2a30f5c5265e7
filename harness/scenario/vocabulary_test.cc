// The tables of words, and the reference for people that must have the same words.
#include "harness/scenario/vocabulary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "harness/scenario/library_for_tests.h"

namespace parley::scenario {
namespace {

using testing::ElementsAre;

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(std::string(PARLEY_SOURCE_DIR) + "/" + path).rdbuf();
  return text.str();
}

TEST(Vocabulary, FindsWordsByKindOfActor) {
  ASSERT_NE(find_operation("set", ActorKind::kPartner), nullptr);
  EXPECT_EQ(find_operation("set", ActorKind::kPartner)->arguments[0].name, "endpoint");
  EXPECT_NE(find_field(find_operation("set", ActorKind::kWhatsappUser)->arguments, "inbox"),
            nullptr);
  EXPECT_EQ(find_operation("enlist", ActorKind::kWhatsappUser), nullptr);
  EXPECT_EQ(find_operation("fly", ActorKind::kPartnerUser), nullptr);
  EXPECT_NE(find_event("ping", ActorKind::kWhatsappUser), nullptr);
  EXPECT_EQ(find_event("ping", ActorKind::kPartnerUser), nullptr);
  EXPECT_EQ(parse_actor_kind("partner"), ActorKind::kPartner);
  EXPECT_EQ(parse_actor_kind("spy"), std::nullopt);
  EXPECT_EQ(to_string(ActorKind::kPartnerUser), "partner-user");
  EXPECT_THAT(split_choices("a|b|c"), ElementsAre("a", "b", "c"));
  EXPECT_EQ(to_string(ValueType::kLabelList), "a list of labels of steps");
}

TEST(Vocabulary, NamesEachWordOncePerKind) {
  for (const OperationSpec& a : operations()) {
    for (const OperationSpec& b : operations()) {
      if (&a != &b && a.name == b.name) EXPECT_EQ(a.kinds & b.kinds, 0) << a.name;
    }
  }
  for (const EventSpec& a : events()) {
    for (const EventSpec& b : events()) {
      if (&a != &b && a.name == b.name) EXPECT_EQ(a.kinds & b.kinds, 0) << a.name;
    }
  }
}

TEST(Vocabulary, IsInTheReference) {
  const std::string reference = read("docs/scenarios.md");
  const auto described = [&](std::string_view word) {
    EXPECT_NE(reference.find("`" + std::string(word) + "`"), std::string::npos) << word;
  };
  for (const ActorKindSpec& spec : actor_kinds()) {
    described(spec.name);
    for (const Field& field : spec.settings) described(field.name);
  }
  for (const OperationSpec& spec : operations()) {
    described(spec.name);
    for (const Field& field : spec.arguments) described(field.name);
    for (const Field& field : spec.results) described(field.name);
  }
  for (const EventSpec& spec : events()) {
    described(spec.name);
    for (const Field& field : spec.facts) described(field.name);
  }
  for (const CheckSpec& spec : test_checks()) {
    if (spec.invariant) continue;
    described(spec.name);
    for (const std::string_view name : spec.required) described(name);
    for (const std::string_view name : spec.optional) described(name);
  }
}

TEST(Vocabulary, ReferenceListsEveryCode) {
  const std::string reference = read("docs/scenarios.md");
  const std::string codes = reference.substr(reference.find("## Codes"));
  std::set<std::string> used;
  for (const char* name :
       {"build", "catalogue", "catalogue_check", "catalogue_reader", "library", "load", "profile",
        "register", "sources", "substitute", "value", "yaml_reader"}) {
    const std::string source = read(std::string("harness/scenario/") + name + ".cc");
    static const std::regex kCode(
        R"re((?:error|report)\([^;"]*"([a-z]+(?:-[a-z]+)+)"|"(unknown-[a-z]+)")re");
    for (std::sregex_iterator it(source.begin(), source.end(), kCode), end; it != end; ++it) {
      const std::string code = (*it)[1].matched ? (*it)[1].str() : (*it)[2].str();
      if (code != "expect-error") used.insert(code);  // a key, read beside a report
    }
  }
  EXPECT_GE(used.size(), 30U);
  for (const std::string& code : used) {
    EXPECT_NE(codes.find("`" + code + "`"), std::string::npos) << code;
  }
}

}  // namespace
}  // namespace parley::scenario
