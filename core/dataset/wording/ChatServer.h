// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/wording/Reword.h"

namespace binaurium {

struct ChatServerOptions
{
    std::string url;   // up to /v1: "http://127.0.0.1:8000/v1"; plain http only to this computer
    std::string model; // name that the server knows it by; may be empty where it serves one
    int timeoutS = 120;
    int maxTokens = 96;
    double temperature = 0.8;
    [[nodiscard]] bool isValid(std::string* error) const;
};

// A language model behind the chat protocol of OpenAI ("POST /chat/completions"), at an address that the user gave. A
// key is read from the environment variable BINAURIUM_API_KEY and never written down. Follows no redirects. The
// generator throws Missing when the server cannot be reached, BadInput when its answer is none; call it from one
// thread.
[[nodiscard]] TextGenerator chatServer(const ChatServerOptions& options);

} // namespace binaurium
