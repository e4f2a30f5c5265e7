// The words of corrupt-next-media, and the paths that it forges.
#include <algorithm>
#include <array>
#include <utility>

#include "mocks/client/media_transfer.h"

namespace parley::mocks::client {
namespace {

constexpr std::array<std::pair<std::string_view, MediaDamage>, 7> kDamages = {{
    {"mac", MediaDamage::kMac},
    {"file", MediaDamage::kFile},
    {"digest", MediaDamage::kDigest},
    {"plain-digest", MediaDamage::kPlainDigest},
    {"key", MediaDamage::kKey},
    {"reference", MediaDamage::kReference},
    {"limit", MediaDamage::kLimit},
}};

constexpr std::array<std::pair<std::string_view, ForgedPath>, 7> kForgeries = {{
    {"traversal", ForgedPath::kTraversal},
    {"escaped", ForgedPath::kEscaped},
    {"absolute", ForgedPath::kAbsolute},
    {"unknown-integrator", ForgedPath::kIntegrator},
    {"other-integrator", ForgedPath::kOtherReference},
    {"empty", ForgedPath::kEmpty},
    {"foreign-host", ForgedPath::kForeignHost},
}};

template <class Table>
auto find_word(const Table& table, std::string_view text) {
  using Value = typename Table::value_type::second_type;
  const auto found = std::ranges::find(table, text, &Table::value_type::first);
  return found == table.end() ? std::optional<Value>() : std::optional<Value>(found->second);
}

/// An integrator that no cast of sixteen actors has.
constexpr std::string_view kNobody = "60000";

}  // namespace

std::optional<MediaDamage> parse_media_damage(std::string_view text) {
  return find_word(kDamages, text);
}

std::optional<ForgedPath> parse_forged_path(std::string_view text) {
  return find_word(kForgeries, text);
}

std::string forge_path(ForgedPath forgery, const std::string& path) {
  const bool closed = path.ends_with('/');
  const std::size_t end = path.size() - (closed ? 1 : 0);
  const std::size_t mark = path.rfind('/', end - 1);
  const std::string reference = path.substr(mark + 1, end - mark - 1);
  const std::string tail = closed ? "/" : "";
  const std::string folder = path.substr(0, mark);  // with the integrator's number
  const std::size_t above = folder.rfind('/');
  const std::string number = folder.substr(above + 1);
  const std::string parent = folder.substr(0, above + 1);  // ends with a slash
  switch (forgery) {
    case ForgedPath::kTraversal:
      return folder + "/../" + number + "/" + reference + tail;
    case ForgedPath::kEscaped:
      return folder + "/%2e%2e%2f" + number + "/" + reference + tail;
    case ForgedPath::kAbsolute:
      return folder + "/https://elsewhere.test/" + reference + tail;
    case ForgedPath::kIntegrator:
      return parent + std::string(kNobody) + "/" + reference + tail;
    case ForgedPath::kOtherReference:
      return parent + (number == "1" ? "2" : "1") + "/" + reference + tail;
    case ForgedPath::kEmpty:
      return folder + "/" + tail;
    case ForgedPath::kForeignHost:
      return "https://elsewhere.test" + path;
  }
  return path;
}

}  // namespace parley::mocks::client
