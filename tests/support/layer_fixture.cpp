// Reads the files that tests/golden/torch_fixture.py describes.
#include "support/layer_fixture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "io/json_value.h"

namespace myelin::test {
namespace {

const JsonValue& member(const JsonValue& object, const char* key) {
  const JsonValue* found = object.find(key);
  INFO("missing: " << std::string(key));
  REQUIRE(found != nullptr);
  return *found;
}

std::vector<std::vector<double>> rows_of(const JsonValue& array) {
  std::vector<std::vector<double>> all;
  for (const JsonValue& item : array.items) all.push_back(item.numbers);
  return all;
}

LayerFixture read_case(const std::string& file, const JsonValue& value) {
  LayerFixture fixture;
  fixture.file = file;
  fixture.name = member(value, "name").string;
  INFO(file << ": " << fixture.name);
  fixture.row = find_layer(member(value, "layer").string);
  REQUIRE(fixture.row != nullptr);
  fixture.settings = settings_from(*fixture.row, member(value, "settings").string);
  for (const std::vector<double>& sizes : rows_of(member(value, "shapes"))) {
    Shape shape;
    for (double size : sizes) shape.dims[static_cast<size_t>(shape.rank++)] = static_cast<int>(size);
    fixture.shapes.push_back(shape);
  }
  fixture.batch = static_cast<int>(member(value, "batch").number);
  if (const JsonValue* training = value.find("training")) fixture.training = training->number != 0;
  fixture.params = member(value, "params").numbers;
  fixture.inputs = rows_of(member(value, "inputs"));
  fixture.output = member(value, "output").numbers;
  fixture.d_output = member(value, "d_output").numbers;
  fixture.d_inputs = rows_of(member(value, "d_inputs"));
  fixture.d_params = member(value, "d_params").numbers;
  return fixture;
}

}  // namespace

Settings settings_from(const LayerRow& row, std::string_view text) {
  Settings settings(row.row.fields);
  while (!text.empty()) {
    const size_t end = std::min(text.find(','), text.size());
    const std::string_view piece = text.substr(0, end);
    const size_t colon = piece.find(':');
    INFO("setting " << std::string(piece) << " of " << std::string(row.row.key));
    REQUIRE(colon != std::string_view::npos);
    REQUIRE(settings.set_text(piece.substr(0, colon), piece.substr(colon + 1)) == Settings::Parsed::ok);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return settings;
}

std::vector<LayerFixture> layer_fixtures() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(MYELIN_SOURCE_FOLDER "/tests/golden/torch")) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<LayerFixture> all;
  for (const std::filesystem::path& path : files) {
    std::stringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    const Result<JsonValue> parsed = parse_json_value(text.str());
    INFO(path.filename().string() << (parsed ? std::string() : ": " + parsed.error().text.en));
    REQUIRE(static_cast<bool>(parsed));
    for (const JsonValue& value : member(*parsed.operator->(), "cases").items) all.push_back(read_case(path.filename().string(), value));
  }
  return all;
}

}  // namespace myelin::test
