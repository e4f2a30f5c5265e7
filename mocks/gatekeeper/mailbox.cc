#include "mocks/gatekeeper/mailbox.h"

#include <algorithm>
#include <utility>

namespace parley::mocks::gatekeeper {

bool mailbox_keeps(TimePoint since, TimePoint now) { return now - since <= kMailboxPeriod; }

bool Mailbox::put(Mail mail, TimePoint now) {
  waiting(now);
  if (mails_.size() >= limits_.entries || bytes_ + mail.bytes > limits_.bytes) return false;
  bytes_ += mail.bytes;
  mails_.push_back(std::move(mail));
  return true;
}

bool Mailbox::holds(MailClass kind, std::string_view id, std::string_view from) const {
  return std::ranges::any_of(mails_, [&](const Mail& mail) {
    return mail.kind == kind && mail.id == id && mail.from == from;
  });
}

bool Mailbox::acknowledge(MailClass kind, std::string_view id, std::string_view from) {
  const auto found = std::ranges::find_if(mails_, [&](const Mail& mail) {
    return mail.kind == kind && mail.id == id && mail.from == from;
  });
  if (found == mails_.end()) return false;
  bytes_ -= found->bytes;
  mails_.erase(found);
  return true;
}

std::size_t Mailbox::purge(const std::function<bool(const Mail&)>& match) {
  return std::erase_if(mails_, [&](const Mail& mail) {
    if (!match(mail)) return false;
    bytes_ -= mail.bytes;
    return true;
  });
}

void Mailbox::clear() {
  mails_.clear();
  bytes_ = 0;
}

const std::deque<Mail>& Mailbox::waiting(TimePoint now) {
  while (!mails_.empty() && !mailbox_keeps(mails_.front().since, now)) {
    bytes_ -= mails_.front().bytes;
    mails_.pop_front();
  }
  return mails_;
}

std::size_t Mailbox::count(MailClass kind, TimePoint now) {
  return static_cast<std::size_t>(std::ranges::count(waiting(now), kind, &Mail::kind));
}

}  // namespace parley::mocks::gatekeeper
