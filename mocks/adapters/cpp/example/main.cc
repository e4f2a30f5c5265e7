// The worked example in C++: a partner's token server behind the driver contract.
//   parley run text.both-ways --network sockets --driver partner-server=build/release/token_server
//   …
#include <iostream>

#include "mocks/adapters/cpp/example/token_server.h"

namespace {

// Standard output is the contract's.
class ErrorLog final : public parley::Log {
 public:
  void write(parley::LogLevel level, std::string_view message) override {
    if (level >= parley::LogLevel::kWarning) std::cerr << message << "\n";
  }
};

}  // namespace

int main() {
  using namespace parley;
  const auto key = crypto::RsaPrivateKey::generate(2048);
  if (!key.ok()) {
    std::cerr << key.error().text() << "\n";
    return 1;
  }
  ErrorLog log;
  const adapters::SeatFactory open_seat = [&](const driver::DriverStart& start) {
    return adapters::TokenServer::open(start, *key, log);
  };
  constexpr int kStandardInput = 0;
  const Status served =
      adapters::drive(adapters::token_server_hello(), open_seat, kStandardInput, std::cout);
  if (served.ok()) return 0;
  std::cerr << served.error().text() << "\n";
  return 1;
}
