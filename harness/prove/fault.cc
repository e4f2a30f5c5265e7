#include "harness/prove/fault.h"

#include <algorithm>
#include <array>
#include <utility>

namespace parley::prove {
namespace {

constexpr std::array<std::pair<FaultKind, std::string_view>, 8> kNames{
    {{FaultKind::kDrop, "drop"},
     {FaultKind::kDuplicate, "duplicate"},
     {FaultKind::kReorder, "reorder"},
     {FaultKind::kDelay, "delay"},
     {FaultKind::kCut, "cut"},
     {FaultKind::kUnavailable, "http-503"},
     {FaultKind::kCallFails, "call-fails"},
     {FaultKind::kCallUnanswered, "call-unanswered"}}};
constexpr std::array<FaultKind, 8> kKinds{
    FaultKind::kDrop, FaultKind::kDuplicate,   FaultKind::kReorder,   FaultKind::kDelay,
    FaultKind::kCut,  FaultKind::kUnavailable, FaultKind::kCallFails, FaultKind::kCallUnanswered};

constexpr std::size_t kInsideHeader = 2;

}  // namespace

std::string_view to_string(FaultKind kind) {
  return std::ranges::find(kNames, kind, &std::pair<FaultKind, std::string_view>::first)->second;
}

std::optional<FaultKind> parse_fault_kind(std::string_view text) {
  const auto found =
      std::ranges::find(kNames, text, &std::pair<FaultKind, std::string_view>::second);
  if (found == kNames.end()) return std::nullopt;
  return found->first;
}

std::span<const FaultKind> fault_kinds() { return kKinds; }

bool is_nobodys(FaultKind kind) {
  return kind == FaultKind::kDelay || kind == FaultKind::kCut || kind == FaultKind::kCallFails ||
         kind == FaultKind::kCallUnanswered;
}

std::string_view to_string(CutPlace place) {
  switch (place) {
    case CutPlace::kBeforeFirst:
      return "before its first byte";
    case CutPlace::kInHeader:
      return "inside its header";
    case CutPlace::kMiddle:
      return "in its middle";
    case CutPlace::kBeforeLast:
      return "before its last byte";
  }
  return "";
}

std::size_t passing(CutPlace place, std::size_t size) {
  switch (place) {
    case CutPlace::kBeforeFirst:
      return 0;
    case CutPlace::kInHeader:
      return std::min(kInsideHeader, size);
    case CutPlace::kMiddle:
      return size / 2;
    case CutPlace::kBeforeLast:
      return size == 0 ? 0 : size - 1;
  }
  return 0;
}

}  // namespace parley::prove
