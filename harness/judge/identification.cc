#include "harness/judge/identification.h"

#include "harness/scenario/catalogue_reader.h"
#include "harness/scenario/yaml_reader.h"

namespace parley::judge {
namespace {

using scenario::YamlReader;

constexpr std::size_t kMaxOpinions = 100;

// Where one text of the file goes, and which clause demands it; the empty clause: none does.
struct Place {
  std::string_view section;
  std::string_view key;
  std::string_view clause;
  std::string Identification::* text;
  bool is_day = false;
};

// In the order of the clauses.
constexpr Place kPlaces[] = {
    {"laboratory", "name", "7.8.2.1 b", &Identification::laboratory},
    {"laboratory", "address", "7.8.2.1 b", &Identification::address},
    {"laboratory", "place", "7.8.2.1 c", &Identification::place},
    {"laboratory", "party", "", &Identification::party},
    {"report", "id", "7.8.2.1 d", &Identification::report},
    {"client", "name", "7.8.2.1 e", &Identification::client},
    {"client", "contact", "7.8.2.1 e", &Identification::contact},
    {"item", "name", "7.8.2.1 g", &Identification::item},
    {"item", "version", "7.8.2.1 g", &Identification::item_version},
    {"item", "received", "7.8.2.1 h", &Identification::received, true},
    {"report", "issued", "7.8.2.1 j", &Identification::issued, true},
    {"item", "sampling", "7.8.2.1 k", &Identification::sampling},
    {"method", "deviations", "7.8.2.1 n", &Identification::deviations},
    {"report", "authorised_by", "7.8.2.1 o", &Identification::authorised_by},
    {"method", "external_providers", "7.8.2.1 p", &Identification::external_providers},
    {"report", "amends", "", &Identification::amends},
};

void read_place(YamlReader& in, const YamlNode& section, const Place& place, Identification& out) {
  std::string& text = out.*place.text;
  if (place.text == &Identification::party) {
    text = in.word(section, place.key, {"first", "second", "third"});
    return;
  }
  text = in.text(section, place.key);
  if (place.is_day && !text.empty()) (void)scenario::need_date(in, section, place.key);
}

void read_opinions(YamlReader& in, Identification& out) {
  for (const YamlNode& node : scenario::list_of(in, "opinions")) {
    if (out.opinions.size() >= kMaxOpinions) {
      in.error(node.mark, "too-many", "a report holds at most 100 opinions");
      return;
    }
    if (!in.mapping(node, "an opinion", {"text", "by"})) continue;
    out.opinions.push_back({in.need_text(node, "text"), in.need_text(node, "by")});
  }
}

}  // namespace

Identification read_identification(const YamlFile& file, std::vector<Diagnostic>& diagnostics) {
  Identification out;
  YamlReader in(file, diagnostics);
  if (!in.mapping(file.root, "the identification of a report",
                  {"report", "laboratory", "client", "item", "method", "opinions"})) {
    return out;
  }
  const auto known = [&in](const YamlNode& node, std::string_view name) {
    if (name == "report") {
      return in.mapping(node, "\"report\"", {"id", "issued", "amends", "authorised_by"});
    }
    if (name == "laboratory") {
      return in.mapping(node, "\"laboratory\"", {"name", "address", "place", "party"});
    }
    if (name == "client") return in.mapping(node, "\"client\"", {"name", "contact"});
    if (name == "item") {
      return in.mapping(node, "\"item\"", {"name", "version", "received", "sampling"});
    }
    return in.mapping(node, "\"method\"", {"deviations", "external_providers"});
  };
  for (const std::string_view name : {"report", "laboratory", "client", "item", "method"}) {
    const YamlNode* section = file.root.find(name);
    if (section == nullptr || !known(*section, name)) continue;
    for (const Place& place : kPlaces) {
      if (place.section == name) read_place(in, *section, place, out);
    }
  }
  read_opinions(in, out);
  return out;
}

std::vector<std::string> unstated(const Identification& identification) {
  std::vector<std::string> out;
  for (const Place& place : kPlaces) {
    if (place.clause.empty() || !(identification.*place.text).empty()) continue;
    out.push_back(std::string(place.section) + "." + std::string(place.key) + " (" +
                  std::string(place.clause) + ")");
  }
  return out;
}

}  // namespace parley::judge
