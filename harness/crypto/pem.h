// Textual encoding of DER (RFC 7468): certificates and keys as files hold them. Our own reader,
// because OpenSSL's takes broken blocks for the end of the file and may ask the terminal for a
// passphrase.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/bytes.h"
#include "harness/base/result.h"

namespace parley::crypto {

struct PemBlock {
  std::string label;  ///< "CERTIFICATE", "PRIVATE KEY", "PUBLIC KEY"
  Bytes der;
};

/// Lines of 64 characters between "-----BEGIN label-----" and "-----END label-----".
std::string write_pem(std::string_view label, BytesView der);

/// All blocks in `text`. Text between blocks is passed over, as section 2 of the RFC allows; line
/// ends may be CRLF. kInvalid, with the line, for a block that does not end, ends under another
/// label or holds anything but strict base64; kLimit over 256 KiB. No message quotes the content:
/// it may be a private key.
Result<std::vector<PemBlock>> read_pem(std::string_view text);

}  // namespace parley::crypto
