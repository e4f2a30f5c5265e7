#include "harness/scenario/profile.h"

#include "harness/scenario/filter.h"
#include "harness/scenario/spec_version.h"
#include "harness/scenario/yaml_reader.h"

namespace parley::scenario {
namespace {

std::vector<Invariant> read_invariants(YamlReader& in, const YamlNode& root) {
  std::vector<Invariant> out;
  const YamlNode* list = in.need(root, "invariants");
  if (list == nullptr) return out;
  if (!list->is_sequence()) {
    in.error(list->mark, "wrong-type", "\"invariants\" must be a list");
    return out;
  }
  for (const YamlNode& item : list->items) {
    if (!in.mapping(item, "an invariant", {"check", "requirements"})) continue;
    in.need(item, "requirements");
    out.push_back({in.need_text(item, "check"), in.texts(item, "requirements"), item.mark});
  }
  return out;
}

}  // namespace

std::optional<Profile> read_profile(const YamlFile& file, std::vector<Diagnostic>& diagnostics) {
  YamlReader in(file, diagnostics);
  const YamlNode& root = file.root;
  if (!in.mapping(
          root, "a profile",
          {"id", "title", "version", "wire", "service", "spec", "scenarios", "invariants"})) {
    return std::nullopt;
  }
  Profile out;
  out.file = file.name;
  out.mark = root.mark;
  out.id = in.need_text(root, "id");
  if (!out.id.empty() && !is_slug(out.id)) {
    in.error(root.find("id")->mark, "bad-id", "\"" + out.id + "\" is no profile id");
  }
  out.title = in.need_text(root, "title");
  out.version = in.need_text(root, "version");
  out.wire = in.need_text(root, "wire");
  out.service = in.need_text(root, "service");
  out.spec = in.text(root, "spec");
  if (!out.spec.empty() && !is_spec_version(out.spec)) {
    in.error(root.find("spec")->mark, "unknown-word",
             "\"" + out.spec + "\" is no version of the framework");
  }
  in.need(root, "scenarios");
  out.scenarios = in.texts(root, "scenarios");
  for (const std::string& text : out.scenarios) {
    if (const Result<Filter> filter = parse_filter(text); !filter.ok()) {
      in.error(root.find("scenarios")->mark, "bad-filter", filter.error().message);
    }
  }
  out.invariants = read_invariants(in, root);
  if (out.id.empty()) return std::nullopt;
  return out;
}

}  // namespace parley::scenario
