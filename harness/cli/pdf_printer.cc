#include "harness/cli/pdf_printer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "harness/base/file.h"
#include "harness/base/log.h"
#include "harness/net/child_process.h"
#include "harness/net/network.h"
#include "harness/net/world.h"

namespace parley::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kPrograms{"chromium", "chromium-browser",
                                                    "google-chrome"};

constexpr std::size_t kMaxPdf = std::size_t{1} << 30;

// A folder of its own for one print: Chromium's profile and the PDF in the making.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> make() {
    std::error_code ec;
    std::string pattern = (fs::temp_directory_path(ec) / "parley-pdf-XXXXXX").string();
    if (ec || ::mkdtemp(pattern.data()) == nullptr) {
      return make_error(ErrorCode::kIo, "cannot make a temporary folder", pattern);
    }
    return TemporaryFolder(std::move(pattern));
  }
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }

  const fs::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(fs::path path) : path_(std::move(path)) {}

  fs::path path_;
};

// "file:///a%20b/report.html".
std::string file_url(const fs::path& path) {
  std::string out = "file://";
  for (const char c : path.string()) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("/-._~").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

net::Command command_for(const fs::path& chromium, const fs::path& html, const fs::path& folder) {
  net::Command command;
  command.arguments = {chromium.string(),
                       "--headless",
                       "--disable-gpu",
                       "--disable-extensions",
                       "--disable-component-update",
                       "--disable-background-networking",
                       "--no-first-run",
                       "--no-pdf-header-footer",
                       "--export-tagged-pdf",
                       "--generate-pdf-document-outline",
                       "--user-data-dir=" + (folder / "profile").string(),
                       "--print-to-pdf=" + (folder / "report.pdf").string()};
  // Chromium's sandbox does not work for root, as which containers run programs.
  if (::geteuid() == 0) command.arguments.emplace_back("--no-sandbox");
  command.arguments.push_back(file_url(html));
  const char* search_path = std::getenv("PATH");
  command.environment = {"PATH=" + std::string(search_path == nullptr ? "/usr/bin" : search_path),
                         "HOME=" + folder.string(), "LANG=C.UTF-8"};
  return command;
}

net::awaitable<Status> wait_for_end(net::ChildProcess& process, TimePoint deadline) {
  const Result<net::ProcessEnd> end = co_await process.wait(deadline);
  if (!end.ok()) {
    co_return make_error(end.error().code, "Chromium did not come to an end");
  }
  if (end->exit_code == 0 && end->signal == 0) co_return Status();
  co_return make_error(ErrorCode::kIo, "Chromium " + end->text() + ": " + process.log_tail());
}

Status run_program(const net::Command& command, std::chrono::seconds patience) {
  NullLog log;  // what Chromium says goes into the error
  PARLEY_ASSIGN(const std::unique_ptr<net::World> world, net::make_socket_world({}, log));
  PARLEY_ASSIGN(const std::unique_ptr<net::ChildProcess> process,
                world->network().start_process(command, {}));
  return net::run(*world, wait_for_end(*process, world->now() + patience));
}

bool is_pdf(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string begin(5, '\0');
  in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin == "%PDF-";
}

// Whole or not at all: beside its place first, then renamed.
Status put(const fs::path& made, const fs::path& pdf) {
  const fs::path beside = pdf.string() + ".part";
  std::error_code ec;
  fs::copy_file(made, beside, fs::copy_options::overwrite_existing, ec);
  if (!ec) fs::rename(beside, pdf, ec);
  if (!ec) return {};
  std::error_code ignored;
  fs::remove(beside, ignored);
  return make_error(ErrorCode::kIo, ec.message(), pdf.string());
}

bool is_program(const fs::path& path) {
  std::error_code ec;
  return fs::is_regular_file(path, ec) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::optional<fs::path> find_chromium(std::string_view search_path) {
  for (const std::string_view program : kPrograms) {
    for (std::string_view rest = search_path; !rest.empty();) {
      const std::string_view folder = rest.substr(0, rest.find(':'));
      rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
      const fs::path candidate = fs::path(folder) / program;
      if (!folder.empty() && is_program(candidate)) return candidate;
    }
  }
  return std::nullopt;
}

Status print_pdf_with(const fs::path& chromium, const fs::path& html, const fs::path& pdf,
                      std::chrono::seconds patience) {
  std::error_code ec;
  const fs::path page = fs::canonical(html, ec);
  if (ec) return make_error(ErrorCode::kNotFound, ec.message(), html.string());
  PARLEY_ASSIGN(const TemporaryFolder folder, TemporaryFolder::make());
  PARLEY_TRY(run_program(command_for(chromium, page, folder.path()), patience));
  const fs::path made = folder.path() / "report.pdf";
  if (!is_pdf(made)) {
    return make_error(ErrorCode::kIo, "Chromium made no PDF, and did not say why", pdf.string());
  }
  return put(made, pdf);
}

Status print_pdf(const fs::path& html, const fs::path& pdf, std::chrono::seconds patience) {
  const char* search_path = std::getenv("PATH");
  const auto chromium = find_chromium(search_path == nullptr ? "" : search_path);
  if (!chromium) {
    return make_error(ErrorCode::kUnsupported,
                      "not supported here: no Chromium found (PATH has no chromium, "
                      "chromium-browser or google-chrome)");
  }
  return print_pdf_with(*chromium, html, pdf, patience);
}

Result<std::string> pdf_of(std::string_view html) {
  PARLEY_ASSIGN(const TemporaryFolder folder, TemporaryFolder::make());
  const fs::path page = folder.path() / "report.html";
  const fs::path pdf = folder.path() / "report.pdf";
  PARLEY_TRY(write_file_atomically(page, html));
  PARLEY_TRY(print_pdf(page, pdf));
  PARLEY_ASSIGN(const Bytes bytes, read_file(pdf, kMaxPdf));
  return std::string(as_text(bytes));
}

}  // namespace parley::cli
