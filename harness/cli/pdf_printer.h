// report.pdf from report.html, by a Chromium that is on this machine. The HTML is the record; the
// PDF is made from it for those who file or print.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace parley::cli {

/// chromium, chromium-browser or google-chrome, the first that is in one of the folders of
/// `search_path` ("/usr/local/bin:/usr/bin"); nullopt where there is none.
std::optional<std::filesystem::path> find_chromium(std::string_view search_path);

/// Prints the page `html` into the file `pdf`, which is there whole or not at all; a tagged PDF
/// with the page's title, language and headings. Chromium runs without a window, with a profile of
/// its own that is removed, and is gone when this returns. kUnsupported where no Chromium is found
/// in PATH, kNotFound without the page, kTimeout after `patience`, kIo where Chromium fails: the
/// error has the last of what it said.
Status print_pdf(const std::filesystem::path& html, const std::filesystem::path& pdf,
                 std::chrono::seconds patience = std::chrono::seconds(120));

/// The bytes of the PDF of a page that is in no file yet; errors as above.
Result<std::string> pdf_of(std::string_view html);

/// The same by that program; for tests, which have others.
Status print_pdf_with(const std::filesystem::path& chromium, const std::filesystem::path& html,
                      const std::filesystem::path& pdf, std::chrono::seconds patience);

}  // namespace parley::cli
