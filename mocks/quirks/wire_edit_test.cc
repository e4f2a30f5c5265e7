// A stanza, a request and an answer, and the ways in which a quirk changes them.
#include "mocks/quirks/wire_edit.h"

#include <gtest/gtest.h>

#include <string>

namespace parley::mocks::quirks {
namespace {

WireQuirk change(Action act, std::string path, std::string value = {}) {
  WireQuirk quirk;
  quirk.act = act;
  quirk.path = std::move(path);
  quirk.value = std::move(value);
  return quirk;
}

wire::Node message() {
  return wire::Node("message", {{"id", "1"}, {"from", "a@interop"}},
                    wire::Nodes{wire::Node("enc", {{"v", "2"}}, to_bytes("abcd")),
                                wire::Node("enc", {{"v", "2"}}, to_bytes("efgh"))});
}

std::string after(Action act, std::string path, std::string value = {}) {
  wire::Node node = message();
  if (!edit(change(act, std::move(path), std::move(value)), node)) {
    EXPECT_EQ(node, message());
    return "unchanged";
  }
  return wire::to_xml(node);
}

TEST(WireEdit, StanzasAttributesAreSetRemovedAndAdded) {
  wire::Node node = message();
  EXPECT_TRUE(edit(change(Action::kSet, "@id", "2"), node));
  EXPECT_EQ(node.attribute("id"), "2");
  EXPECT_TRUE(edit(change(Action::kSet, "enc@v", "1"), node));
  for (const wire::Node& child : node.children()) EXPECT_EQ(child.attribute("v"), "1");
  EXPECT_TRUE(edit(change(Action::kRemove, "@from"), node));
  EXPECT_FALSE(node.has("from"));
  EXPECT_TRUE(edit(change(Action::kAdd, "@x", "y"), node));
  EXPECT_EQ(node.attribute("x"), "y");
}

TEST(WireEdit, StanzasContentIsFlippedTruncatedAndRemoved) {
  wire::Node node = message();
  EXPECT_TRUE(edit(change(Action::kFlip, "enc"), node));
  EXPECT_EQ(as_text(node.children()[0].bytes()), "abbd");
  EXPECT_TRUE(edit(change(Action::kTruncate, "enc"), node));
  EXPECT_EQ(as_text(node.children()[0].bytes()), "ab");
  EXPECT_TRUE(edit(change(Action::kTruncate, ""), node));
  EXPECT_EQ(node.children().size(), 1U);
  EXPECT_TRUE(edit(change(Action::kAdd, "", "trace"), node));
  EXPECT_EQ(as_text(node.children().back().bytes()), "trace");
  EXPECT_TRUE(edit(change(Action::kRemove, "enc"), node));
  EXPECT_EQ(node.child("enc"), nullptr);
  EXPECT_TRUE(edit(change(Action::kSet, "", "text"), node));
  EXPECT_EQ(as_text(node.bytes()), "text");
}

// The count of a quirk's applications rests on this.
TEST(WireEdit, WhatIsNotThereIsNotChanged) {
  EXPECT_EQ(after(Action::kSet, "@id", "1"), "unchanged");
  EXPECT_EQ(after(Action::kAdd, "@id", "2"), "unchanged");
  EXPECT_EQ(after(Action::kRemove, "@t"), "unchanged");
  EXPECT_EQ(after(Action::kFlip, "skey/value"), "unchanged");
  EXPECT_EQ(after(Action::kRemove, "skey"), "unchanged");
  EXPECT_EQ(after(Action::kFlip, "@t"), "unchanged");
}

TEST(WireEdit, RequestsAndAnswers) {
  net::HttpRequest request;
  request.headers = {{"Range", "bytes=1-"}};
  request.body = to_bytes(std::string_view("{\"to\":\"bob\",\"in\":{\"ner\":\"x\"}}"));
  EXPECT_TRUE(edit(change(Action::kRemove, "header/Range"), request));
  EXPECT_FALSE(edit(change(Action::kRemove, "header/Range"), request));
  EXPECT_TRUE(edit(change(Action::kSet, "body/to", "ben"), request));
  EXPECT_TRUE(edit(change(Action::kAdd, "body/text", "hello"), request));
  EXPECT_TRUE(edit(change(Action::kSet, "body/in/ner", "y"), request));
  EXPECT_EQ(as_text(request.body), "{\"in\":{\"ner\":\"y\"},\"text\":\"hello\",\"to\":\"ben\"}");
  EXPECT_FALSE(edit(change(Action::kSet, "status", "500"), request));
  request.body = to_bytes(std::string_view("a=1&b=2"));
  EXPECT_TRUE(edit(change(Action::kRemove, "form/a"), request));
  EXPECT_EQ(as_text(request.body), "b=2");
  net::HttpResponse response;
  EXPECT_FALSE(edit(change(Action::kSet, "status", "200"), response));
  EXPECT_FALSE(edit(change(Action::kSet, "status", "many"), response));
  EXPECT_TRUE(edit(change(Action::kSet, "status", "404"), response));
  EXPECT_EQ(response.status, 404U);
  EXPECT_FALSE(edit(change(Action::kFlip, "body"), response));
  response.body = to_bytes("ab");
  EXPECT_TRUE(edit(change(Action::kFlip, "body"), response));
  EXPECT_EQ(as_text(response.body), "ac");
}

TEST(WireEdit, AConditionLooksAtAPart) {
  WireQuirk quirk = change(Action::kFlip, "enc");
  EXPECT_TRUE(concerned(quirk, message()));
  quirk.where = "@from";
  quirk.where_is = "*@interop";
  EXPECT_TRUE(concerned(quirk, message()));
  quirk.where_is = "*@s.whatsapp.net";
  EXPECT_FALSE(concerned(quirk, message()));
  quirk.where = "enc@v";
  quirk.where_is = "2";
  EXPECT_TRUE(concerned(quirk, message()));
  quirk.where = "@t";
  quirk.where_is = "*";
  EXPECT_FALSE(concerned(quirk, message()));
  net::HttpRequest request;
  request.headers = {{"Range", "bytes=1-"}};
  quirk.where = "header/range";
  EXPECT_TRUE(concerned(quirk, request));
  EXPECT_FALSE(concerned(quirk, net::HttpResponse()));
}

}  // namespace
}  // namespace parley::mocks::quirks
