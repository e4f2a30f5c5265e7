// For run_file.cc: the parts of a run file that are more than one value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/run_file.h"
#include "harness/scenario/yaml_reader.h"

namespace parley::cli {

/// The node is a mapping without other keys than these; everything else is reported.
bool only_keys(scenario::YamlReader& in, const YamlNode& node, std::string_view what,
               const std::vector<std::string>& keys);

void read_run_file_seats(scenario::YamlReader& in, const YamlNode& root, RunFile& out);
void read_run_file_claim(scenario::YamlReader& in, const YamlNode& root, RunFile& out);
void read_run_file_ixit(scenario::YamlReader& in, const YamlNode& root, RunFile& out);

/// Addresses are hosts with or without a port, and every endpoint is at one of them.
void check_addresses(scenario::YamlReader& in, const YamlNode& root, const RunFile& out);

}  // namespace parley::cli
