// Reads and writes weight files as whole files.
#include "weights.h"

#include <cstdio>

#include "files/read.h"

namespace myelin::cli {
namespace {

constexpr size_t kMostWeightBytes = size_t{2} << 30;  // 200 million parameters in 64 bits, and the header

std::string base_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

}  // namespace

Status read_weights(const Terminal& terminal, const std::string& path, bool partial, std::span<const NodeInfo> nodes,
                    std::span<double> parameters) {
  const Result<std::vector<std::byte>> file = files::read_file(path, kMostWeightBytes);
  if (!file) return file.error();
  const std::string name = base_name(path);
  const Result<std::vector<Tensor>> tensors = read_safetensors(file.value(), name);
  if (!tensors) return tensors.error();
  const Result<AppliedWeights> applied = apply_tensors(tensors.value(), nodes, parameters, partial, name);
  if (!applied) return applied.error();
  if (applied->tensors == 0) {
    return Error{{name + ": no tensor of this file belongs to the network.", name + " : aucun tenseur de ce fichier n’appartient au réseau."}};
  }
  if (!applied->kept.empty()) {
    std::string list;
    for (const std::string& tensor : applied->kept) list += (list.empty() ? "" : ", ") + tensor;
    terminal.warn({"these tensors start anew, as " + name + " does not have them: " + list + ".",
                   "ces tenseurs repartent de zéro, car " + name + " ne les contient pas : " + list + "."});
  }
  return std::nullopt;
}

std::string weights_type(const Experiment& experiment) { return experiment.training.choice("arithmetic") == "f64" ? "F64" : "F32"; }

bool write_file(const std::string& path, std::span<const std::byte> bytes) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  const bool whole = bytes.empty() || std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  return std::fclose(file) == 0 && whole;
}

}  // namespace myelin::cli
