// Undo and redo: whole experiments, one step per gesture, never more than the limit.
#include "app/history.h"

#include <doctest/doctest.h>

using namespace myelin;
using namespace myelin::web;

namespace {

Experiment seeded(int seed) {
  Experiment experiment = base_experiment();
  experiment.training.set("seed", seed);
  return experiment;
}

int seed_of(const History& history) { return history.now().training.integer("seed"); }

}  // namespace

TEST_SUITE_BEGIN("history");

TEST_CASE("undo and redo walk back and forth over the same experiments") {
  History history(seeded(1));
  CHECK_FALSE(history.can_undo());
  history.edit(seeded(2), "");
  history.edit(seeded(3), "");
  REQUIRE(history.undo());
  CHECK(seed_of(history) == 2);
  REQUIRE(history.undo());
  CHECK(seed_of(history) == 1);
  CHECK_FALSE(history.undo());
  REQUIRE(history.redo());
  REQUIRE(history.redo());
  CHECK(seed_of(history) == 3);
  CHECK_FALSE(history.redo());
}

TEST_CASE("the edits of one gesture are one step; the next gesture of the same name is another") {
  History history(seeded(1));
  for (int seed = 2; seed < 50; ++seed) history.edit(seeded(seed), "seed");
  CHECK(history.depth() == 1);
  history.end_gesture();
  history.edit(seeded(60), "seed");
  CHECK(history.depth() == 2);
  history.undo();
  CHECK(seed_of(history) == 49);
  history.undo();
  CHECK(seed_of(history) == 1);
}

TEST_CASE("gestures of different names, and edits without one, do not merge") {
  History history(seeded(1));
  history.edit(seeded(2), "a");
  history.edit(seeded(3), "b");
  history.edit(seeded(4), "");
  history.edit(seeded(5), "");
  CHECK(history.depth() == 4);
}

TEST_CASE("an edit that changes nothing is no step, nor is a drag back to the start") {
  History history(seeded(1));
  history.edit(seeded(1), "");
  CHECK_FALSE(history.can_undo());
  history.edit(seeded(2), "drag");
  history.edit(seeded(1), "drag");
  CHECK_FALSE(history.can_undo());
  CHECK(seed_of(history) == 1);
}

TEST_CASE("a new edit forgets what was undone") {
  History history(seeded(1));
  history.edit(seeded(2), "");
  history.undo();
  history.edit(seeded(3), "");
  CHECK_FALSE(history.can_redo());
  history.undo();
  CHECK(seed_of(history) == 1);
}

TEST_CASE("an undo in the middle of a gesture ends it") {
  History history(seeded(1));
  history.edit(seeded(2), "drag");
  history.undo();
  history.edit(seeded(3), "drag");
  REQUIRE(history.undo());
  CHECK(seed_of(history) == 1);
}

TEST_CASE("the oldest steps are forgotten at the limit") {
  History history(seeded(0));
  const int edits = static_cast<int>(History::kLimit) + 25;
  for (int seed = 1; seed <= edits; ++seed) history.edit(seeded(seed), "");
  CHECK(history.depth() == History::kLimit);
  while (history.undo()) {
  }
  CHECK(seed_of(history) == 25);
}

TEST_SUITE_END();
