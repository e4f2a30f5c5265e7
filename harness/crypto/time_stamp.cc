#include "harness/crypto/time_stamp.h"

#include <openssl/asn1.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>

#include <ctime>
#include <utility>
#include <vector>

#include "harness/crypto/certificate_list.h"
#include "harness/crypto/openssl_handle.h"

namespace parley::crypto {
namespace {

using Query = OpensslHandle<TS_REQ, TS_REQ_free>;
using Imprint = OpensslHandle<TS_MSG_IMPRINT, TS_MSG_IMPRINT_free>;
using Algorithm = OpensslHandle<X509_ALGOR, X509_ALGOR_free>;
using Response = OpensslHandle<TS_RESP, TS_RESP_free>;
using Verification = OpensslHandle<TS_VERIFY_CTX, TS_VERIFY_CTX_free>;
/// Signers stay the token's.
using Signers = OpensslHandle<STACK_OF(X509), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }>;

constexpr std::size_t kMaxResponse = 256 * 1024;
constexpr std::size_t kMaxRoots = 256;
/// Nanoseconds in 64 bits end in 2262.
constexpr std::int64_t kMaxSeconds = 9'000'000'000;
constexpr const char* kWhere = "time stamp";

Error refused(ErrorCode code, std::string why) {
  forget_openssl_errors();
  return make_error(code, std::move(why), kWhere);
}

Result<Response> parse(BytesView der) {
  if (der.size() > kMaxResponse) return refused(ErrorCode::kLimit, "is over 256 KiB");
  const std::uint8_t* next = der.data();
  Response response(der.empty() ? nullptr
                                : d2i_TS_RESP(nullptr, &next, static_cast<long>(der.size())));
  if (response && next == der.data() + der.size()) return response;
  return refused(ErrorCode::kInvalid, "is no response of RFC 3161 in DER");
}

/// Granted, perhaps with modifications.
Status check_granted(TS_RESP* response) {
  const ASN1_INTEGER* status = TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(response));
  const long value = ASN1_INTEGER_get(status);
  if ((value == 0 || value == 1) && TS_RESP_get_tst_info(response) != nullptr) return {};
  return refused(ErrorCode::kRefused,
                 "the authority gave none; its status is " + std::to_string(value));
}

Status check_imprint(TS_TST_INFO* info, const Digest32& digest) {
  TS_MSG_IMPRINT* imprint = TS_TST_INFO_get_msg_imprint(info);
  const X509_ALGOR* algorithm = TS_MSG_IMPRINT_get_algo(imprint);
  const ASN1_OCTET_STRING* found = TS_MSG_IMPRINT_get_msg(imprint);
  if (OBJ_obj2nid(algorithm->algorithm) == NID_sha256 &&
      equal_constant_time(
          {ASN1_STRING_get0_data(found), static_cast<std::size_t>(ASN1_STRING_length(found))},
          digest)) {
    return {};
  }
  return refused(ErrorCode::kAuth, "is of another file, or not of its SHA-256");
}

Result<TimePoint> time_of(const TS_TST_INFO* info) {
  std::tm fields{};
  const bool read = ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &fields) == 1;
  const auto seconds = read ? static_cast<std::int64_t>(::timegm(&fields)) : -1;
  if (seconds < 0 || seconds > kMaxSeconds) {
    return refused(ErrorCode::kInvalid, "its time cannot be read");
  }
  return from_unix_seconds(seconds);
}

std::string signer_of(TS_RESP* response) {
  const Signers signers(PKCS7_get0_signers(TS_RESP_get_token(response), nullptr, 0));
  forget_openssl_errors();
  if (!signers || sk_X509_num(signers.get()) == 0) return {};
  return subject_of(sk_X509_value(signers.get(), 0));
}

Result<TimeStamp> claim_of(TS_RESP* response, const Digest32& digest) {
  PARLEY_TRY(check_granted(response));
  TS_TST_INFO* info = TS_RESP_get_tst_info(response);
  PARLEY_TRY(check_imprint(info, digest));
  PARLEY_ASSIGN(const TimePoint time, time_of(info));
  return TimeStamp{time, signer_of(response)};
}

}  // namespace

Bytes time_stamp_query(const Digest32& digest) {
  const Query query(TS_REQ_new());
  const Imprint imprint(TS_MSG_IMPRINT_new());
  const Algorithm algorithm(X509_ALGOR_new());
  require(query && imprint && algorithm, "out of memory for a time stamp query");
  Digest32 bytes = digest;  // the call below does not say that it only reads
  require(X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1 &&
              TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1 &&
              TS_MSG_IMPRINT_set_msg(imprint.get(), bytes.data(), static_cast<int>(bytes.size())) ==
                  1 &&
              TS_REQ_set_version(query.get(), 1) == 1 &&
              TS_REQ_set_msg_imprint(query.get(), imprint.get()) == 1 &&
              TS_REQ_set_cert_req(query.get(), 1) == 1,
          "OpenSSL refused a time stamp query");
  const int size = i2d_TS_REQ(query.get(), nullptr);
  require(size > 0, "OpenSSL cannot write a time stamp query");
  Bytes out(static_cast<std::size_t>(size));
  std::uint8_t* next = out.data();
  require(i2d_TS_REQ(query.get(), &next) == size, "OpenSSL cannot write a time stamp query");
  return out;
}

Result<TimeStamp> read_time_stamp(BytesView response, const Digest32& digest) {
  PARLEY_ASSIGN(const Response parsed, parse(response));
  return claim_of(parsed.get(), digest);
}

Result<TimeStamp> verify_time_stamp(BytesView response, const Digest32& digest,
                                    std::string_view roots_pem) {
  const auto roots = parse_certificates(roots_pem, kMaxRoots);
  if (!roots) return at("the roots", roots.error());
  PARLEY_ASSIGN(const Response parsed, parse(response));
  PARLEY_ASSIGN(TimeStamp stamp, claim_of(parsed.get(), digest));
  const Verification verification(TS_VERIFY_CTX_new());
  CertificateStore store = store_of(*roots, stamp.time);
  require(verification != nullptr, "out of memory for a verification");
  TS_VERIFY_CTX_set_flags(verification.get(), TS_VFY_SIGNATURE | TS_VFY_VERSION);
  TS_VERIFY_CTX_set_store(verification.get(), store.release());  // it is the verification's now
  if (TS_RESP_verify_response(verification.get(), parsed.get()) == 1) return stamp;
  const std::string why = openssl_reason();
  return refused(ErrorCode::kAuth, "is not by an authority that is trusted: " + why);
}

}  // namespace parley::crypto
