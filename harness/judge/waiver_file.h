// The file that `--waivers` names.
#pragma once

#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/yaml.h"
#include "harness/judge/result.h"
#include "harness/scenario/library.h"

namespace parley::judge {

/// Reads the `waivers:` of one file and appends them. Everything wrong is reported, by line and
/// column: a key that is missing or unknown, a requirement, test case or check that `library` does
/// not know, a date that is none, an id or a finding that stands twice, and (code too-wide) one
/// that would cover more than one finding. A file with anything wrong must not be used. At most
/// 1000.
void read_waivers(const YamlFile& file, const scenario::Library& library,
                  std::vector<Waiver>& waivers, std::vector<Diagnostic>& diagnostics);

}  // namespace parley::judge
