#include "harness/cli/overlaid_profile.h"

#include <utility>

#include "harness/base/encoding.h"
#include "harness/base/file.h"
#include "harness/crypto/hash.h"
#include "harness/wire/overlay.h"

namespace parley::cli {

Result<std::vector<OverlayFile>> read_overlays(const std::vector<std::string>& paths) {
  std::vector<OverlayFile> out;
  for (const std::string& path : paths) {
    Result<std::string> text = read_text_file(path);
    if (!text.ok()) return at("--wire-overlay", std::move(text).error());
    out.push_back({path, *std::move(text)});
  }
  return out;
}

std::optional<OverlaidProfile> overlaid_profile(const Suite& suite, std::string_view id,
                                                const std::vector<OverlayFile>& overlays,
                                                std::vector<Diagnostic>& diagnostics) {
  std::optional<wire::Profile> profile = suite.wire_profile(id, diagnostics);
  if (!profile) return std::nullopt;
  OverlaidProfile out;
  for (const OverlayFile& file : overlays) {
    if (!profile->overlay(file.path, file.text, diagnostics)) return std::nullopt;
    out.overlays.push_back({.id = profile->id().substr(profile->id().rfind('+') + 1),
                            .digest = hex(crypto::sha256(as_bytes(file.text))),
                            .operations = {}});
  }
  for (judge::WireOverlay& one : out.overlays) {
    one.operations = wire::operations_of(*profile, one.id);
  }
  out.profile = std::make_shared<const wire::Profile>(*std::move(profile));
  return out;
}

std::optional<OverlaidProfile> load_profile(const Suite& suite, std::string_view id,
                                            const std::vector<std::string>& paths,
                                            std::vector<Diagnostic>& diagnostics) {
  const Result<std::vector<OverlayFile>> overlays = read_overlays(paths);
  if (overlays.ok()) return overlaid_profile(suite, id, *overlays, diagnostics);
  Diagnostic unreadable;
  unreadable.file = overlays.error().where;
  unreadable.code = "unreadable";
  unreadable.message = overlays.error().message;
  diagnostics.push_back(std::move(unreadable));
  return std::nullopt;
}

}  // namespace parley::cli
