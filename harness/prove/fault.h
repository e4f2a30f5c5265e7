// The faults of a sweep: which kinds there are, and which one of them a run has.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "harness/base/clock.h"

namespace parley::prove {

enum class FaultKind {
  kDrop,            ///< a stanza does not leave its sender
  kDuplicate,       ///< it leaves twice
  kReorder,         ///< it leaves behind the next one of its connection, or never
  kDelay,           ///< what one end of a connection writes is held for kStall, and all behind it
  kCut,             ///< a connection ends at a byte
  kUnavailable,     ///< an answer over HTTP is 503; what was asked for was done
  kCallFails,       ///< a driver says that a call failed; nothing was done
  kCallUnanswered,  ///< a driver does what it is asked and never answers
};
std::string_view to_string(FaultKind kind);  ///< "drop", "cut", "http-503", "call-fails", ...
std::optional<FaultKind> parse_fault_kind(std::string_view text);
std::span<const FaultKind> fault_kinds();

/// Whether nobody in the cast did it: the network, or a driver.
bool is_nobodys(FaultKind kind);

/// Longer than any operation may take and than scenarios usually wait.
inline constexpr Duration kStall = std::chrono::seconds(90);

/// At which byte of a write a connection is cut.
enum class CutPlace {
  kBeforeFirst,  ///< nothing of it passes
  kInHeader,     ///< two bytes pass: of a frame not even its length
  kMiddle,
  kBeforeLast  ///< all but one byte
};
inline constexpr CutPlace kCutPlaces[] = {CutPlace::kBeforeFirst, CutPlace::kInHeader,
                                          CutPlace::kMiddle, CutPlace::kBeforeLast};
std::string_view to_string(CutPlace place);
/// How many of `size` bytes pass.
std::size_t passing(CutPlace place, std::size_t size);

/// The one fault of a run.
struct Fault {
  FaultKind kind = FaultKind::kDrop;
  std::size_t number = 0;  ///< of the opportunity, from 0
  CutPlace place = CutPlace::kBeforeFirst;
};

}  // namespace parley::prove
