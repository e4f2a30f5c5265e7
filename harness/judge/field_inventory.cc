#include "harness/judge/field_inventory.h"

#include <algorithm>
#include <stdexcept>

#include "harness/base/yaml.h"

namespace parley::judge {

/// The text of schemas/fields/base.yaml; the build makes it.
extern const char* const kBuiltInFields;

namespace {

// As the file spells them, in the order of Leg.
constexpr std::array<std::string_view, kLegs> kNames = {
    "partner-client to gatekeeper",  "gatekeeper to partner-client",
    "gatekeeper to partner-server",  "partner-server to gatekeeper",
    "whatsapp-client to gatekeeper", "gatekeeper to whatsapp-client",
    "seen by partner-proxy"};

// Where a field stands.
constexpr std::array<std::string_view, 7> kPlaces = {"stanza", "login", "header", "form",
                                                     "json",   "query", "fact"};

bool known(const auto& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

class Reader {
 public:
  Reader(const YamlFile& file, std::vector<Diagnostic>& diagnostics)
      : file_(file), diagnostics_(diagnostics) {}

  void complain(SourceMark mark, std::string code, std::string message) {
    diagnostics_.push_back(file_.diagnostic(mark, std::move(code), std::move(message)));
  }

  // One entry: a purpose, its clause, and fields by their place.
  template <class Fields>
  void read_entry(const YamlNode& entry, Fields& fields) {
    for (const std::string_view key : {"purpose", "clause"}) {
      const YamlNode* text = entry.find(key);
      if (text == nullptr || !text->is_scalar() || text->scalar.empty()) {
        complain(entry.mark, "missing-key", "\"" + std::string(key) + "\" is missing");
      }
    }
    std::size_t count = 0;
    for (const YamlNode::Entry& part : entry.entries) {
      if (part.key == "purpose" || part.key == "clause") continue;
      if (!known(kPlaces, part.key) || !part.value.is_sequence()) {
        complain(part.mark, "unknown-key", "\"" + part.key + "\" is no list of fields");
        continue;
      }
      for (const YamlNode& name : part.value.items) {
        ++count;
        if (!name.is_scalar() || !fields.insert(part.key + " " + name.scalar).second) {
          complain(name.mark, "repeated-entry", "no name, or one that stands there before");
        }
      }
    }
    if (count == 0) complain(entry.mark, "missing-key", "an entry without fields");
  }

 private:
  const YamlFile& file_;
  std::vector<Diagnostic>& diagnostics_;
};

}  // namespace

std::string_view to_string(Leg leg) { return kNames[static_cast<std::size_t>(leg)]; }

std::optional<FieldInventory> FieldInventory::parse(const std::string& name,
                                                    const std::string& text,
                                                    std::vector<Diagnostic>& diagnostics) {
  const std::size_t before = diagnostics.size();
  const auto file = parse_yaml(name, text, diagnostics);
  if (!file) return std::nullopt;
  Reader reader(*file, diagnostics);
  FieldInventory inventory;
  const YamlNode* legs = file->root.find("legs");
  if (legs == nullptr || !legs->is_mapping()) {
    reader.complain(file->root.mark, "missing-key", "\"legs\" is missing");
    return std::nullopt;
  }
  for (const YamlNode::Entry& leg : legs->entries) {
    const auto place = std::ranges::find(kNames, leg.key);
    if (place == kNames.end() || !leg.value.is_sequence()) {
      reader.complain(leg.mark, "unknown-key", "\"" + leg.key + "\" is no leg");
      continue;
    }
    auto& fields = inventory.legs_[static_cast<std::size_t>(place - kNames.begin())];
    for (const YamlNode& entry : leg.value.items) reader.read_entry(entry, fields);
  }
  if (diagnostics.size() > before) return std::nullopt;
  return inventory;
}

const FieldInventory& FieldInventory::built_in() {
  static const FieldInventory inventory = [] {
    std::vector<Diagnostic> diagnostics;
    auto parsed = parse("schemas/fields/base.yaml", kBuiltInFields, diagnostics);
    if (!parsed) throw std::logic_error(render(diagnostics));
    return *std::move(parsed);
  }();
  return inventory;
}

std::size_t FieldInventory::size() const {
  std::size_t count = 0;
  for (const auto& fields : legs_) count += fields.size();
  return count;
}

}  // namespace parley::judge
