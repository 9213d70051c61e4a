// The page's program: starts when the runtime is ready and goes on living in the browser's frames.
#include "app/app.h"
#include "app/platform.h"
#include "app/window.h"

namespace {
bool frame() { return myelin::web::App::instance().frame(); }
}  // namespace

int main() {
  // Never deleted: the browser owns the rest of its life.
  auto* app = new myelin::web::App;
  if (!app->start(myelin::web::environment(), {})) return 1;
  myelin::web::run_frames(frame);
  return 0;
}
