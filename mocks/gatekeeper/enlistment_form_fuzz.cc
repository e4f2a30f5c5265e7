// Any body: a form or a typed error, never more.
#include <cstddef>
#include <cstdint>

#include "mocks/gatekeeper/enlistment_form.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto form = parley::mocks::gatekeeper::read_enlistment_form(parley::as_text({data, size}));
  if (form.ok() && (form->token.empty() || form->signed_prekey.id > parley::signal::kMaxPreKeyId)) {
    __builtin_trap();
  }
  return 0;
}
