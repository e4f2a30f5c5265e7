// Any bytes as a scenario file: diagnostics or test cases, never a crash. What does load must also
// become a plan.
#include <cstddef>
#include <cstdint>
#include <string>

#include "harness/scenario/library.h"
#include "harness/scenario/plan.h"

namespace {

using parley::Diagnostic;
using namespace parley::scenario;

constexpr std::string_view kCatalogue =
    "requirements:\n"
    "  - {id: MSG-001, title: T, statement: S., binds: [partner], basis: I,\n"
    "     source: [{document: DMA}], modality: may, voice: advisory}\n"
    "documents:\n"
    "  - {key: DMA, title: T, kind: law, versions: [{version: one}]}\n"
    "areas:\n"
    "  - {id: MSG, title: T, rows: 1}\n"
    "services:\n"
    "  - {id: s, title: T, designated: 2023-09-05, reference_offer: 2024-03-06,\n"
    "     due: {base: 2024-03-07, groups: 2025-09-06, calls: 2027-09-06}}\n";
constexpr std::string_view kProfile =
    "id: base\ntitle: T\nversion: v\nwire: w\nservice: s\nscenarios: [\"*\"]\ninvariants: []\n";
constexpr std::string_view kSetup =
    "id: pair\ntitle: T\n"
    "actors:\n"
    "  gatekeeper: {kind: gatekeeper}\n"
    "  birdy: {kind: partner}\n"
    "  bob: {kind: partner-user, of: birdy}\n"
    "  alice: {kind: whatsapp-user, number: \"336\"}\n"
    "steps: []\n";
constexpr std::string_view kFragment =
    "id: say\ntitle: T\nparameters: [from, text]\n"
    "steps:\n"
    "  - {do: send-text, actor: \"${param.from}\", with: {to: alice, text: \"${param.text}\"}, as: "
    "sent}\n"
    "  - {await: message, actor: alice, where: {id: \"${sent.id}\"}, as: shown}\n";
constexpr std::string_view kPreset =
    "id: mail\ntitle: T\nsettings: {identifier_kind: email, sends_media: false}\n";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Surroundings kSurroundings{
      {"photo.jpg"},
      {{"content-intact", {"message", "at", "blames"}, {}, false},
       {"event-seen", {"actor", "event", "blames"}, {"where", "after", "count"}, false},
       {"refused-with", {"step", "reason", "twins", "blames"}, {}, false}}};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const SourceFile files[] = {
      {"catalogue/base.yaml", kCatalogue}, {"profiles/base.yaml", kProfile},
      {"setups/pair.yaml", kSetup},        {"fragments/say.yaml", kFragment},
      {"presets/mail.yaml", kPreset},      {"cases/demo.yaml", text}};
  std::vector<Diagnostic> diagnostics;
  const auto library = load_library(files, kSurroundings, diagnostics);
  if (library.has_value() != diagnostics.empty()) __builtin_trap();
  render(diagnostics);
  if (!library) return 0;
  const auto plan = make_plan(*library, "base", {});
  if (plan.ok() && parley::canonical(to_json(*plan)).empty()) __builtin_trap();
  return 0;
}
