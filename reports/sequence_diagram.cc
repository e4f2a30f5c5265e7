#include "reports/sequence_diagram.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "reports/markup.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

constexpr int kLane = 190;   // distance between two lanes, in SVG units
constexpr int kMargin = 95;  // the outermost lane's distance from the edge
constexpr int kTop = 44;     // below the names of the parties
constexpr int kRow = 26;
constexpr std::size_t kMostActs = 150;  // beyond, the table alone tells the story

void arrow(std::string& out, int from, int to, int y, const std::string& label) {
  const int tip = to > from ? -6 : 6;
  fmt::format_to(std::back_inserter(out),
                 "<path d=\"M{} {}H{}\"/><path class=\"tip\" d=\"M{} {}l{} -4v8z\"/>", from, y, to,
                 to, y, tip);
  fmt::format_to(std::back_inserter(out),
                 "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>", (from + to) / 2, y - 5,
                 label);
}

void note(std::string& out, int x, int y, const std::string& label) {
  fmt::format_to(std::back_inserter(out),
                 "<circle cx=\"{}\" cy=\"{}\" r=\"3\"/><text x=\"{}\" y=\"{}\">{}</text>", x, y,
                 x + 8, y + 4, label);
}

}  // namespace

std::string render_sequence_svg(const Sequence& sequence, const std::string& id,
                                const std::set<std::uint64_t>& marked) {
  const std::size_t shown = std::min(sequence.acts.size(), kMostActs);
  const int lanes = static_cast<int>(sequence.parties.size());
  const int width = 2 * kMargin + kLane * std::max(lanes - 1, 0) + 140;
  const int height = kTop + kRow * (static_cast<int>(shown) + 1);
  std::map<std::string, int> x_of;
  std::string out = fmt::format(
      "<svg role=\"img\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
      "aria-labelledby=\"{2}-t {2}-d\"><title id=\"{2}-t\">Sequence diagram</title>"
      "<desc id=\"{2}-d\">{3} between {4}; the table below says the same in words.</desc>",
      width, height, id, counted(sequence.acts.size(), "act"),
      counted(sequence.parties.size(), "party"));
  for (int i = 0; i < lanes; ++i) {
    const std::string& party = sequence.parties[static_cast<std::size_t>(i)];
    const int x = kMargin + kLane * i;
    x_of[party] = x;
    fmt::format_to(std::back_inserter(out),
                   "<text class=\"lane\" x=\"{0}\" y=\"20\" text-anchor=\"middle\">{1}</text>"
                   "<path class=\"life\" d=\"M{0} 28V{2}\"/>",
                   x, escaped(party), height);
  }
  for (std::size_t i = 0; i < shown; ++i) {
    const Act& act = sequence.acts[i];
    const bool mark = marked.contains(act.seq);
    const int y = kTop + kRow * static_cast<int>(i + 1) - 8;
    const std::string label =
        (mark ? "▶ " : "") + std::to_string(act.seq) + " " + escaped(shortened(act.label, 44));
    out += "<g class=\"" + act.tap + (mark ? " mark" : "") + "\">";
    if (act.from == act.to) {
      note(out, x_of[act.from], y, label);
    } else {
      arrow(out, x_of[act.from], x_of[act.to], y, label);
    }
    out += "</g>";
  }
  return out + "</svg>";
}

}  // namespace parley::reports
