#include "reports/changes_html.h"

#include "reports/changes.h"
#include "reports/markup.h"
#include "reports/page_style.h"
#include "reports/plain_text.h"
#include "reports/table_html.h"
#include "reports/words.h"

namespace parley::reports {
namespace {

void append_table(std::string& out, const std::string& title,
                  const std::vector<judge::Difference>& list) {
  if (list.empty()) return;
  out += scroll_begin(title) + table_begin(title + ": " + std::to_string(list.size()),
                                           {"What", "Before", "After", "Why"});
  for (const judge::Difference& one : list) {
    out += "<tr><th scope=\"row\"><code>" + escaped(one.what) + "</code></th><td>" +
           escaped(one.before) + "</td><td>" + escaped(one.after) + "</td><td>" +
           escaped(one.detail) + "</td></tr>";
  }
  out += kTableEnd;
  out += kScrollEnd;
}

}  // namespace

void append_changes(std::string& out, const judge::Comparison& comparison) {
  out += "<p>From <code>" + escaped(comparison.before) + "</code> to <code>" +
         escaped(comparison.after) + "</code>: " + escaped(changes_sentence(comparison)) +
         ".</p>\n";
  for (const ChangeList& one : change_lists()) {
    append_table(out, std::string(one.title) + ", test cases", comparison.cases.*one.list);
    append_table(out, std::string(one.title) + ", requirements", comparison.requirements.*one.list);
  }
  append_table(out, "Tightened", comparison.tightened);
  append_table(out, "Requirements that say something else", comparison.texts);
  append_table(out, "Environment", comparison.environment);
}

std::string render_changes_html(const judge::Comparison& comparison) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\"><title>Changes between two runs</title><style>" +
      std::string(kPageStyle) + "</style></head><body><main><h1>Changes between two runs</h1>\n";
  append_changes(out, comparison);
  return out + "<p>" + std::string(kWhatItIs) + "</p></main></body></html>\n";
}

}  // namespace parley::reports
