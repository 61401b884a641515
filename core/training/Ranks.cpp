// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/Ranks.h"

#include "core/support/Error.h"

#include <charconv>
#include <cstdlib>

#ifdef BINAURIUM_WITH_GLOO
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif

namespace binaurium {
namespace {

constexpr int mostRanks = 1 << 16;

int number(const std::string& name, const std::string& text, int low, int high)
{
    int value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size() || value < low || value > high)
        throw badInput(name, "is '" + text + "', must be a whole number from " + std::to_string(low) + " to " +
                                 std::to_string(high));
    return value;
}

} // namespace

RankPlace rankPlace(const std::function<std::optional<std::string>(const char*)>& variable)
{
    struct Names
    {
        const char* rank;
        const char* size;
    };
    RankPlace place;
    for (const Names& names : {Names{"RANK", "WORLD_SIZE"}, Names{"SLURM_PROCID", "SLURM_NTASKS"},
                               Names{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"}}) {
        const auto rank = variable(names.rank);
        const auto size = variable(names.size);
        if (!rank || !size)
            continue;
        place.size = number(names.size, *size, 1, mostRanks);
        place.rank = number(names.rank, *rank, 0, place.size - 1);
        break;
    }
    if (const auto address = variable("MASTER_ADDR"))
        place.address = *address;
    else if (const auto nodes = variable("SLURM_JOB_NUM_NODES"); place.size > 1 && nodes && *nodes != "1")
        throw badInput("MASTER_ADDR", "is not set; with ranks on several machines it names that of rank 0");
    if (const auto port = variable("MASTER_PORT"))
        place.port = number("MASTER_PORT", *port, 1, 65535);
    return place;
}

std::shared_ptr<Ranks> Ranks::fromEnvironment()
{
    const auto place = rankPlace([](const char* name) -> std::optional<std::string> {
        const char* value = std::getenv(name);
        return value != nullptr && *value != '\0' ? std::optional<std::string>(value) : std::nullopt;
    });
    return place.size == 1 ? std::make_shared<Ranks>() : std::make_shared<Ranks>(place);
}

#ifdef BINAURIUM_WITH_GLOO

struct Ranks::Group
{
    c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
};

Ranks::Ranks(const RankPlace& place) : place_(place)
{
    if (place.size == 1)
        return;
    try {
        c10d::TCPStoreOptions options;
        options.port = static_cast<std::uint16_t>(place.port);
        options.isServer = place.rank == 0;
        options.numWorkers = static_cast<std::size_t>(place.size);
        const auto store = c10::make_intrusive<c10d::PrefixStore>(
            "binaurium", c10::make_intrusive<c10d::TCPStore>(place.address, options));
        auto gloo = c10d::ProcessGroupGloo::Options::create();
        gloo->devices.push_back(place.address == "127.0.0.1"
                                    ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                    : c10d::ProcessGroupGloo::createDefaultDevice());
        group_ = std::make_shared<Group>();
        group_->gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(store, place.rank, place.size, gloo);
    } catch (const std::exception& error) {
        throw missing("rank " + std::to_string(place.rank) + " of " + std::to_string(place.size) +
                          " did not meet the others at " + place.address + ":" + std::to_string(place.port) + " (" +
                          std::string(error.what()).substr(0, 200) + ")",
                      "check MASTER_ADDR and MASTER_PORT");
    }
}

void Ranks::sum(std::span<torch::Tensor> tensors)
{
    if (group_ == nullptr)
        return;
    const torch::NoGradGuard guard;
    std::vector<torch::Tensor> flat;
    for (const auto& tensor : tensors)
        flat.push_back(tensor.flatten().cpu()); // Gloo talks between processors
    std::vector<torch::Tensor> all{torch::cat(flat)};
    group_->gloo->allreduce(all)->wait();
    std::int64_t at = 0;
    for (auto& tensor : tensors) {
        tensor.copy_(all[0].narrow(0, at, tensor.numel()).view(tensor.sizes()));
        at += tensor.numel();
    }
}

#else

struct Ranks::Group
{};

Ranks::Ranks(const RankPlace& place) : place_(place)
{
    if (place.size > 1)
        throw missing("several ranks cannot train together: this build has no Gloo",
                      "install libgloo-dev and build again, or start one process");
}

void Ranks::sum(std::span<torch::Tensor> /*tensors*/) {}

#endif

Ranks::~Ranks() = default;

double Ranks::sum(double value)
{
    if (group_ == nullptr)
        return value;
    std::array<torch::Tensor, 1> held{torch::full({1}, value, torch::kDouble)};
    sum(std::span<torch::Tensor>(held));
    return held[0].item<double>();
}

double Ranks::first(double value)
{
    return sum(isFirst() ? value : 0.0);
}

std::pair<std::size_t, std::size_t> Ranks::part(std::size_t count) const noexcept
{
    const auto r = static_cast<std::size_t>(place_.rank);
    const auto n = static_cast<std::size_t>(place_.size);
    return {count * r / n, count * (r + 1) / n};
}

void sumGradients(Ranks& ranks, const std::vector<torch::Tensor>& parameters)
{
    if (ranks.size() == 1)
        return;
    std::vector<torch::Tensor> gradients;
    for (const auto& p : parameters) {
        if (!p.requires_grad())
            continue;
        if (!p.grad().defined())
            p.mutable_grad() = torch::zeros_like(p);
        gradients.push_back(p.grad());
    }
    ranks.sum(gradients);
}

} // namespace binaurium
