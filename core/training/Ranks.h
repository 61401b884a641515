// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <torch/torch.h>

namespace binaurium {

// Where a process stands among those that train one model together.
struct RankPlace
{
    int rank = 0;
    int size = 1;
    std::string address = "127.0.0.1"; // of rank 0
    int port = 29500;
};
// From the variables of torchrun (RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT), of Slurm (SLURM_PROCID, SLURM_NTASKS) or
// of OpenMPI (OMPI_COMM_WORLD_RANK, OMPI_COMM_WORLD_SIZE), the first that are there; address and port from MASTER_ADDR
// and MASTER_PORT. `variable` gives a variable or nothing. Throws BadInput for numbers that make no sense, and where
// several ranks on different machines have no MASTER_ADDR.
[[nodiscard]] RankPlace rankPlace(const std::function<std::optional<std::string>(const char*)>& variable);

// The processes that train one model, over c10d with Gloo. With one process every call returns at once. Used from one
// thread; all ranks make the same calls in the same order.
class Ranks
{
public:
    // One process.
    Ranks() = default;
    // Joins the others. Throws Missing where this build has no Gloo, or when the others do not come.
    explicit Ranks(const RankPlace& place);
    [[nodiscard]] static std::shared_ptr<Ranks> fromEnvironment();
    ~Ranks();
    Ranks(const Ranks&) = delete;
    Ranks& operator=(const Ranks&) = delete;

    [[nodiscard]] int rank() const noexcept { return place_.rank; }
    [[nodiscard]] int size() const noexcept { return place_.size; }
    [[nodiscard]] bool isFirst() const noexcept { return place_.rank == 0; }

    // Sums the tensors over all ranks, in place; all at once, so that the number of messages is one.
    void sum(std::span<torch::Tensor> tensors);
    [[nodiscard]] double sum(double value);
    // The value that rank 0 has.
    [[nodiscard]] double first(double value);
    // Returns when all ranks have come here.
    void wait() { (void)sum(0.0); }
    // The part of `count` that this rank does: [first, second), as even as possible.
    [[nodiscard]] std::pair<std::size_t, std::size_t> part(std::size_t count) const noexcept;

private:
    struct Group;
    RankPlace place_;
    std::shared_ptr<Group> group_;
};

// Sums the gradients of parameters over all ranks; where one rank has none, its part is zero.
void sumGradients(Ranks& ranks, const std::vector<torch::Tensor>& parameters);

} // namespace binaurium
