#include "reports/integrity_html.h"

#include "harness/base/bytes.h"
#include "harness/base/encoding.h"
#include "harness/base/json.h"
#include "harness/crypto/hash.h"
#include "harness/judge/result_json.h"
#include "reports/markup.h"
#include "reports/page.h"
#include "reports/table_html.h"

namespace parley::reports {
namespace {

// The formats are those of docs/bundle.md.
constexpr std::string_view kByHand = R"sh(unzip -d bundle run.zip && cd bundle
sed 's/.*"payload":"\([^"]*\)".*/\1/' bundle.intoto.jsonl | base64 -d > payload
sed 's/.*"sig":"\([^"]*\)".*/\1/'     bundle.intoto.jsonl | base64 -d > signature
printf 'DSSEv1 28 application/vnd.in-toto+json %d ' $(wc -c < payload) | cat - payload > signed
openssl x509 -in chain.pem -noout -pubkey > key
openssl pkeyutl -verify -pubin -inkey key -rawin -in signed -sigfile signature
openssl verify -CAfile ../roots.pem -untrusted chain.pem chain.pem
sha256sum manifest.json result.json report.html)sh";

}  // namespace

std::string result_digest(const judge::RunResult& result) {
  return hex(crypto::sha256(as_bytes(canonical(judge::to_json(result)) + "\n")));
}

std::string integrity_section(const judge::RunResult& result) {
  const judge::RunInfo& run = result.run;
  const std::string transcript =
      run.transcript_digest.empty() ? std::string(kNotStated) : run.transcript_digest;
  std::string out = table_begin("Known before anything is signed", {});
  out += fact_row("Run", run.id);
  out += fact_row("SHA-256 of result.json", result_digest(result));
  out += fact_row("SHA-256 of the run's transcript.jsonl", transcript);
  out += fact_row("Records in it", std::to_string(result.summary.records));
  out += kTableEnd;
  out +=
      "<p>A page cannot contain its own digest, nor the signature over it. Where this report is "
      "part "
      "of a bundle, the bundle's manifest has this page's digest, and the bundle's statement has "
      "the "
      "manifest's; signature, certificate and nonce are beside them.</p><h3>With Parley</h3><p>The "
      "verifier uses the catalogue in its own program, judges every test case anew from the "
      "records, "
      "and renders this page anew.</p><pre tabindex=\"0\">parley verify run.zip --trust roots.pem "
      "--rederive</pre><p>It prints one line for each of V01 to V20: OK, FAIL, or SKIPPED and why. "
      "Expected is no FAIL, exit code 0, and among them:</p><pre tabindex=\"0\">V11 OK      …\nV12 "
      "OK  "
      "    …\nV18 OK      … junit.xml and report.html, written anew</pre><h3>Without "
      "Parley</h3><p>With "
      "openssl 3 and coreutils alone: the signature holds where openssl says <code>Signature "
      "Verified "
      "Successfully</code> and <code>chain.pem: OK</code>, and the digests that sha256sum prints "
      "of "
      "manifest.json and result.json are those in <code>payload</code>; that of report.html is in "
      "manifest.json.</p><pre tabindex=\"0\">" +
      escaped_content(kByHand) +
      "</pre><h3>Limits</h3><p>A signature shows who stands for these results, and that they were "
      "not "
      "changed since. It does not show that the run took place: a laboratory that makes up a whole "
      "transcript is not found out by any of this. A nonce that a regulator chose shows that the "
      "run's records were sealed after it was known. Only witnesses, or records kept by the other "
      "side, help further.</p>";
  return out;
}

}  // namespace parley::reports
