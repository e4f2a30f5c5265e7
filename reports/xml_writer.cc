#include "reports/xml_writer.h"

#include "reports/markup.h"

namespace parley::reports {

XmlWriter::XmlWriter() : out_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

void XmlWriter::begin(std::string_view name, Attributes attributes) {
  out_.append(open_.size(), ' ');
  out_ += "<" + std::string(name);
  for (const auto& [key, value] : attributes) {
    out_ += " " + std::string(key) + "=\"" + escaped(value) + "\"";
  }
  out_ += ">";
}

void XmlWriter::open(std::string_view name, Attributes attributes) {
  begin(name, attributes);
  out_ += "\n";
  open_.emplace_back(name);
}

void XmlWriter::text(std::string_view name, std::string_view content, Attributes attributes) {
  begin(name, attributes);
  out_ += escaped(content) + "</" + std::string(name) + ">\n";
}

void XmlWriter::text_if(std::string_view name, std::string_view content) {
  if (!content.empty()) text(name, content);
}

void XmlWriter::close() {
  const std::string name = std::move(open_.back());
  open_.pop_back();
  out_.append(open_.size(), ' ');
  out_ += "</" + name + ">\n";
}

std::string XmlWriter::end() && {
  while (!open_.empty()) close();
  return std::move(out_);
}

}  // namespace parley::reports
