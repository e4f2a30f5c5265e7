#include "reports/sequence_diagram.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/markup.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

constexpr int kLane = 190;   // distance between two lanes, in SVG units
constexpr int kMargin = 80;  // the first lane's distance from the edge
constexpr int kTop = 34;     // below the names of the parties
constexpr int kRow = 24;
constexpr int kNote = 290;               // room for a note beside the last lane
constexpr std::size_t kComplete = 150;   // beyond, a complete diagram is of no use
constexpr std::ptrdiff_t kStory = 24;    // arrows that a short diagram may add
constexpr std::size_t kMostActs = 200;   // beyond, the table alone tells the story
constexpr std::size_t kArrowLabel = 28;  // characters that fit between two lanes
constexpr std::size_t kNoteLabel = 40;

using Acts = std::vector<const Act*>;

// From the first cited record to the last one: what passed between the parties there is the story
// that the checks are about, unless it is too long to be one.
std::pair<std::uint64_t, std::uint64_t> story(const Sequence& sequence, const DiagramScope& scope) {
  constexpr std::pair<std::uint64_t, std::uint64_t> kNone{1, 0};
  if (scope.cited.empty()) return kNone;
  const std::pair<std::uint64_t, std::uint64_t> span(*scope.cited.begin(), *scope.cited.rbegin());
  const auto arrows = std::ranges::count_if(sequence.acts, [&](const Act& act) {
    return act.from != act.to && act.seq >= span.first && act.seq <= span.second;
  });
  return arrows <= kStory ? span : kNone;
}

Acts chosen(const Sequence& sequence, const DiagramScope& scope) {
  const bool all = scope.complete && sequence.acts.size() <= kComplete;
  const auto [first, last] = story(sequence, scope);
  Acts out;
  for (const Act& act : sequence.acts) {
    if (out.size() == kMostActs) break;
    const bool told = act.from != act.to && act.seq >= first && act.seq <= last;
    if (all || told || act.tap == "step" || scope.cited.contains(act.seq) ||
        scope.marked.contains(act.seq)) {
      out.push_back(&act);
    }
  }
  return out;
}

// The lanes of those acts, from left to right.
std::vector<std::string> lanes_of(const Sequence& sequence, const Acts& acts) {
  std::vector<std::string> out;
  for (const std::string& party : sequence.parties) {
    const auto takes_part = [&](const Act* act) { return act->from == party || act->to == party; };
    if (std::ranges::any_of(acts, takes_part)) out.push_back(party);
  }
  return out;
}

// All strokes of one kind are one path: a diagram of a hundred acts has a dozen elements besides
// its texts.
struct Strokes {
  std::string lines;
  std::string marked;
};

struct Drawing {
  Strokes http, stanza, dots;
  std::string tips;
  std::string arrow_texts;
  std::string note_texts;
};

void draw(Drawing& drawing, const Act& act, int from, int to, int y, bool marked) {
  const bool note = from == to;
  // Bold letters are wider.
  const std::size_t letters = marked ? kArrowLabel - 4 : kArrowLabel;
  const std::size_t room =
      note ? kNoteLabel : letters * static_cast<std::size_t>(std::abs(from - to)) / kLane;
  std::string label = (marked ? "▶ " : "") + std::to_string(act.seq) + " " + act.label;
  if (!note && !act.seen_by.empty()) label += " (seen by " + act.seen_by + ")";
  fmt::format_to(std::back_inserter(note ? drawing.note_texts : drawing.arrow_texts),
                 "<text x=\"{}\" y=\"{}\"{}>{}</text>", note ? from + 9 : (from + to) / 2,
                 note ? y : y - 4, marked ? " class=\"mark\" font-weight=\"bold\"" : "",
                 escaped_content(shortened(label, room)));
  if (note) {
    fmt::format_to(std::back_inserter(marked ? drawing.dots.marked : drawing.dots.lines),
                   "M{} {}h0", from, y - 4);
    return;
  }
  Strokes& strokes = act.tap == "http" ? drawing.http : drawing.stanza;
  fmt::format_to(std::back_inserter(marked ? strokes.marked : strokes.lines), "M{} {}H{}", from, y,
                 to);
  fmt::format_to(std::back_inserter(drawing.tips), "M{} {}l{} -4v8z", to, y, to > from ? -8 : 8);
}

