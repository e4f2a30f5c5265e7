#include "harness/judge/counts.h"

namespace parley::judge {

void count(Counts& counts, const std::optional<Verdict>& verdict, Disposition disposition) {
  ++counts.total;
  if (disposition == Disposition::kNotApplicable) {
    ++counts.not_applicable;
  } else if (disposition == Disposition::kNotTested) {
    ++counts.not_tested;
  } else {
    switch (verdict.value_or(Verdict::kError)) {
      case Verdict::kPass:
        ++counts.pass;
        break;
      case Verdict::kInconclusive:
        ++counts.inconclusive;
        break;
      case Verdict::kError:
        ++counts.error;
        break;
      case Verdict::kFail:
        ++counts.fail;
        break;
    }
  }
}

}  // namespace parley::judge
