// The spellings in which a text can travel through a server unnoticed by a plain search.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::judge {

struct Disguise {
  std::string encoding;  ///< for people: "base64, shifted by 1"
  std::string bytes;
};

/// The text itself; base64 in both alphabets and at each of the three places at which it can lie
/// within a longer encoded text, without the digits that depend on its neighbours; hex in both
/// cases; UTF-16 in both byte orders; percent-encoding where that differs. None is listed twice.
/// What is no UTF-8 has no UTF-16 form.
std::vector<Disguise> disguises(std::string_view text);

}  // namespace parley::judge
