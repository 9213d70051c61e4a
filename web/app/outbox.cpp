// The outbox only collects; the app carries out what it holds after the frame.
#include <utility>

#include "app/ui.h"

namespace myelin::web {

void Outbox::edit(Experiment next, std::string gesture) { edits.push_back({std::move(next), std::move(gesture)}); }
void Outbox::post(Command command) { commands.push_back(std::move(command)); }

}  // namespace myelin::web
