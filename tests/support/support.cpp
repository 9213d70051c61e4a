#include "support/support.h"

#include <doctest/doctest.h>

#include <cstdio>

#include "session/run.h"
#include "support/links.h"

namespace myelin::test {

Experiment experiment_from(std::string_view link) { return without_warnings(link); }

std::vector<std::byte> read_asset(const std::string& name) {
  std::vector<std::byte> bytes;
  std::FILE* file = std::fopen((std::string(MYELIN_SOURCE_FOLDER "/assets/data/") + name).c_str(), "rb");
  REQUIRE_MESSAGE(file != nullptr, name);
  std::byte block[4096];
  for (size_t got; (got = std::fread(block, 1, sizeof block, file)) > 0;) bytes.insert(bytes.end(), block, block + got);
  std::fclose(file);
  return bytes;
}

Dataset dataset_of(const Experiment& experiment) {
  std::string missing;
  Result<Dataset> data = load_dataset(experiment, read_asset, nullptr, missing);
  REQUIRE_MESSAGE(bool(data), (data ? "" : data.error().text.en));
  return std::move(data.value());
}

template <class Real>
Training<Real>::Training(const Experiment& experiment, int threads)
    : data(std::make_unique<Dataset>(dataset_of(experiment))), executor(make_executor(threads)) {
  auto made = Trainer<Real>::create(experiment, *data, *executor);
  REQUIRE_MESSAGE(bool(made), (made ? "" : made.error().text.en));
  trainer = std::move(made.value());
}

template struct Training<float>;
template struct Training<double>;

uint64_t fnv1a(std::span<const std::byte> bytes, uint64_t hash) {
  for (std::byte byte : bytes) hash = (hash ^ static_cast<uint64_t>(byte)) * 0x100000001b3u;
  return hash;
}

SessionOptions test_options(int threads) {
  SessionOptions options;
  options.threads = threads;
  options.now_us = [time = std::make_shared<int64_t>(0)] { return *time += 50; };
  return options;
}

const Snapshot& settle(Session& session) {
  for (int round = 0; round < 1'000'000; ++round) {
    const PumpResult result = session.pump(10'000);
    const Snapshot& snapshot = session.latest();
    if (snapshot.state == RunState::waiting) {
      session.post(LoadAsset{snapshot.missing_asset, read_asset(snapshot.missing_asset)});
    } else if (result == PumpResult::idle) {
      return snapshot;
    }
  }
  FAIL("the session never came to rest");
  return session.latest();
}

}  // namespace myelin::test
