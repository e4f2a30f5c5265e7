#include "harness/cli/run_file_keys.h"

#include <array>

namespace parley::cli {
namespace {

using Shape = RunFileShape;

const std::vector<RunFileKey>& keys() {
  static const std::vector<RunFileKey> kKeys = {
      {.name = "profile",
       .shape = Shape::kText,
       .about = "What is tested in one go; \"parley list\" shows its test cases.",
       .example = "base",
       .option = "--profile",
       .text = &RunFile::profile},
      {.name = "mode",
       .shape = Shape::kWord,
       .about = "Nightly runs state nothing. Certification runs do, and need every answer below.",
       .example = "nightly",
       .words = {"nightly", "certification"},
       .option = "--mode",
       .text = &RunFile::mode},
      {.name = "network",
       .shape = Shape::kWord,
       .about = "A product is reached over sockets; sim is for mocks alone.",
       .example = "sim",
       .words = {"sim", "sockets"},
       .option = "--network",
       .text = &RunFile::network},
      {.name = "clock",
       .shape = Shape::kWord,
       .about = "Virtual with network sim, real with sockets.",
       .example = "virtual",
       .words = {"virtual", "real"},
       .text = &RunFile::clock},
      {.name = "seed",
       .shape = Shape::kCount,
       .about = "The same seed gives the same persons, texts and keys.",
       .example = "1",
       .option = "--seed",
       .count = &RunFile::seed},
      {.name = "workers",
       .shape = Shape::kCount,
       .about = "Test cases that run at the same time, 1 to 256.",
       .example = "1",
       .option = "--workers",
       .count = &RunFile::workers},
      {.name = "addressing",
       .shape = Shape::kWord,
       .about = "How the gatekeeper's users see partners' users.",
       .example = "interop",
       .words = {"interop", "native"},
       .option = "--addressing",
       .text = &RunFile::addressing},
      {.name = "as_of",
       .shape = Shape::kDate,
       .about = "The day whose obligations are in force.",
       .example = "2026-11-22",
       .option = "--as-of",
       .text = &RunFile::as_of},
      {.name = "trust",
       .shape = Shape::kPath,
       .about = "Certificates (PEM) of the product's own authority, beside those of the harness.",
       .example = "partner-ca.pem",
       .option = "--trust",
       .text = &RunFile::ca},
      {.name = "addresses",
       .shape = Shape::kTexts,
       .about = "All that may be contacted, \"host\" or \"host:port\". Nothing else ever is.",
       .example = "[partner.example, \"chat.example:443\"]",
       .list = &RunFile::addresses},
      {.name = "identification",
       .shape = Shape::kPath,
       .about = "Who reports to whom on what (ISO/IEC 17025, 7.8).",
       .example = "identification.yaml",
       .option = "--identification",
       .text = &RunFile::identification},
      {.name = "waivers",
       .shape = Shape::kPath,
       .about = "Known fails that somebody answers for until a day.",
       .example = "waivers.yaml",
       .option = "--waivers",
       .text = &RunFile::waivers},
      {.name = "registers",
       .shape = Shape::kPaths,
       .about = "Registers of documents, for what is not on the wire.",
       .example = "[register.yaml]",
       .option = "--register",
       .list = &RunFile::registers},
      {.name = "wire_overlays",
       .shape = Shape::kPaths,
       .about = "Private shapes in place of surrogate operations of the wire profile.",
       .example = "[overlay.yaml]",
       .option = "--wire-overlay",
       .list = &RunFile::wire_overlays},
      {.name = "scenarios",
       .shape = Shape::kPaths,
       .about = "Folders with scenarios of your own, laid out like scenarios/.",
       .example = "[scenarios]",
       .option = "--scenarios",
       .list = &RunFile::scenarios},
      {.name = "keys",
       .shape = Shape::kPath,
       .about = "The lab's keys, from \"parley keys init\": they sign the run's checkpoints and "
                "its bundle.",
       .example = "lab",
       .option = "--keys",
       .text = &RunFile::keys},
      {.name = "ledger",
       .shape = Shape::kPath,
       .about = "The lab's ledger, which the run is entered in before its first message.",
       .example = "ledger",
       .option = "--ledger",
       .text = &RunFile::ledger},
      {.name = "nonce",
       .shape = Shape::kText,
       .about = "What the one who asked for the run gave you. Public: it stands in the ledger.",
       .example = "regulator-7",
       .option = "--nonce",
       .text = &RunFile::nonce}};
  return kKeys;
}

constexpr std::array<std::string_view, 3> kParts{"seats", "ics", "ixit"};

}  // namespace

std::span<const RunFileKey> run_file_keys() { return keys(); }
std::span<const std::string_view> run_file_parts() { return kParts; }

bool is_stated(const RunFile& file, const RunFileKey& key) {
  if (key.text != nullptr) return !(file.*key.text).empty();
  if (key.list != nullptr) return !(file.*key.list).empty();
  return (file.*key.count).has_value();
}

}  // namespace parley::cli
