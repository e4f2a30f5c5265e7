// A program that we start: without a shell, and never left behind. Worlds over sockets have them; a
// virtual clock is nothing that an outside program could follow.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/net/program.h"

namespace parley::net {

/// What to start. The program is looked up in PATH where its name has no slash. Or, for a program
/// that nobody here can start, where those are that have come by themselves.
struct Command {
  std::vector<std::string> arguments;    ///< the program first; never empty
  std::vector<std::string> environment;  ///< "NAME=value", all of it

  /// Gives one that has come, or nothing yet; empty for what is started. Called from any thread.
  std::function<std::optional<IdleProgram>()> arrived;

  std::string text() const;  ///< for people: the arguments with spaces between
};

/// What Network::start_process gives.
class ChildProcess : public Program {};

}  // namespace parley::net
