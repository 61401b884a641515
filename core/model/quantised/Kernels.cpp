// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/quantised/Kernels.h"

namespace binaurium {

const std::vector<QuantisedKernel>& quantisedKernels()
{
    static const auto found = [] {
        std::vector<QuantisedKernel> list{QuantisedKernel::Generic};
#if defined(__x86_64__) && defined(__GNUC__)
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) // every such processor has F16C too
            list.push_back(QuantisedKernel::Avx2);
        if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni"))
            list.push_back(QuantisedKernel::Avx512);
#endif
        return list;
    }();
    return found;
}

MultiplyTiles multiplyTiles(QuantisedKernel kernel)
{
    switch (kernel) {
    case QuantisedKernel::Avx2:
        return multiplyTilesAvx2;
    case QuantisedKernel::Avx512:
        return multiplyTilesAvx512;
    case QuantisedKernel::Generic:
        break;
    }
    return multiplyTilesGeneric;
}

} // namespace binaurium
