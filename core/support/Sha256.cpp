// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/support/Sha256.h"

#include "core/support/Error.h"

#include <array>
#include <fstream>
#include <memory>
#include <openssl/evp.h>
#include <vector>

namespace binaurium {
namespace {

class Digest
{
public:
    Digest() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
    void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
    std::string finish()
    {
        std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
        unsigned int size = 0;
        EVP_DigestFinal_ex(context_.get(), raw.data(), &size);
        static constexpr char digits[] = "0123456789abcdef";
        std::string text;
        for (unsigned int i = 0; i < size; ++i) {
            text += digits[raw[i] >> 4];
            text += digits[raw[i] & 15];
        }
        return text;
    }

private:
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

} // namespace

std::string sha256(std::string_view bytes)
{
    Digest digest;
    digest.add(bytes);
    return digest.finish();
}

std::string sha256OfFile(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    if (!in)
        throw missing(path.string() + ": cannot be opened", "check the name");
    Digest digest;
    std::vector<char> block(1 << 20);
    while (in) {
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        digest.add({block.data(), static_cast<std::size_t>(in.gcount())});
    }
    if (in.bad())
        throw badInput(path.string(), "cannot be read to its end");
    return digest.finish();
}

} // namespace binaurium
