#include "harness/scenario/negative.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "harness/scenario/relabel.h"

namespace parley::scenario {
namespace {

YamlNode text_node(std::string text, SourceMark mark) {
  YamlNode node;
  node.kind = YamlNode::Kind::kScalar;
  node.scalar = std::move(text);
  node.quoted = true;
  node.mark = mark;
  return node;
}

YamlNode mapping_at(SourceMark mark) {
  YamlNode node;
  node.kind = YamlNode::Kind::kMapping;
  node.mark = mark;
  return node;
}

void put(YamlNode& mapping, std::string_view key, YamlNode value) {
  const SourceMark mark = value.mark;
  mapping.entries.push_back({std::string(key), mark, std::move(value)});
}

void copy(const YamlNode& from, std::string_view key, YamlNode& to) {
  for (const YamlNode::Entry& entry : from.entries) {
    if (entry.key == key) to.entries.push_back(entry);
  }
}

/// The act's arguments with those of the attack in their place, or beside them.
YamlNode merged(const YamlNode* arguments, const YamlNode& attack) {
  YamlNode out = arguments == nullptr ? mapping_at(attack.mark) : *arguments;
  for (const YamlNode::Entry& entry : attack.entries) {
    const auto same = std::find_if(out.entries.begin(), out.entries.end(),
                                   [&](const auto& e) { return e.key == entry.key; });
    if (same == out.entries.end()) {
      out.entries.push_back(entry);
    } else {
      *same = entry;
    }
  }
  return out;
}

class Unfolding {
 public:
  Unfolding(YamlReader& in, const YamlNode& block) : in_(in), block_(block) {}

  std::optional<UnfoldedNegative> unfold() {
    if (!well_formed()) return std::nullopt;
    const YamlNode* arguments = act_->find("with");
    const YamlNode attacked = merged(arguments, *attack_);
    if (arguments != nullptr && attacked.to_json() == arguments->to_json()) {
      in_.error(attack_->mark, "no-difference", "the attack does what its twins do");
      return std::nullopt;
    }
    add_phase("before", arguments, act_->mark, true);
    add_phase("attack", &attacked, attack_->mark, false);
    add_phase("after", arguments, act_->mark, true);
    out_.check = check();
    return std::move(out_);
  }

 private:
  bool well_formed() {
    if (!in_.mapping(
            block_, "a negative block",
            {"id", "requirements", "blames", "prepare", "act", "attack", "reason", "expect"})) {
      return false;
    }
    bool complete = true;
    for (const std::string_view key : {"id", "requirements", "blames", "act", "attack", "reason"}) {
      complete = in_.need(block_, key) != nullptr && complete;
    }
    if (!complete) return false;
    id_ = block_.find("id");
    act_ = block_.find("act");
    attack_ = block_.find("attack");
    prepare_ = block_.find("prepare");
    if (!is_slug(id_->scalar)) {
      in_.error(id_->mark, "bad-id", "\"" + id_->scalar + "\" is no id for a negative block",
                "use small letters, digits and single hyphens");
      return false;
    }
    if (!in_.mapping(*act_, "an act", {"do", "actor", "with"})) return false;
    if (in_.need(*act_, "do") == nullptr) return false;
    if (!attack_->is_mapping() || attack_->entries.empty()) {
      in_.error(attack_->mark, "wrong-type", "\"attack\" maps the arguments that differ");
      return false;
    }
    if (prepare_ != nullptr && !prepare_->is_sequence()) {
      in_.error(prepare_->mark, "wrong-type", "\"prepare\" must be a list of steps");
      return false;
    }
    const YamlNode* arguments = act_->find("with");
    if (arguments != nullptr && !arguments->is_mapping()) {
      in_.error(arguments->mark, "wrong-type", "the act takes a mapping of arguments");
      return false;
    }
    return true;
  }

  std::string label(std::string_view phase) const { return id_->scalar + "-" + std::string(phase); }

  void add_phase(std::string_view phase, const YamlNode* arguments, SourceMark mark, bool twin) {
    const OwnLabels own = prepare_ == nullptr ? OwnLabels() : labels_of(*prepare_);
    if (prepare_ != nullptr) {
      for (const YamlNode& one : prepare_->items) {
        out_.steps.push_back(one);
        add_prefix(out_.steps.back(), own, label(phase));
      }
    }
    YamlNode step = mapping_at(mark);
    copy(*act_, "do", step);
    copy(*act_, "actor", step);
    if (arguments != nullptr) put(step, "with", *arguments);
    if (twin) copy(block_, "expect", step);
    add_prefix(step, own, label(phase));
    put(step, "as", text_node(label(phase), id_->mark));
    out_.steps.push_back(std::move(step));
  }

  YamlNode check() const {
    YamlNode out = mapping_at(block_.mark);
    copy(block_, "id", out);
    put(out, "kind", text_node("refused-with", block_.mark));
    copy(block_, "requirements", out);
    put(out, "step", text_node(label("attack"), block_.mark));
    copy(block_, "reason", out);
    YamlNode twins;
    twins.kind = YamlNode::Kind::kSequence;
    twins.mark = block_.mark;
    twins.items = {text_node(label("before"), block_.mark), text_node(label("after"), block_.mark)};
    put(out, "twins", std::move(twins));
    copy(block_, "blames", out);
    return out;
  }

  YamlReader& in_;
  const YamlNode& block_;
  const YamlNode* id_ = nullptr;
  const YamlNode* act_ = nullptr;
  const YamlNode* attack_ = nullptr;
  const YamlNode* prepare_ = nullptr;
  UnfoldedNegative out_;
};

}  // namespace

std::optional<UnfoldedNegative> unfold_negative(YamlReader& in, const YamlNode& block) {
  return Unfolding(in, block).unfold();
}

}  // namespace parley::scenario
