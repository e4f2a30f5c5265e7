// For tests: a driver's end of a WebSocket, byte by byte over a blocking socket. It shares no code
// with the side that it tests.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::driver {

class WebSocketDialler {
 public:
  ~WebSocketDialler() { hang_up(); }
  WebSocketDialler() = default;
  WebSocketDialler(const WebSocketDialler&) = delete;
  WebSocketDialler& operator=(const WebSocketDialler&) = delete;

  /// Dials "ws://127.0.0.1:PORT/" with that line among the headers, which may be empty; the status
  /// of the answer, 0 where there is none.
  int dial(const std::string& url, const std::string& header) {
    const std::size_t colon = url.rfind(':');
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1))));
    ::inet_pton(AF_INET, url.substr(5, colon - 5).c_str(), &to.sin_addr);
    file_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(file_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) return 0;
    send(
        "GET / HTTP/1.1\r\nHost: drivers\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
        header + (header.empty() ? "" : "\r\n") + "\r\n");
    std::string head;
    while (!head.ends_with("\r\n\r\n")) {
      const std::string one = take(1);
      if (one.empty()) break;
      head += one;
    }
    return head.size() < 12 ? 0 : std::stoi(head.substr(9, 3));
  }

  void text(std::string_view message) { frame(0x1, message); }
  void binary(std::string_view message) { frame(0x2, message); }
  /// The beginning of a message of so many bytes, of which none follows.
  void announce(std::uint64_t size) {
    std::string head{'\x81', '\xff'};
    for (int shift = 56; shift >= 0; shift -= 8) head += static_cast<char>(size >> shift);
    send(head + std::string(4, '\0'));
  }

  /// The next message; empty where the connection ends.
  std::string next() {
    for (;;) {
      const std::string head = take(2);
      if (head.size() < 2) return {};
      std::uint64_t size = head[1] & 0x7f;
      const std::size_t wide = size == 126 ? 2 : size == 127 ? 8 : 0;
      if (wide > 0) {
        size = 0;
        for (const char c : take(wide)) size = size << 8 | static_cast<unsigned char>(c);
      }
      const std::string body = take(size);
      const int kind = head[0] & 0x0f;
      if (kind == 0x1) return body;
      if (kind == 0x8) {
        frame(0x8, body);
        return {};
      }
    }
  }

  void hang_up() {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
  }

 private:
  void frame(int kind, std::string_view body) {
    std::string out{static_cast<char>(0x80 | kind)};
    if (body.size() < 126) {
      out += static_cast<char>(0x80 | body.size());
    } else {
      const bool wide = body.size() > 0xffff;
      out += static_cast<char>(0x80 | (wide ? 127 : 126));
      for (int shift = wide ? 56 : 8; shift >= 0; shift -= 8) {
        out += static_cast<char>(body.size() >> shift);
      }
    }
    out += std::string(4, '\0');  // a mask that changes nothing
    send(out.append(body));
  }
  void send(const std::string& bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t count = ::send(file_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
      if (count <= 0) return;
      done += static_cast<std::size_t>(count);
    }
  }
  std::string take(std::size_t size) {
    std::string out(size, '\0');
    std::size_t done = 0;
    while (done < size) {
      const ssize_t count = ::recv(file_, out.data() + done, size - done, 0);
      if (count <= 0) return out.substr(0, done);
      done += static_cast<std::size_t>(count);
    }
    return out;
  }

  int file_ = -1;
};

}  // namespace parley::driver
