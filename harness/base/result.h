// Errors as values. A function that reads input or touches the outside returns Result<T>;
// exceptions are left to bugs and to memory exhaustion.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace parley {

/// What kind of trouble, so that callers can branch without reading the message.
enum class ErrorCode {
  kInvalid,      ///< the input breaks a rule of its format
  kLimit,        ///< the input is well-formed so far, but larger or deeper than allowed
  kAuth,         ///< a signature, MAC, digest or credential does not hold
  kReplay,       ///< a message number, nonce or one-time key was used before
  kNotFound,     ///< the named thing does not exist
  kRefused,      ///< the other party answered, and the answer is no
  kUnsupported,  ///< the operation is not offered here
  kClosed,       ///< the connection ended
  kTimeout,      ///< the deadline passed
  kIo,           ///< the operating system or the network failed
  kInternal,     ///< the harness itself is at fault
};

/// The code's stable spelling in reports and logs: "invalid", "limit", "auth", ...
std::string_view to_string(ErrorCode code);

/// `where` names the place: "file:line:column", a step, an operation. Callers prefix it on the way
/// up.
struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::string where;

  /// "where: message", or the message alone.
  std::string text() const;
};

inline Error make_error(ErrorCode code, std::string message, std::string where = {}) {
  return Error{code, std::move(message), std::move(where)};
}

/// Puts `prefix` before the error's place, so that a chain reads from the outermost to the cause.
Error at(std::string_view prefix, Error error);

/// A value or an Error.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    assert(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    assert(ok());
    return std::get<0>(state_);
  }
  T&& value() && {
    assert(ok());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an Error. `return {};` is success.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace parley

// The only macros of the project: they return from the calling function or coroutine on an error.
// PARLEY_TRY(status); PARLEY_ASSIGN(auto value, result); and the same with CO_ in coroutines.
#define PARLEY_JOIN_(a, b) a##b
#define PARLEY_JOIN(a, b) PARLEY_JOIN_(a, b)
#define PARLEY_TRY_(name, expression, leave) \
  if (auto name = (expression); !name.ok()) leave std::move(name).error()
#define PARLEY_ASSIGN_(name, declaration, expression, leave) \
  auto name = (expression);                                  \
  if (!name.ok()) leave std::move(name).error();             \
  declaration = std::move(name).value()
#define PARLEY_TRY(expression) PARLEY_TRY_(PARLEY_JOIN(status_, __LINE__), expression, return)
#define PARLEY_CO_TRY(expression) PARLEY_TRY_(PARLEY_JOIN(status_, __LINE__), expression, co_return)
#define PARLEY_ASSIGN(declaration, expression) \
  PARLEY_ASSIGN_(PARLEY_JOIN(result_, __LINE__), declaration, expression, return)
#define PARLEY_CO_ASSIGN(declaration, expression) \
  PARLEY_ASSIGN_(PARLEY_JOIN(result_, __LINE__), declaration, expression, co_return)
