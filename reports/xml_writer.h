// XML, element by element: what was opened is closed, and every text is escaped.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::reports {

class XmlWriter {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  XmlWriter();

  void open(std::string_view name, Attributes attributes = {});
  /// An element that holds text only.
  void text(std::string_view name, std::string_view content, Attributes attributes = {});
  /// The same, left out where there is no text.
  void text_if(std::string_view name, std::string_view content);
  /// Ends the element that was opened last.
  void close();
  /// The document; ends all that is still open.
  std::string end() &&;

 private:
  void begin(std::string_view name, Attributes attributes);

  std::string out_;
  std::vector<std::string> open_;
};

}  // namespace parley::reports
