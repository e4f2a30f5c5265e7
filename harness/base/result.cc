#include "harness/base/result.h"

namespace parley {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return "invalid";
    case ErrorCode::kLimit:
      return "limit";
    case ErrorCode::kAuth:
      return "auth";
    case ErrorCode::kReplay:
      return "replay";
    case ErrorCode::kNotFound:
      return "not-found";
    case ErrorCode::kRefused:
      return "refused";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kClosed:
      return "closed";
    case ErrorCode::kTimeout:
      return "timeout";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

std::string Error::text() const { return where.empty() ? message : where + ": " + message; }

Error at(std::string_view prefix, Error error) {
  error.where =
      error.where.empty() ? std::string(prefix) : std::string(prefix) + ": " + error.where;
  return error;
}

}  // namespace parley
