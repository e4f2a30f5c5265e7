// A program that nobody here starts: it is awaited, and then it is like any other.
#pragma once

#include <memory>

#include "harness/net/child_process.h"
#include "harness/net/world.h"

namespace parley::driver {

/// The next one that command.arrived gives: until it does, reading and writing wait, and its log
/// says that nobody has come. Errors of taking it in end its output.
std::unique_ptr<net::Program> await_program(net::World& world, const net::Command& command);

}  // namespace parley::driver
