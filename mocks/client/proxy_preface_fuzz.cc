// Bytes with which a proxy's connection begins. What is accepted holds an address of a host, and
// writing it again gives a preface that says the same.
#include <cstdlib>

#include "mocks/client/proxy_preface.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  const auto preface = mocks::read_proxy_preface({data, size});
  if (!preface.ok() || !preface->has_value()) return 0;
  const mocks::ProxyPreface& said = **preface;
  if (said.size > size || said.size > mocks::kMaxProxyPrefaceBytes) std::abort();
  if (!mocks::is_proxied_address(said.client_address)) std::abort();
  const auto again = mocks::read_proxy_preface(mocks::write_proxy_preface(said.client_address));
  if (!again.ok() || (*again)->client_address != said.client_address) std::abort();
  return 0;
}
