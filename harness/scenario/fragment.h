// Steps that several scenarios share: a file of scenarios/fragments, used by
//
//   - use: text-both-ways
//     with: {from: bob, to: alice}
//     as: hello
//
// In a fragment `${param.from}` stands for what the user gives, and its labels are its own: the
// user sees them behind the prefix, `hello-sent` for `sent`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/yaml.h"
#include "harness/scenario/scenario.h"
#include "harness/scenario/yaml_reader.h"

namespace parley::scenario {

inline constexpr std::size_t kMaxParameters = 16;

struct Fragment {
  std::string id;
  std::string title;
  std::vector<std::string> parameters;  ///< every one of them has to be given
  YamlFile source;
};

/// nullopt, and at least one diagnostic, where the file cannot be used as a fragment. What its
/// steps say is judged where they are used, in the light of the cast there.
std::optional<Fragment> load_fragment(YamlFile file, std::vector<Diagnostic>& diagnostics);

/// The fragment's steps as that `use:` step wants them, with their places in the fragment's file;
/// nullopt after a report on the `use:` step. `actors` may be referred to.
std::optional<std::vector<YamlNode>> unfold_fragment(YamlReader& in, const YamlNode& use,
                                                     const Fragment& fragment,
                                                     YamlReader& fragment_in,
                                                     std::span<const Actor> actors);

}  // namespace parley::scenario
