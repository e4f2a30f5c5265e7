#include "harness/cli/dial_in_option.h"

#include <chrono>
#include <ostream>
#include <utility>

#include "harness/base/encoding.h"
#include "harness/crypto/system_random.h"

namespace parley::cli {
namespace {

constexpr std::size_t kTokenBytes = 24;
// A person copies the token to where the driver is started.
constexpr std::chrono::seconds kPatience{300};

Status open_one(DriverOption& option, const DriverTokens& tokens, Log& log, Streams& streams) {
  driver::DialInOptions options;
  options.where = *option.place;
  const auto given = tokens.find(option.seat);
  options.token =
      given != tokens.end() ? given->second : hex(crypto::SystemRandom().bytes(kTokenBytes));
  PARLEY_ASSIGN(option.hall, driver::DialIn::open(options, log));
  streams.err << "parley: the driver of " << option.seat << " dials in at " << option.hall->url();
  if (given == tokens.end()) streams.err << " with the token " << options.token;
  streams.err << std::endl;
  if (option.hall->wait_for_one(kPatience)) return {};
  return make_error(ErrorCode::kTimeout, "nobody has dialled in at " + option.hall->url());
}

}  // namespace

Status open_dial_ins(std::vector<DriverOption>& options, const DriverTokens& tokens, Log& log,
                     Streams& streams) {
  for (DriverOption& option : options) {
    if (!option.place || option.hall) continue;
    const Status opened = open_one(option, tokens, log, streams);
    if (!opened.ok()) return at("--driver", opened.error());
  }
  return {};
}

}  // namespace parley::cli
