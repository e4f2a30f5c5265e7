// A Stream over a TCP socket. Asio-heavy: included by .cc files of harness/net only.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>

#include "harness/net/network.h"
#include "harness/net/scheduler.h"
#include "harness/net/traffic.h"

namespace parley::net {

/// What a stream knows besides its socket.
struct TcpEnd {
  std::string remote_host;
  std::shared_ptr<Traffic> traffic;
  std::shared_ptr<Traffic::Pair> pair;  ///< empty where the other end is an external program
  int end = 0;                          ///< which end of the pair this is
  std::shared_ptr<void> registration;   ///< released with the connection
};

/// `socket` is connected.
std::unique_ptr<Stream> make_tcp_stream(std::shared_ptr<Scheduler> scheduler,
                                        boost::asio::ip::tcp::socket socket, TcpEnd end);

}  // namespace parley::net
