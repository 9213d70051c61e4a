// See history.h.
#include "app/history.h"

#include <utility>

namespace myelin::web {

void History::edit(Experiment next, const std::string& gesture) {
  if (next == now_) return;
  const bool continues = !gesture.empty() && gesture == gesture_ && !past_.empty();
  gesture_ = gesture;
  future_.clear();
  if (!continues) {
    past_.push_back(std::move(now_));
    if (past_.size() > kLimit) past_.pop_front();
  }
  now_ = std::move(next);
  // Dragged back to where it began: there is nothing to undo.
  if (continues && past_.back() == now_) {
    past_.pop_back();
    gesture_.clear();
  }
}

bool History::undo() {
  gesture_.clear();
  if (past_.empty()) return false;
  future_.push_back(std::move(now_));
  now_ = std::move(past_.back());
  past_.pop_back();
  return true;
}

bool History::redo() {
  gesture_.clear();
  if (future_.empty()) return false;
  past_.push_back(std::move(now_));
  now_ = std::move(future_.back());
  future_.pop_back();
  return true;
}

}  // namespace myelin::web
