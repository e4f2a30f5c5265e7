// Diagnostics of the harness itself. Evidence goes to the recorder, never here; secrets go nowhere.
#pragma once

#include <string_view>

namespace parley {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

class Log {
 public:
  virtual ~Log() = default;
  virtual void write(LogLevel level, std::string_view message) = 0;

  void debug(std::string_view m) { write(LogLevel::kDebug, m); }
  void info(std::string_view m) { write(LogLevel::kInfo, m); }
  void warning(std::string_view m) { write(LogLevel::kWarning, m); }
  void error(std::string_view m) { write(LogLevel::kError, m); }
};

/// Drops everything.
class NullLog final : public Log {
 public:
  void write(LogLevel, std::string_view) override {}
};

}  // namespace parley
