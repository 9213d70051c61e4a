// How long a thread watches for what another is about to do before it sleeps.
#pragma once

namespace myelin {

// Waits for a moment before it gives up and its thread sleeps: some 0.1 ms, as long as one thread may work alone within a step,
// so that the operations of one step and of the next follow each other awake (0.3 us; waking takes 20 us of both). Where that was
// in vain, because nothing followed or others want the cores, it looks only briefly for some times before it tries again: who
// sleeps is woken at once, who looked for too long waits for its turn. The more often it was in vain, the longer it stays brief.
class Lookout {
 public:
  // Looks of a patient wait and of a brief one, and how many brief ones follow a patient one in vain.
#if defined(__x86_64__) || defined(__aarch64__)
  static constexpr int kLong = 4000, kShort = 20;
#else
  static constexpr int kLong = 250000, kShort = 1400;  // nothing makes a look last: 0.4 ns in V8, 26 ns with a pause
#endif
  static constexpr int kFewest = 4, kMost = 64;

  // Whether the condition came true within the looks that this wait was given.
  template <class Condition>
  bool look_for(Condition condition) {
    const bool patient = brief_ == 0;
    if (!patient) --brief_;
    for (int look = patient ? kLong : kShort; look > 0; --look) {
      if (condition()) {
        const bool paid = patient && look <= kLong - kShort;  // a brief look would not have seen it
        if (paid && next_brief_ > kFewest) next_brief_ /= 2;
        return true;
      }
#if defined(__x86_64__)
      __builtin_ia32_pause();
#elif defined(__aarch64__)
      asm volatile("isb");
#endif
    }
    if (patient) {
      brief_ = next_brief_;
      next_brief_ = next_brief_ < kMost ? 2 * next_brief_ : kMost;
    }
    return false;
  }

 private:
  int brief_ = 0;              // brief waits before the next patient one
  int next_brief_ = kFewest;
};

}  // namespace myelin
