// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/wording/ChatServer.h"

#include "core/support/Error.h"
#include "core/support/Json.h"

#include <cstdlib>
#include <curl/curl.h>
#include <memory>

namespace binaurium {
namespace {

constexpr std::size_t longestAnswerBytes = 1U << 20;

bool isOnThisComputer(const std::string& url)
{
    for (const char* start : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
        const std::string prefix = start;
        if (url.rfind(prefix, 0) == 0 &&
            (url.size() == prefix.size() || url[prefix.size()] == ':' || url[prefix.size()] == '/'))
            return true;
    }
    return false;
}

std::size_t keep(char* data, std::size_t size, std::size_t count, void* target)
{
    auto& text = *static_cast<std::string*>(target);
    if (text.size() + size * count > longestAnswerBytes)
        return 0; // makes the transfer fail
    text.append(data, size * count);
    return size * count;
}

// One connection, kept between requests.
class Connection
{
public:
    explicit Connection(ChatServerOptions options) : options_(std::move(options)), curl_(curl_easy_init())
    {
        headers_ = curl_slist_append(nullptr, "Content-Type: application/json");
        if (const char* key = std::getenv("BINAURIUM_API_KEY"); key != nullptr && *key != '\0')
            headers_ = curl_slist_append(headers_, ("Authorization: Bearer " + std::string(key)).c_str());
    }
    ~Connection()
    {
        curl_slist_free_all(headers_);
        curl_easy_cleanup(curl_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    std::string ask(const std::string& instruction, std::uint64_t seed)
    {
        Json request = {{"messages", Json::array({{{"role", "user"}, {"content", instruction}}})},
                        {"max_tokens", options_.maxTokens},
                        {"temperature", options_.temperature},
                        {"seed", seed % 0x7fffffff}};
        if (!options_.model.empty())
            request["model"] = options_.model;
        const auto answer = parseJson(post(request.dump()), options_.url);
        const JsonObject root(answer, options_.url);
        const auto choices = root.objects("choices", 16);
        if (choices.empty())
            root.fail("choices", "is empty");
        return choices.front().object("message").string("content");
    }

private:
    std::string post(const std::string& body)
    {
        const std::string url = options_.url + "/chat/completions";
        std::string answer;
        curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl_, CURLOPT_PROTOCOLS_STR, "http,https");
        curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers_);
        curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body.c_str());
        curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        curl_easy_setopt(curl_, CURLOPT_TIMEOUT, static_cast<long>(options_.timeoutS));
        curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl_, CURLOPT_NOPROXY, "*"); // to the address the user gave and nowhere else
        curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, &keep);
        curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &answer);
        if (const auto code = curl_easy_perform(curl_); code != CURLE_OK)
            throw missing("the server " + options_.url + " does not answer: " + curl_easy_strerror(code),
                          "start it, or give another address");
        long status = 0;
        curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
        if (status != 200)
            throw badInput(options_.url, "answers with status " + std::to_string(status));
        return answer;
    }

    ChatServerOptions options_;
    CURL* curl_;
    curl_slist* headers_ = nullptr;
};

} // namespace

bool ChatServerOptions::isValid(std::string* error) const
{
    const bool secure = url.rfind("https://", 0) == 0;
    const char* problem = !secure && !isOnThisComputer(url)
                              ? "the address must start with https://; plain http only goes to this computer"
                          : timeoutS < 1 || timeoutS > 3600             ? "timeout must be 1 to 3600 s"
                          : maxTokens < 8 || maxTokens > 4096           ? "tokens must be 8 to 4096"
                          : !(temperature >= 0.0 && temperature <= 2.0) ? "temperature must be 0 to 2"
                                                                        : nullptr;
    if (error != nullptr && problem != nullptr)
        *error = problem;
    return problem == nullptr;
}

TextGenerator chatServer(const ChatServerOptions& options)
{
    std::string error;
    if (!options.isValid(&error))
        throw Error(ErrorKind::Usage, "server: " + error);
    static const auto started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK)
        throw Error(ErrorKind::Internal, "libcurl does not start");
    auto connection = std::make_shared<Connection>(options);
    return
        [connection](const std::string& instruction, std::uint64_t seed) { return connection->ask(instruction, seed); };
}

} // namespace binaurium
