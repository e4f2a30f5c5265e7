// Encoding and decoding of the stanzas that a busy server sees.
#include <benchmark/benchmark.h>

#include "harness/base/random.h"
#include "harness/wire/node_codec.h"

namespace parley::wire {
namespace {

Node message(std::size_t size) {
  return Node("message",
              {{"from", "33611111111@s.whatsapp.net"},
               {"to", "1-10853634039893@interop"},
               {"id", "3EB0ABCDEF0123456789"},
               {"type", "text"},
               {"t", "1700000000"},
               {"notify", "Zo\xc3\xab"}},
              Nodes{Node("enc", {{"v", "2"}, {"type", "msg"}}, Bytes(size, 7))});
}

Node prekey_upload() {
  SeededRandom random(1, "prekey upload");
  Nodes keys;
  for (int i = 0; i < 812; ++i) {
    keys.push_back(Node(
        "key", {}, Nodes{Node("id", {}, random.bytes(3)), Node("value", {}, random.bytes(32))}));
  }
  return Node("iq", {{"id", "1"}, {"type", "set"}, {"xmlns", "encrypt"}},
              Nodes{Node("list", {}, std::move(keys))});
}

void encode(benchmark::State& state, const Node& node) {
  std::size_t size = encode_node(node).size();
  for (auto _ : state) benchmark::DoNotOptimize(encode_node(node));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
  state.SetItemsProcessed(state.iterations());
}

void decode(benchmark::State& state, const Node& node) {
  Bytes bytes = encode_node(node);
  for (auto _ : state) benchmark::DoNotOptimize(decode_node(bytes).value());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(encode, message_200, message(200));
BENCHMARK_CAPTURE(decode, message_200, message(200));
BENCHMARK_CAPTURE(encode, message_64k, message(64 * 1024));
BENCHMARK_CAPTURE(decode, message_64k, message(64 * 1024));
BENCHMARK_CAPTURE(encode, prekey_upload_812, prekey_upload());
BENCHMARK_CAPTURE(decode, prekey_upload_812, prekey_upload());

}  // namespace
}  // namespace parley::wire
