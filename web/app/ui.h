// What panels see: the newest snapshot (read only), the state of the interface, and an outbox for what the user asks for.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/theme.h"
#include "myelin/session.h"

namespace myelin::web {

enum class Layout { wide, medium, narrow };  // >= 1100, 700 to 1100, < 700 CSS pixels

// What is selected anywhere is selected everywhere; -1 = nothing.
struct Selection {
  int node = -1;
  int unit = -1;
  int parameter = -1;  // index in the flat parameters: a link or a bias
  int sample = -1;
};

struct UiState {
  Language language = Language::english;
  ThemeChoice theme = ThemeChoice::system;
  Layout layout = Layout::wide;
  bool reduced_motion = false;
  Experiment experiment;        // what the user set last; the snapshot may lag behind
  Selection hovered;            // rebuilt every frame
  Selection hovered_before;     // of the last frame: what the other panels highlight now
  Selection selected;
  bool discretize = false;
  bool show_train = true, show_validation = false, show_test = false;
  bool curve_log = false, curve_accuracy = false;
  // Batches per second, 0 = unlimited. At first slow enough to watch: flat out, the spiral is solved within one frame.
  double speed = 200;
  int tab = 0;                  // of the medium and narrow layouts
  int output_tab = 0;           // 0: surface, curve, images or samples; 1: confusion matrix
  bool worst_first = true;      // order of the test images and samples
  std::string preset;           // the preset that the experiment started from, "-" = none
  bool welcomed = false;        // the first run has begun: the sentence that says what to press is gone
  bool more_training = false;   // rarely used fields are unfolded
  uint64_t dismissed_run = 0;   // whose error the user has closed
  bool about_open = false;
  std::string build;            // "simd", "relaxed" or "desktop"
  bool isolated = false;
  std::vector<Message> notices; // warnings of a link, failures of an asset; shown until dismissed
  float frame_rate = 0;
  const char* tr(const Text& text) const { return text.in(language); }
  const char* tr(const char* en, const char* fr) const { return language == Language::french ? fr : en; }
};

// Collected during a frame, carried out after it.
class Outbox {
 public:
  // A new experiment, undoable. Edits with the same non-empty `gesture` (a dragged slider) become one step of undo.
  void edit(Experiment next, std::string gesture = {});
  void post(Command command);
  void undo() { undo_ = true; }
  void redo() { redo_ = true; }
  void copy_link() { copy_link_ = true; }
  bool can_undo = false, can_redo = false;  // set by the app before the frame
  struct Edit {
    Experiment experiment;
    std::string gesture;
  };
  std::vector<Edit> edits;
  std::vector<Command> commands;
  bool undo_ = false, redo_ = false, copy_link_ = false;
};

using Panel = void (*)(const Snapshot&, UiState&, Outbox&);

// Panels draw into the current ImGui region and fill its width. One file each in panels/.
void bar_panel(const Snapshot&, UiState&, Outbox&);        // name, preset, run / step / reset, counters, language, theme, undo
void data_panel(const Snapshot&, UiState&, Outbox&);       // data set, noise, samples, split, seed
void features_panel(const Snapshot&, UiState&, Outbox&);   // toggles of the input features with small maps
void network_panel(const Snapshot&, UiState&, Outbox&);    // the graph
void output_panel(const Snapshot&, UiState&, Outbox&);     // surface or curve, with points
void curves_panel(const Snapshot&, UiState&, Outbox&);     // loss and accuracy over epochs
void training_panel(const Snapshot&, UiState&, Outbox&);   // loss, optimiser, rate, batch, L1, L2, speed
void images_panel(const Snapshot&, UiState&, Outbox&);     // test images with prediction, worst first
void samples_panel(const Snapshot&, UiState&, Outbox&);    // sequences and sentences with prediction, worst first
void confusion_panel(const Snapshot&, UiState&, Outbox&);
void about_panel(const Snapshot&, UiState&, Outbox&);      // the "About this run" line
void notices_panel(const Snapshot&, UiState&, Outbox&);    // errors, warnings, the first-visit sentence

// Draws the whole page for this frame (panels/layout.cpp): chooses the layout and places the panels.
void draw_page(const Snapshot&, UiState&, Outbox&);
// What the visible panels need from the engine, read after draw_page.
Watch wanted_watch(const Snapshot&, const UiState&);

}  // namespace myelin::web