void append_path(std::string& out, std::string_view css_class, std::string_view how,
                 const std::string& data) {
  if (data.empty()) return;
  fmt::format_to(std::back_inserter(out), "<path class=\"{}\"{} d=\"{}\"/>", css_class, how, data);
}

// The strokes, the end of their group, and the texts.
void append_drawing(std::string& out, const Drawing& drawing) {
  constexpr std::string_view kDashes = " stroke-dasharray=\"6 3\"";
  constexpr std::string_view kDots = " stroke-width=\"7\" stroke-linecap=\"round\"";
  constexpr std::string_view kBold = " stroke-width=\"3\"";
  const auto both = [](std::string_view a, std::string_view b) {
    return std::string(a) + std::string(b);
  };
  append_path(out, "http", "", drawing.http.lines);
  append_path(out, "http mark", kBold, drawing.http.marked);
  append_path(out, "chat", kDashes, drawing.stanza.lines);
  append_path(out, "chat mark", both(kDashes, kBold), drawing.stanza.marked);
  append_path(out, "dot", kDots, drawing.dots.lines);
  append_path(out, "dot mark", kDots, drawing.dots.marked);
  append_path(out, "tip", " fill=\"currentColor\" stroke=\"none\"", drawing.tips);
  out += "</g><g text-anchor=\"middle\">" + drawing.arrow_texts + "</g><g>" + drawing.note_texts +
         "</g>";
}

std::string described(const Acts& acts, const std::vector<std::string>& lanes) {
  std::string out = counted(acts.size(), "act") + " of ";
  for (std::size_t i = 0; i < lanes.size(); ++i) out += (i == 0 ? "" : ", ") + lanes[i];
  return out + ". The table after it has all of them in words.";
}

}  // namespace

Diagram render_sequence_svg(const Sequence& sequence, const DiagramScope& scope) {
  const Acts acts = chosen(sequence, scope);
  const std::vector<std::string> lanes = lanes_of(sequence, acts);
  const int width = kMargin + kLane * std::max(static_cast<int>(lanes.size()) - 1, 0) + kNote;
  const int height = kTop + kRow * (static_cast<int>(acts.size()) + 1);
  const auto x_of = [&lanes](const std::string& party) {
    return kMargin + kLane * static_cast<int>(std::ranges::find(lanes, party) - lanes.begin());
  };
  std::string lifelines;
  std::string names;
  for (const std::string& party : lanes) {
    fmt::format_to(std::back_inserter(lifelines), "M{} 24V{}", x_of(party), height);
    fmt::format_to(std::back_inserter(names), "<text x=\"{}\" y=\"16\">{}</text>", x_of(party),
                   escaped_content(shortened(party, kArrowLabel)));
  }
  Drawing drawing;
  for (std::size_t i = 0; i < acts.size(); ++i) {
    const int y = kTop + kRow * static_cast<int>(i + 1) - 6;
    draw(drawing, *acts[i], x_of(acts[i]->from), x_of(acts[i]->to), y,
         scope.marked.contains(acts[i]->seq));
  }
  Diagram out{
      fmt::format(
          "<svg role=\"img\" font-size=\"12\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\">"
          "<title>Sequence diagram</title><desc>{2}</desc>"
          "<g text-anchor=\"middle\" font-weight=\"bold\">{3}</g>"
          "<g fill=\"none\" stroke=\"currentColor\"><path class=\"life\" "
          "stroke-dasharray=\"2 4\" d=\"{4}\"/>",
          width, height, escaped_content(described(acts, lanes)), names, lifelines),
      acts.size()};
  append_drawing(out.svg, drawing);
  out.svg += "</svg>";
  return out;
}

}  // namespace parley::reports
