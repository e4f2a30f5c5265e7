// A lab that enters its runs in a ledger, signs two of three, and has one of them time-stamped; and
// whoever verifies its bundles.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/attest/verify.h"
#include "harness/base/file.h"
#include "harness/cli/bundle_fixture.h"
#include "harness/cli/lab_keys.h"
#include "harness/cli/suite.h"

namespace parley::cli {

class LedgerWorld {
 public:
  LedgerWorld()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("parley-ledger-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    expect({"keys", "init", path("lab"), "--ledger-name", "example.org/lab"});
    run("run1", {});
    bundle("run1", "first.zip", {});
    std::filesystem::copy_file(path("ledger/checkpoint"), path("early"));
    run("run2", {"--no-bundle"});  // and never heard of again
    run("run3", {"--nonce", "regulator-7"});
    bundle("run3", "sound.zip", {"--nonce", "regulator-7"});
    bundle("run3", "public.zip", {"--public"});
    std::filesystem::copy_file(path("ledger/checkpoint"), path("late"));
    expect({"ledger", "growth", path("ledger"), "--from", path("early"), "--out", path("growth")});
    make_authority("tsa");
    make_authority("other-tsa");
    expect({"timestamp", path("sound.zip"), "--query", path("sound.tsq")});
    stamp("tsa", "sound");
    expect({"timestamp", path("sound.zip"), "--response", path("sound.tsr"), "--out",
            path("stamped.zip")});
  }
  ~LedgerWorld() { std::filesystem::remove_all(folder_); }
  LedgerWorld(const LedgerWorld&) = delete;
  LedgerWorld& operator=(const LedgerWorld&) = delete;

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string text(const std::string& name) const { return read_text_file(path(name)).value(); }
  Files files(const std::string& name) const { return unpacked(read_file(path(name)).value()); }
  LabKeys lab() const { return load_lab_keys(path("lab")).value(); }

  static const LedgerWorld& shared() {
    static const LedgerWorld world;
    return world;
  }

  /// Of openssl, as an authority runs it.
  void stamp(const std::string& authority, const std::string& name) const {
    openssl("ts -reply -queryfile " + name + ".tsq -signer " + authority + ".pem -inkey " +
            authority + ".key -config " + authority + ".conf -section tsa -out " + name + ".tsr");
  }
  /// In the folder that path() is in.
  void openssl(const std::string& command) const {
    const std::string line =
        "cd '" + folder_.string() + "' && openssl " + command + " >openssl.log 2>&1";
    ASSERT_EQ(std::system(line.c_str()), 0) << command << "\n" << text("openssl.log");
  }

 private:
  void run(const std::string& name, const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"run",    "text.reply", "--out",    path(name),
                                       "--keys", path("lab"),  "--ledger", path("ledger")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    expect(arguments);
  }
  void bundle(const std::string& run, const std::string& out,
              const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"bundle",   path(run),      "--keys", path("lab"),
                                       "--ledger", path("ledger"), "--out",  path(out)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    expect(arguments);
  }
  void make_authority(const std::string& name) const {
    const std::string config =
        "[req]\ndistinguished_name=dn\nprompt=no\nx509_extensions=ext\n[dn]\nCN=Example " + name +
        "\n[ext]\nextendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
        "basicConstraints=critical,CA:FALSE\nsubjectKeyIdentifier=hash\n"
        "[tsa]\nserial=" +
        name +
        ".serial\ndefault_policy=1.2.3.4\ndigests=sha256\n"
        "signer_digest=sha256\ness_cert_id_alg=sha256\nsigner_key=" +
        name + ".key\n";
    ASSERT_TRUE(write_file_atomically(path(name + ".conf"), config).ok());
    ASSERT_TRUE(write_file_atomically(path(name + ".serial"), "01\n").ok());
    openssl("req -x509 -newkey rsa:2048 -nodes -sha256 -days 30 -config " + name +
            ".conf -keyout " + name + ".key -out " + name + ".pem");
  }
  static void expect(const std::vector<std::string>& arguments) {
    const Said said = say(arguments);
    EXPECT_EQ(said.code, 0) << arguments[0] << ": " << said.err;
  }
  std::filesystem::path folder_;
};

inline const LedgerWorld& world() { return LedgerWorld::shared(); }

inline std::string given(const std::string& name) { return world().path(name); }

inline const Suite& suite() {
  static const Suite loaded = [] {
    std::vector<Diagnostic> diagnostics;
    return load_suite({}, diagnostics).value();
  }();
  return loaded;
}

/// As `parley verify` reads its options, pairs of a name and a value.
inline attest::VerifyOptions options_of(const std::vector<std::string>& arguments) {
  attest::VerifyOptions out;
  out.roots_pem = world().text("lab/roots.pem");
  out.when = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    const std::string& name = arguments[i];
    const std::string& value = arguments[i + 1];
    if (name == "--nonce") out.nonce = value;
    if (name == "--at") out.when = parse_date(value).value();
    if (name == "--ledger") out.ledger_checkpoint = read_text_file(value).value();
    if (name == "--ledger-growth") out.ledger_growth = read_text_file(value).value();
    if (name == "--ledger-entries") out.ledger_entries = read_text_file(value).value();
    if (name == "--tsa") out.tsa_roots_pem = read_text_file(value).value();
    if (name == "--harness-list") {
      out.harnesses = attest::parse_harness_list(read_text_file(value).value()).value();
    }
  }
  return out;
}

/// What the command says, without loading the catalogue anew each time.
inline Said verify(const std::string& bundle, const std::vector<std::string>& more = {}) {
  const attest::OwnCatalogue own{
      .library = suite().library,
      .digest = suite().digest,
      .wire_profile = [](const std::string& id) -> attest::OwnProfile {
        std::vector<Diagnostic> diagnostics;
        auto profile = suite().wire_profile(id, diagnostics);
        return {std::make_shared<const wire::Profile>(*std::move(profile))};
      }};
  const Bytes archive = read_file(world().path(bundle)).value();
  const auto lines = attest::verify_bundle(archive, own, options_of(more));
  Said said;
  said.code = attest::sound(lines) ? kExitPass : kExitFail;
  std::string first;
  for (const attest::CheckLine& line : lines) {
    said.out += std::string(line.id) + " " + std::string(attest::to_string(line.outcome)) + " " +
                line.why + "\n";
    if (line.outcome == attest::Outcome::kFail && first.empty()) first = line.id;
  }
  said.out += "; first: " + first;
  return said;
}

/// The line of that check, without its id.
inline std::string line_of(const Said& said, const std::string& id) {
  const std::size_t begin = said.out.find(id + " ");
  if (begin == std::string::npos) return said.err;
  return said.out.substr(begin + 4, said.out.find('\n', begin) - begin - 4);
}

}  // namespace parley::cli
