// Where a host is, by the machine's name service.
#pragma once

#include <string>

#include "harness/base/clock.h"
#include "harness/base/result.h"

namespace parley::cli {

/// The numeric address of that host, an IPv4 one where it has both; the host itself where it is
/// numeric already, without asking anybody. kNotFound where nobody knows it; kTimeout where nobody
/// says so in real time `patience`: the question then goes on in a thread of its own, and nobody
/// hears the answer.
Result<std::string> look_up_host(const std::string& host, Duration patience);

}  // namespace parley::cli
