// A small builder for networks too long to write as links: each call adds nodes and returns the last one's index. It knows the
// layers' keys and nothing of any architecture.
#pragma once

#include <string_view>
#include <vector>

#include "myelin/experiment.h"

namespace myelin {

// For summaries: ImageNet's images and classes.
inline constexpr std::string_view kImageNet = "data=no_data&loss=cross_entropy";
// For the small twins that learn what the large ones show.
inline constexpr std::string_view kTinyData =
    "data=fashion&prep.test=20&prep.validation=0&loss=cross_entropy&opt=adam&opt.rate=0.005&train.batch=32";

class Net {
 public:
  // Everything but the network comes from a link; `channels` are those of its images.
  Net(int channels, std::string_view link);

  static constexpr int kInput = 0;
  static constexpr int kSame = -1;
  static constexpr int kCeil = -2;  // of pools: no border, sizes rounded up (Caffe)

  struct Conv {
    int filters = 1;
    int kernel = 1;
    int stride = 1;
    int padding = 0;  // or kSame
    int groups = 1;
    int kernel_columns = 0;  // where it differs from `kernel`
    bool bias = true;
  };
  int conv(int from, const Conv& c, std::string_view activation = "relu");
  // Without bias, then batch normalisation, then the activation ("" = none).
  int conv_bn(int from, Conv c, std::string_view activation = "relu");
  int bn(int from, std::string_view activation = "relu");
  int depthwise_bn(int from, int kernel, int stride, std::string_view activation);
  int activation(int from, std::string_view key);
  int pool(std::string_view mode, int from, int size, int stride, int padding = 0);
  int global_average(int from);
  int concat(std::vector<int> from);
  int add(int a, int b);
  // Squeeze and excitation (Hu et al. 2018): one factor per channel, from the channels' means.
  int squeeze_excite(int from, int squeezed, std::string_view activation);
  int response_norm(int from);
  int flatten(int from);
  int dropout(int from, double rate);
  int dense(int from, int units, std::string_view activation);

  int channels(int node) const { return channels_[static_cast<size_t>(node)]; }
  Experiment experiment() &&;

 private:
  int last() const { return static_cast<int>(channels_.size()) - 1; }
  static void set_padding(Settings& settings, int padding);
  Settings& node(std::string_view kind, std::vector<int> from, int channels);

  Experiment experiment_;
  std::vector<int> channels_;  // per node
};

}  // namespace myelin
