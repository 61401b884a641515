// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/LanguageBatch.h"

#include "core/dataset/Answers.h"
#include "core/model/nn/Prompt.h"

namespace binaurium {
namespace {

constexpr double freeAnswerShare = 0.25;

} // namespace

LanguageBatch makeLanguageBatch(const LanguageParts& parts, int batch, RandomStream& random)
{
    const auto& cache = *parts.train;
    std::vector<std::int64_t> scenes;
    std::vector<nn::Prompt> prompts;
    std::vector<std::vector<int>> answers;
    const int end = nn::endTokens(*parts.tokenizer).front();
    for (int i = 0; i < batch; ++i) {
        const auto scene = cache.asked()[random.below(cache.asked().size())];
        const auto& questions = cache.questions(scene);
        const Item& item = questions[random.below(questions.size())];
        auto options = item.options;
        random.shuffle(std::span(options));
        if (item.task != "presence" && random.chance(freeAnswerShare))
            options.clear();
        scenes.push_back(scene);
        prompts.push_back(nn::makePrompt(*parts.tokenizer, questionText(item.question, options)));
        auto& answer = answers.emplace_back(parts.tokenizer->encode(item.answer));
        answer.push_back(end);
    }
    const auto index = torch::tensor(scenes);
    const auto audio = parts.projector.ptr()->forward(cache.semantic().index_select(0, index).to(torch::kFloat),
                                                      cache.spatial().index_select(0, index).to(torch::kFloat));
    std::vector<torch::Tensor> rows;
    std::int64_t longest = 0;
    for (int i = 0; i < batch; ++i) {
        const auto& answer = answers[static_cast<std::size_t>(i)];
        const std::vector<int> fed(answer.begin(), answer.end() - 1); // the end token is only ever predicted
        auto row = nn::promptEmbeddings(*parts.model, prompts[static_cast<std::size_t>(i)], audio[i])[0];
        if (!fed.empty())
            row = torch::cat({row, parts.model->embed(fed)[0]});
        longest = std::max(longest, row.size(0));
        rows.push_back(row);
    }
    LanguageBatch result;
    std::vector<std::int64_t> position;
    std::vector<std::int64_t> label;
    for (int i = 0; i < batch; ++i) {
        auto& row = rows[static_cast<std::size_t>(i)];
        const auto& answer = answers[static_cast<std::size_t>(i)];
        const auto first = row.size(0) - static_cast<std::int64_t>(answer.size());
        for (std::size_t k = 0; k < answer.size(); ++k) {
            position.push_back(i * longest + first + static_cast<std::int64_t>(k));
            label.push_back(answer[k]);
        }
        row = torch::constant_pad_nd(row, {0, 0, 0, longest - row.size(0)});
    }
    result.embeddings = torch::stack(rows);
    result.position = torch::tensor(position);
    result.label = torch::tensor(label);
    return result;
}

} // namespace binaurium
