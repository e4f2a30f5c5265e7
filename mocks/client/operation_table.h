// Names of operations, each with the member function that performs it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/json.h"
#include "harness/base/result.h"

namespace parley::mocks::client {

template <class Self>
struct OperationEntry {
  std::string_view name;
  boost::asio::awaitable<Result<json::object>> (Self::*perform)(json::object);
};

/// The entry of that name, or null.
template <class Self>
const OperationEntry<Self>* find_operation(std::span<const OperationEntry<Self>> table,
                                           std::string_view name) {
  for (const OperationEntry<Self>& entry : table) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

template <class Self>
void append_names(std::span<const OperationEntry<Self>> table, std::vector<std::string>& names) {
  for (const OperationEntry<Self>& entry : table) names.emplace_back(entry.name);
}

}  // namespace parley::mocks::client
