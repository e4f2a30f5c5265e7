#include "harness/cli/console_progress.h"

#include <ostream>

namespace parley::cli {
namespace {

constexpr std::size_t kWidth = 100;  // a status line that wraps cannot be rewritten

}  // namespace

ConsoleProgress::~ConsoleProgress() { clear(); }

void ConsoleProgress::rewrite(const std::string& line) {
  std::string shown = line;
  if (shown.size() > kWidth) shown = shown.substr(0, kWidth - 3) + "...";
  streams_.err << "\r\x1b[K" << shown << std::flush;
  line_open_ = true;
}

void ConsoleProgress::clear() {
  if (line_open_) streams_.err << "\r\x1b[K" << std::flush;
  line_open_ = false;
}

void ConsoleProgress::waiting(const std::string& case_id, const std::string& what) {
  if (!streams_.progress) return;
  rewrite("[" + std::to_string(done_) + "/" + std::to_string(total_) + "] " + case_id + ": " +
          what);
}

void ConsoleProgress::finished(const judge::CaseResult& result, std::size_t done,
                               std::size_t total) {
  done_ = done;
  const std::string count = "[" + std::to_string(done) + "/" + std::to_string(total) + "] ";
  if (result.verdict == judge::Verdict::kPass) {
    if (streams_.progress) rewrite(count + result.id);
    return;
  }
  clear();
  streams_.err << count << result.id << ": "
               << (result.verdict ? judge::to_string(*result.verdict)
                                  : judge::to_string(result.disposition))
               << (result.reason.empty() ? "" : ": " + result.reason) << "\n";
}

}  // namespace parley::cli
