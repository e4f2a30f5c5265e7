#include "harness/net/timer_queue.h"

#include <utility>

namespace parley::net {

TimerId TimerQueue::add(TimePoint deadline, std::function<void()> fire, TimerKind kind) {
  std::size_t index = slots_.size();
  if (free_.empty()) {
    slots_.emplace_back();
  } else {
    index = free_.back();
    free_.pop_back();
  }
  Slot& slot = slots_[index];
  slot.deadline = deadline;
  slot.sequence = next_sequence_++;
  slot.kind = kind;
  slot.fire = std::move(fire);
  if (kind == TimerKind::kTraffic) ++traffic_;
  heap_.push_back(index);
  sift_up(heap_.size() - 1);
  return {index, slot.sequence};
}

void TimerQueue::cancel(TimerId id) {
  if (id.sequence == 0 || id.slot >= slots_.size()) return;
  if (slots_[id.slot].sequence != id.sequence) return;
  // What the callback holds is destroyed last, when the queue is whole again: its destructor may
  // come back here.
  std::function<void()> dropped = remove(id.slot);
}

std::optional<TimePoint> TimerQueue::next_deadline() const {
  if (heap_.empty()) return std::nullopt;
  return slots_[heap_.front()].deadline;
}

std::function<void()> TimerQueue::take_due(TimePoint now) {
  if (heap_.empty() || slots_[heap_.front()].deadline > now) return {};
  return remove(heap_.front());
}

void TimerQueue::clear() {
  while (!heap_.empty()) std::function<void()> dropped = remove(heap_.back());
}

bool TimerQueue::before(std::size_t slot_a, std::size_t slot_b) const {
  const Slot& a = slots_[slot_a];
  const Slot& b = slots_[slot_b];
  if (a.deadline != b.deadline) return a.deadline < b.deadline;
  return a.sequence < b.sequence;
}

void TimerQueue::place(std::size_t position, std::size_t slot) {
  heap_[position] = slot;
  slots_[slot].position = position;
}

void TimerQueue::sift_up(std::size_t position) {
  const std::size_t slot = heap_[position];
  while (position > 0) {
    const std::size_t parent = (position - 1) / 2;
    if (!before(slot, heap_[parent])) break;
    place(position, heap_[parent]);
    position = parent;
  }
  place(position, slot);
}

void TimerQueue::sift_down(std::size_t position) {
  const std::size_t slot = heap_[position];
  for (;;) {
    std::size_t child = 2 * position + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
    if (!before(heap_[child], slot)) break;
    place(position, heap_[child]);
    position = child;
  }
  place(position, slot);
}

std::function<void()> TimerQueue::remove(std::size_t index) {
  Slot& slot = slots_[index];
  const std::size_t position = slot.position;
  const std::size_t last = heap_.back();
  heap_.pop_back();
  if (last != index) {
    place(position, last);
    sift_up(position);
    sift_down(slots_[last].position);
  }
  if (slot.kind == TimerKind::kTraffic) --traffic_;
  slot.sequence = 0;
  std::function<void()> fire = std::move(slot.fire);
  slot.fire = nullptr;
  free_.push_back(index);
  return fire;
}

}  // namespace parley::net
