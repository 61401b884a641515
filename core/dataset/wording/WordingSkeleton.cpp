// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/wording/WordingSkeleton.h"

#include "core/dataset/Labels.h"
#include "core/dataset/Sectors.h"
#include "core/dataset/Templates.h"
#include "core/support/Text.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace binaurium {
namespace {

std::string lowered(std::string text)
{
    for (char& c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

// What placeholders stand for, the longest first.
const std::vector<std::string>& fillings()
{
    static const auto list = [] {
        std::vector<std::string> all{"90 degrees to the left", "90 degrees to the right", "180 degrees"};
        for (const char* quadrant : {"front", "left", "behind", "right"})
            all.push_back(directionPhrase(quadrant));
        for (const Label& label : labels())
            all.push_back(lowered(label.words));
        std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
        return all;
    }();
    return list;
}

bool isLetter(const std::string& text, std::size_t at)
{
    return at < text.size() && std::isalpha(static_cast<unsigned char>(text[at])) != 0;
}

void replaceWords(std::string& text, const std::string& words)
{
    for (std::size_t at = 0; (at = text.find(words, at)) != std::string::npos;) {
        const bool whole = (at == 0 || !isLetter(text, at - 1)) && !isLetter(text, at + words.size());
        if (whole)
            text.replace(at, words.size(), "<>");
        at += whole ? 2 : words.size();
    }
}

} // namespace

std::string wordingSkeleton(const std::string& text)
{
    auto skeleton = lowered(text);
    for (std::size_t open = 0; (open = skeleton.find('{', open)) != std::string::npos; ++open)
        if (const auto close = skeleton.find('}', open); close != std::string::npos)
            skeleton.replace(open, close - open + 1, "<>");
    for (const auto& words : fillings())
        replaceWords(skeleton, words);
    for (const char* withArticle : {" a <>", " an <>"})
        replaceAll(skeleton, withArticle, " <>");
    return skeleton;
}

std::map<std::string, std::string> builtInSkeletons()
{
    std::map<std::string, std::string> owners;
    for (const QuestionTemplate& t : questionTemplates())
        for (const Split split : {Split::Test, Split::Validation, Split::Train})
            for (const auto& wording : t.wordings(split))
                owners.emplace(wordingSkeleton(wording), splitId(split));
    return owners;
}

} // namespace binaurium
