// Weights as files: the format byte by byte, what hostile files may try, and how tensors find their place in a network.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "io/safetensors.h"
#include "myelin/session.h"
#include "myelin/weights.h"
#include "support/support.h"

namespace myelin {
namespace {

std::vector<std::byte> file_of(const std::string& header, size_t data_bytes, uint64_t length = ~uint64_t{0}) {
  if (length == ~uint64_t{0}) length = header.size();
  std::vector<std::byte> bytes(8 + header.size() + data_bytes);
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

std::string entry(const std::string& name, const std::string& type, const std::string& shape, const std::string& offsets) {
  return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

void check_refused(const std::vector<std::byte>& file, std::string_view part) {
  const Result<std::vector<Tensor>> read = read_safetensors(file, "w.safetensors");
  REQUIRE_MESSAGE(!read, part);
  CHECK_MESSAGE(read.error().text.en.find(part) != std::string::npos, read.error().text.en);
  CHECK(read.error().text.en.rfind("w.safetensors: ", 0) == 0);
  CHECK(read.error().text.fr.rfind("w.safetensors : ", 0) == 0);
  CHECK(read.error().text.en.back() == '.');
}

Problem problem_of(const char* link) {
  Result<Problem> problem = describe(test::experiment_from(link), test::read_asset);
  REQUIRE(bool(problem));
  return std::move(problem.value());
}

std::vector<double> counted(size_t count) {
  std::vector<double> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<double>(i) / 8;
  return values;
}

constexpr const char* kLink = "v=1&data=iris&net=dense(units:5)dense(units:3,activation:softmax)&loss=cross_entropy";
constexpr size_t kCount = 4 * 5 + 5 + 5 * 3 + 3;

}  // namespace

TEST_SUITE("safetensors") {
  TEST_CASE("what is written is read again, in both types") {
    const std::vector<Tensor> tensors = {{"3.weight", {2, 3}, {0.1, -2, 1e-30, 4, 5, 0}, "F32"},
                                         {"empty", {0, 7}, {}, "F64"},
                                         {"scalar", {}, {0.1}, "F64"},
                                         {"a \"quoted\"\n\\ name", {1, 1, 2}, {std::numeric_limits<double>::max(), -0.0}, "F64"}};
    const std::vector<std::byte> file = write_safetensors(tensors);
    uint64_t header = 0;
    std::memcpy(&header, file.data(), 8);
    CHECK(header % 8 == 0);  // so that the data is aligned
    const Result<std::vector<Tensor>> read = read_safetensors(file, "w");
    REQUIRE_MESSAGE(bool(read), (read ? "" : read.error().text.en));
    REQUIRE(read->size() == tensors.size());
    for (const Tensor& tensor : tensors) {
      const auto found = std::find_if(read->begin(), read->end(), [&](const Tensor& other) { return other.name == tensor.name; });
      REQUIRE(found != read->end());
      CHECK(found->shape == tensor.shape);
      CHECK(found->type == tensor.type);
      REQUIRE(found->values.size() == tensor.values.size());
      for (size_t i = 0; i < tensor.values.size(); ++i) {
        CHECK(found->values[i] == (tensor.type == "F32" ? static_cast<double>(static_cast<float>(tensor.values[i])) : tensor.values[i]));
      }
    }
    CHECK(write_safetensors(read.value()).size() == file.size());
  }

  TEST_CASE("hostile files are refused with a sentence, and take no memory that they do not bring") {
    check_refused({}, "no whole safetensors file");
    check_refused(std::vector<std::byte>(7), "no whole");
    check_refused(file_of("{}", 0, 3), "no whole");
    check_refused(file_of("{}", 0, 0), "no whole");
    check_refused(file_of("{}", 0, ~uint64_t{0} - 1), "no whole");
    check_refused(file_of("{}", 0, uint64_t{1} << 63), "no whole");
    check_refused(file_of("[]", 0), "no whole");
    check_refused(file_of("{", 0), "not valid JSON");
    check_refused(file_of(std::string(kMostTensorHeader + 1, ' '), 0), "too long");
    check_refused(file_of("{\"a\":[[[[1]]]]}", 0), "nested too deeply");
    check_refused(file_of("{\"a\":1}", 0), "'a' is not described");
    check_refused(file_of("{\"a\":{}}", 0), "is not described");
    check_refused(file_of("{\"__metadata__\":{\"a\":1}}", 0), "metadata");
    check_refused(file_of("{\"__metadata__\":[]}", 0), "metadata");
    check_refused(file_of("{" + entry("a", "F99", "[1]", "[0,4]") + "}", 4), "unknown dtype");
    check_refused(file_of("{" + entry("", "F32", "[1]", "[0,4]") + "}", 4), "no usable name");
    check_refused(file_of("{" + entry(std::string(600, 'x'), "F32", "[1]", "[0,4]") + "}", 4), "no usable name");
    check_refused(file_of("{" + entry("a", "F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]") + "}", 4), "too many dimensions");
    for (const char* shape : {"[-1]", "[1.5]", "[1e300]", "[\"1\"]", "[[1]]", "1", "null", "[1,null]"}) {
      check_refused(file_of("{" + entry("a", "F32", shape, "[0,4]") + "}", 4), "is not described");
    }
    for (const char* offsets : {"[0]", "[0,4,8]", "[-4,0]", "[0,4.5]", "{}", "[]", "[\"0\",\"4\"]"}) {
      check_refused(file_of("{" + entry("a", "F32", "[1]", offsets) + "}", 4), "is not described");
    }
    for (const char* offsets : {"[0,8]", "[4,0]", "[0,9007199254740992]"}) {
      check_refused(file_of("{" + entry("a", "F32", "[1]", offsets) + "}", 4), "outside of the file");
    }
    // Products that overflow, or do not belong to the bytes.
    for (const char* shape : {"[2]", "[0]", "[4294967296,4294967296]", "[9007199254740992,9007199254740992,9007199254740992]",
                              "[4611686018427387904,4]", "[3,1]"}) {
      CAPTURE(shape);
      const Result<std::vector<Tensor>> read = read_safetensors(file_of("{" + entry("a", "F32", shape, "[0,4]") + "}", 4), "w");
      REQUIRE(!read);
    }
    check_refused(file_of("{" + entry("a", "F32", "[1]", "[0,4]") + "," + entry("a", "F32", "[1]", "[4,8]") + "}", 8), "there twice");
    check_refused(file_of("{" + entry("a", "F32", "[2]", "[0,8]") + "," + entry("b", "F32", "[2]", "[4,12]") + "}", 12), "overlaps");
    check_refused(file_of("{" + entry("a", "F32", "[2]", "[0,8]") + "," + entry("b", "F32", "[2]", "[0,8]") + "}", 8), "overlaps");
    check_refused(file_of("{" + entry("a", "F32", "[1]", "[4,8]") + "}", 8), "gap before");
    check_refused(file_of("{" + entry("a", "F32", "[1]", "[0,4]") + "}", 8), "bytes follow");
    check_refused(file_of("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4), "is not described");
    std::string many = "{";
    for (int i = 0; i < 70'000; ++i) many += (i > 0 ? "," : "") + entry(std::to_string(i), "F32", "[0]", "[0,0]");
    check_refused(file_of(many + "}", 0), "too many values");
    // A name from a stranger never reaches the terminal as it is.
    const Result<std::vector<Tensor>> strange = read_safetensors(file_of("{\"\\u001b[31m\":1}", 0), "w");
    REQUIRE(!strange);
    CHECK(strange.error().text.en.find('\x1b') == std::string::npos);
  }

  TEST_CASE("every byte of a file may be damaged or missing") {
    const std::vector<Tensor> tensors = {{"1.weight", {2, 2}, {1, 2, 3, 4}, "F32"}, {"1.bias", {2}, {5, 6}, "F64"}};
    const std::vector<std::byte> whole = write_safetensors(tensors);
    for (size_t at = 0; at < whole.size(); ++at) {
      CHECK(!read_safetensors(std::span(whole).first(at), "w"));
      for (int change : {1, 0x20, 0x80, 0xFF}) {
        std::vector<std::byte> damaged = whole;
        damaged[at] ^= static_cast<std::byte>(change);
        const Result<std::vector<Tensor>> read = read_safetensors(damaged, "w");
        if (!read) CHECK(!read.error().text.fr.empty());
      }
    }
  }

  TEST_CASE("the weights of a network go into tensors by node and come back bit for bit") {
    const Problem problem = problem_of(kLink);
    const std::vector<double> values = counted(kCount);
    const std::vector<Tensor> tensors = tensors_of(problem.nodes, values, "F64");
    REQUIRE(tensors.size() == 4);
    CHECK(tensors[0].name == "1.weight");
    CHECK(tensors[0].shape == std::vector<int64_t>{5, 4});
    CHECK(tensors[3].name == "2.bias");
    CHECK(tensors[3].shape == std::vector<int64_t>{3});
    std::vector<double> back(kCount, -1);
    const Result<AppliedWeights> applied = apply_tensors(tensors, problem.nodes, back, false, "w");
    REQUIRE(bool(applied));
    CHECK(applied->tensors == 4);
    CHECK(back == values);
  }

  TEST_CASE("a tensor that is missing, too much, of another shape or type, or not a number is an error that leaves the weights alone") {
    const Problem problem = problem_of(kLink);
    const std::vector<double> before(kCount, -1);
    std::vector<double> values = before;
    const std::vector<Tensor> good = tensors_of(problem.nodes, counted(kCount), "F32");
    const auto refused = [&](const std::vector<Tensor>& tensors, bool partial, std::string_view part) {
      const Result<AppliedWeights> applied = apply_tensors(tensors, problem.nodes, values, partial, "w");
      REQUIRE_MESSAGE(!applied, part);
      CHECK_MESSAGE(applied.error().text.en.find(part) != std::string::npos, applied.error().text.en);
      CHECK(values == before);
    };
    std::vector<Tensor> tensors = good;
    tensors.pop_back();
    refused(tensors, false, "'2.bias' of the network is missing");
    tensors = good;
    tensors.push_back({"9.weight", {1}, {1}, "F32"});
    refused(tensors, false, "no tensor '9.weight'");
    tensors = good;
    tensors[0].shape = {4, 5};
    refused(tensors, false, "'1.weight' has the shape [4, 5], but the network needs [5, 4]");
    refused(tensors, true, "[4, 5]");
    tensors = good;
    tensors[2].type = "I64";
    refused(tensors, false, "'2.weight' holds I64; only F32 and F64");
    tensors = good;
    tensors[2].values[1] = std::nan("");
    refused(tensors, false, "not a number");
  }

  TEST_CASE("X1: with `partial` a new head keeps its drawn values, and PyTorch's counters are nobody's business") {
    const Problem problem = problem_of(kLink);
    std::vector<double> values(kCount, -1);
    std::vector<Tensor> tensors = tensors_of(problem.nodes, counted(kCount), "F32");
    tensors.erase(tensors.begin() + 2, tensors.end());
    tensors.push_back({"8.weight", {1}, {1}, "F32"});
    const Result<AppliedWeights> applied = apply_tensors(tensors, problem.nodes, values, true, "w");
    REQUIRE(bool(applied));
    CHECK(applied->tensors == 2);
    CHECK(applied->kept == std::vector<std::string>{"2.weight", "2.bias"});
    CHECK(applied->unused == std::vector<std::string>{"8.weight"});
    CHECK(values[24] == 3);
    CHECK(values[25] == -1);
    tensors = tensors_of(problem.nodes, counted(kCount), "F32");
    tensors.push_back({"1.num_batches_tracked", {}, {}, "I64"});
    CHECK(bool(apply_tensors(tensors, problem.nodes, values, false, "w")));
  }
}

}  // namespace myelin
