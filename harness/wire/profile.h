// The wire profile: for each logical operation the stanza or request that carries it, and how sure
// we are of it. Profiles are YAML files (schemas/wire/); an overlay file replaces single
// operations, so that a partner who knows the private documents can put the real stanzas in place
// of our surrogates.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/json.h"
#include "harness/base/result.h"
#include "harness/wire/node.h"
#include "harness/wire/operations.h"
#include "harness/wire/stanza_template.h"

namespace parley::wire {

enum class Transport { kStanza, kHttp, kLogin };
enum class Direction { kClientToServer, kServerToClient };

/// Where an operation's shape comes from: the public framework, the native protocol as independent
/// clients speak it, or ourselves because nothing public says.
enum class Basis { kPublic, kNativeDerived, kSurrogate };

std::string_view to_string(Transport transport);  ///< "stanza", "http", "login"
std::string_view to_string(Direction direction);  ///< "client-to-server", "server-to-client"
std::string_view to_string(Basis basis);          ///< "public", "native-derived", "surrogate"

struct Operation {
  std::string name;
  Transport transport = Transport::kStanza;
  Direction direction = Direction::kClientToServer;
  Basis basis = Basis::kPublic;
  std::string source;                     ///< where the shape comes from, for people
  std::string answers;                    ///< the operation that this one answers, or empty
  std::optional<ElementTemplate> stanza;  ///< kStanza only
  std::string method;                     ///< kHttp only: "POST"
  std::string path;                       ///< kHttp only: "/3p/interop_reg"
  std::string profile;                    ///< the profile or overlay that defined it
};

class Profile {
 public:
  /// Reads `text` as a profile of its own. nullopt, and at least one diagnostic, where it is none.
  static std::optional<Profile> parse(std::string name, std::string text,
                                      std::vector<Diagnostic>& diagnostics);
  /// The first file is the profile, each further one an overlay.
  static std::optional<Profile> load(std::span<const std::filesystem::path> files,
                                     std::vector<Diagnostic>& diagnostics);
  /// Replaces and adds operations; an overlay that fails changes nothing.
  bool overlay(std::string name, std::string text, std::vector<Diagnostic>& diagnostics);

  const std::string& id() const { return id_; }  ///< "wa-public-1.0.3", with overlays "…+acme"
  const std::vector<Operation>& operations() const { return operations_; }
  const Operation* find(std::string_view name) const;

  /// The operation's values in `node`, or nullopt where it is another operation. Attributes and
  /// children that the template does not mention are passed over. An unknown name, or one without a
  /// stanza, matches nothing.
  std::optional<json::object> match(std::string_view operation, const Node& node) const;

  /// The operation's stanza with these values; see docs/wire-profiles.md for their form.
  Result<Node> render(std::string_view operation, const json::object& values) const;

  /// The first operation that the node matches with nothing left over, else the first that it
  /// matches at all, else null.
  const Operation* classify(const Node& node, Direction direction) const;

  /// Whether the node is exactly what some operation allows. The error names the nearest operation
  /// and what is wrong.
  Status validate(const Node& node, Direction direction) const;

 private:
  struct Classified {
    const Operation* operation = nullptr;
    bool strictly = false;  ///< with nothing left over
  };
  Classified classify_how(const Node& node, Direction direction) const;

  std::string id_;
  std::vector<Operation> operations_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_tag_;
  void index();
};

}  // namespace parley::wire
