// The run as it goes on, on standard error: one line that is rewritten on a terminal, one line per
// case that did not pass elsewhere.
#pragma once

#include <string>

#include "harness/cli/cli.h"
#include "harness/run/plan_run.h"

namespace parley::cli {

class ConsoleProgress final : public run::Progress {
 public:
  ConsoleProgress(Streams& streams, std::size_t total) : streams_(streams), total_(total) {}
  ~ConsoleProgress() override;

  void waiting(const std::string& case_id, const std::string& what) override;
  void finished(const judge::CaseResult& result, std::size_t done, std::size_t total) override;

 private:
  void rewrite(const std::string& line);
  void clear();

  Streams& streams_;
  std::size_t total_;
  std::size_t done_ = 0;
  bool line_open_ = false;
};

}  // namespace parley::cli
