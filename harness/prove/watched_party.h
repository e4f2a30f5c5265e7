// A party between the engine and itself: its calls are counted, one of them may fail, and after the
// test case everybody may be brought back once more to see what was kept for them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "harness/driver/party.h"

namespace parley::prove {

enum class CallFate {
  kPerformed,
  kFails,       ///< the driver says at once that it failed; nothing was done
  kUnanswered,  ///< it is done, but the engine never hears of it
};
/// Asked before every call that the engine makes of a party.
using CallWatch = std::function<CallFate(const std::string& party, const std::string& operation)>;

/// What users were told of by the end, those included who had to come back for it.
struct Epilogue {
  /// Users who could connect once more.
  std::set<std::string, std::less<>> back;
  /// actor -> ids of the messages that it showed, or said that it cannot show
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> told;
};

/// World time that an epilogue may take at most, per user.
inline constexpr Duration kEpilogueTime = std::chrono::minutes(10);

/// `make` with every party watched. Where `epilogue` is not null, all users disconnect and connect
/// again before the first party leaves, and it is filled in. Both outlive the parties.
driver::PartyFactory watch_parties(driver::PartyFactory make, const CallWatch& watch,
                                   Epilogue* epilogue);

}  // namespace parley::prove
