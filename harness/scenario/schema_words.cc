#include "harness/scenario/schema_words.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "harness/scenario/payload.h"

namespace parley::scenario {
namespace {

void write(const json::value& value, std::size_t depth, std::string& out) {
  const std::string indent(2 * (depth + 1), ' ');
  const char* separator = "";
  if (const json::object* object = value.if_object(); object != nullptr && !object->empty()) {
    out += "{";
    for (const auto& [key, member] : *object) {
      out.append(separator).append("\n").append(indent);
      out.append(json::serialize(json::string(key))).append(": ");
      write(member, depth + 1, out);
      separator = ",";
    }
    out.append("\n").append(2 * depth, ' ').append("}");
  } else if (const json::array* array = value.if_array(); array != nullptr && !array->empty()) {
    out += "[";
    for (const json::value& item : *array) {
      out.append(separator).append("\n").append(indent);
      write(item, depth + 1, out);
      separator = ",";
    }
    out.append("\n").append(2 * depth, ' ').append("]");
  } else {
    out += json::serialize(value);
  }
}

json::object payload_schema() {
  json::object size;
  json::array sizes;
  json::object bytes = typed("integer");
  bytes["minimum"] = 0;
  bytes["maximum"] = kMaxPayloadBytes;
  sizes.push_back(bytes);
  sizes.push_back(pattern("^[0-9]+(KiB|MiB)?$|\\$\\{.+\\}"));
  size["anyOf"] = std::move(sizes);
  json::object properties;
  properties["size"] = std::move(size);
  properties["type"] = typed("string");
  properties["name"] = typed("string");
  json::object seed = typed("integer");
  seed["minimum"] = 0;
  properties["seed"] = or_placeholder(std::move(seed));
  return closed(std::move(properties), {"size", "type"});
}

}  // namespace

std::string pretty(const json::value& value) {
  std::string out;
  write(value, 0, out);
  return out + "\n";
}

json::object typed(std::string_view type) {
  json::object out;
  out["type"] = type;
  return out;
}

json::object pattern(std::string_view pattern) {
  json::object out = typed("string");
  out["pattern"] = pattern;
  return out;
}

json::object one_of_words(const std::vector<std::string>& words) {
  json::object out;
  out["enum"] = json::array(words.begin(), words.end());
  return out;
}

json::object or_placeholder(json::object schema) {
  json::array either;
  either.push_back(std::move(schema));
  either.push_back(pattern("\\$\\{.+\\}"));
  json::object out;
  out["anyOf"] = std::move(either);
  return out;
}

json::object list_of(json::object items) {
  json::object out = typed("array");
  out["items"] = std::move(items);
  return out;
}

json::object reference(std::string_view definition) {
  json::object out;
  out["$ref"] = "#/$defs/" + std::string(definition);
  return out;
}

json::object closed(json::object properties, const std::vector<std::string>& required) {
  json::object out = typed("object");
  out["additionalProperties"] = false;
  if (!required.empty()) out["required"] = json::array(required.begin(), required.end());
  out["properties"] = std::move(properties);
  return out;
}

json::object value_schema(const Field& field) {
  switch (field.type) {
    case ValueType::kText:
      return typed("string");
    case ValueType::kInteger:
      return or_placeholder(typed("integer"));
    case ValueType::kBoolean:
      return or_placeholder(typed("boolean"));
    case ValueType::kTextList:
      return or_placeholder(list_of(typed("string")));
    case ValueType::kPartnerList:
    case ValueType::kLabelList:
      return or_placeholder(list_of(pattern(kSlugOrPlaceholder)));
    case ValueType::kObject:
      return or_placeholder(typed("object"));
    case ValueType::kActor:
    case ValueType::kUser:
    case ValueType::kPartner:
    case ValueType::kLabel:
      return pattern(kSlugOrPlaceholder);
    case ValueType::kMedia: {
      json::array either;
      either.push_back(typed("string"));
      either.push_back(payload_schema());
      json::object out;
      out["anyOf"] = std::move(either);
      return out;
    }
    case ValueType::kSize:
      return payload_schema().at("properties").at("size").as_object();
    case ValueType::kChoice:
      return or_placeholder(one_of_words(split_choices(field.choices)));
    case ValueType::kDuration:
      return or_placeholder(reference("duration"));
    case ValueType::kEvent:
      return reference("event");
  }
  return {};
}

json::object fields_schema(const std::vector<Field>& fields, bool with_required) {
  json::object properties;
  std::vector<std::string> required;
  for (const Field& field : fields) {
    properties[field.name] = value_schema(field);
    if (field.required) required.emplace_back(field.name);
  }
  if (!with_required) required.clear();
  return closed(std::move(properties), required);
}

}  // namespace parley::scenario
