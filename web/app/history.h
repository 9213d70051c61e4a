// Undo and redo over whole experiments. Pure: no clock, no ImGui; the app says when a gesture ends.
#pragma once

#include <deque>
#include <string>

#include "myelin/experiment.h"

namespace myelin::web {

class History {
 public:
  static constexpr size_t kLimit = 200;  // steps of undo kept

  explicit History(Experiment start) : now_(std::move(start)) {}

  const Experiment& now() const { return now_; }
  // Edits with the same non-empty gesture become one step until end_gesture(). An edit that changes nothing is none.
  void edit(Experiment next, const std::string& gesture);
  void end_gesture() { gesture_.clear(); }
  bool undo();
  bool redo();
  bool can_undo() const { return !past_.empty(); }
  bool can_redo() const { return !future_.empty(); }
  size_t depth() const { return past_.size(); }

 private:
  Experiment now_;
  std::deque<Experiment> past_, future_;  // nearest at the back
  std::string gesture_;
};

}  // namespace myelin::web
