// A byte stream that the network cuts wherever it likes, from a peer that may lie about lengths.
#include "harness/wire/frame.h"

#include <gtest/gtest.h>

#include <vector>

#include "harness/base/random.h"

namespace parley::wire {
namespace {

std::vector<Bytes> drain(FrameDecoder& decoder) {
  std::vector<Bytes> frames;
  for (;;) {
    auto next = decoder.next();
    EXPECT_TRUE(next.ok());
    if (!next.ok() || !next->has_value()) return frames;
    frames.push_back(**next);
  }
}

TEST(Frame, LengthIsThreeBytesBigEndian) {
  EXPECT_EQ(*encode_frame(Bytes{9, 8}), (Bytes{0, 0, 2, 9, 8}));
  EXPECT_EQ(to_bytes(BytesView(*encode_frame(Bytes(0x010203))).first(3)), (Bytes{1, 2, 3}));
  EXPECT_TRUE(encode_frame(Bytes(kMaxFrameBytes)).ok());
  EXPECT_EQ(encode_frame(Bytes(kMaxFrameBytes + 1)).error().code, ErrorCode::kLimit);
}

TEST(Frame, CutsDoNotMatter) {
  SeededRandom random(7, "frame cuts");
  Bytes stream;
  std::vector<Bytes> sent;
  for (std::size_t size : {0u, 1u, 5u, 300u, 70'000u, 2u}) {
    sent.push_back(random.bytes(size));
    append(stream, *encode_frame(sent.back()));
  }
  for (int round = 0; round < 20; ++round) {
    FrameDecoder decoder;
    std::vector<Bytes> got;
    for (BytesView rest = stream; !rest.empty();) {
      std::size_t cut = std::min<std::size_t>(rest.size(), 1 + random.below(9'000));
      decoder.feed(rest.first(cut));
      rest = rest.subspan(cut);
      for (Bytes& frame : drain(decoder)) got.push_back(std::move(frame));
    }
    EXPECT_EQ(got, sent);
    EXPECT_EQ(decoder.buffered(), 0u);
  }
}

TEST(Frame, RefusesAnOversizedLengthBeforeTheBody) {
  FrameDecoder decoder(100);
  decoder.feed(Bytes{0, 0, 101});
  EXPECT_EQ(decoder.next().error().code, ErrorCode::kLimit);
  decoder.feed(Bytes(200));
  EXPECT_EQ(decoder.next().error().code, ErrorCode::kLimit);
}

TEST(Frame, RaisedLimitAppliesToTheNextFrame) {
  FrameDecoder decoder(1);
  decoder.set_limit(2);
  decoder.feed(Bytes{0, 0, 2, 5, 6});
  EXPECT_EQ(drain(decoder), (std::vector<Bytes>{{5, 6}}));
}

TEST(Opening, WithAndWithoutRouting) {
  EXPECT_EQ(*encode_opening(), (Bytes{'W', 'A', 6, 3}));
  Bytes routing = {1, 2, 3};
  Bytes opening = *encode_opening(routing);
  EXPECT_EQ(opening, (Bytes{'E', 'D', 0, 1, 0, 0, 3, 1, 2, 3, 'W', 'A', 6, 3}));
  opening.push_back(0x99);
  OpeningDecoder decoder;
  for (std::size_t i = 0; i + 1 < opening.size(); ++i) {
    BytesView one = BytesView(opening).subspan(i, 1);
    Result<bool> complete = decoder.feed(one);
    ASSERT_TRUE(complete.ok());
    EXPECT_EQ(*complete, i + 2 == opening.size());
    EXPECT_TRUE(one.empty());
  }
  EXPECT_EQ(decoder.routing_info(), routing);
  BytesView rest = BytesView(opening).last(1);
  EXPECT_TRUE(*decoder.feed(rest));
  EXPECT_EQ(rest.size(), 1u) << "the byte behind the opening is not the opening's";
}

TEST(Opening, RefusesAllElseAtTheFirstWrongByte) {
  struct Case {
    Bytes bytes;
    ErrorCode code;
  };
  const Case cases[] = {
      {{'G'}, ErrorCode::kInvalid},
      {{'W', 'B'}, ErrorCode::kInvalid},
      {{'W', 'A', 5}, ErrorCode::kInvalid},
      {{'W', 'A', 6, 2}, ErrorCode::kInvalid},
      {{'E', 'D', 0, 2}, ErrorCode::kInvalid},
      {{'E', 'D', 0, 1, 0, 0x10, 1}, ErrorCode::kLimit},
      {{'E', 'D', 0, 1, 0, 0, 0, 'E'}, ErrorCode::kInvalid},  // routing twice
  };
  for (const Case& c : cases) {
    OpeningDecoder decoder;
    BytesView bytes = c.bytes;
    Result<bool> result = decoder.feed(bytes);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, c.code);
  }
}

}  // namespace
}  // namespace parley::wire
