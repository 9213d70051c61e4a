// What many tests need: experiments from links, assets from the source tree, a trainer or session made in one call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "myelin/session.h"
#include "train/trainer.h"

namespace myelin::test {

// Fails the test when the link does not parse or parses with warnings.
Experiment experiment_from(std::string_view link);

std::vector<std::byte> read_asset(const std::string& name);
Dataset dataset_of(const Experiment& experiment);

// A trainer and what it refers to.
template <class Real>
struct Training {
  explicit Training(std::string_view link, int threads = 1) : Training(experiment_from(link), threads) {}
  explicit Training(const Experiment& experiment, int threads = 1);
  std::unique_ptr<Dataset> data;
  std::unique_ptr<Executor> executor;
  std::unique_ptr<Trainer<Real>> trainer;
};

// FNV-1a over raw bytes: golden hashes are of bits, not of rounded text.
uint64_t fnv1a(std::span<const std::byte> bytes, uint64_t hash = 0xcbf29ce484222325u);
template <class Real>
uint64_t hash_of(std::span<Real> values) {
  return fnv1a(std::as_bytes(values));
}

// A session whose clock advances by a fixed amount at each look, so that tests do not depend on the machine's speed.
SessionOptions test_options(int threads = 1);
// Pumps until the session has nothing to do; answers its requests for assets.
const Snapshot& settle(Session& session);

}  // namespace myelin::test
