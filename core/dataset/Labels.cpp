// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/Labels.h"

#include <algorithm>
#include <array>

namespace binaurium {
namespace {

// Only append: the index is part of every trained model.
constexpr std::array table{
    Label{"kettle", "kettle", "a", "household", "boiling kettle|tea kettle"},
    Label{"alarm", "alarm", "an", "household", "alarm clock|alarm signal"},
    Label{"telephone", "telephone", "a", "household", "phone|ringing phone"},
    Label{"bell", "bell", "a", "household", "ringing bell"},
    Label{"knock", "knocking", "", "household", "knock|knock on a door"},
    Label{"footsteps", "footsteps", "", "person", "steps|walking"},
    Label{"siren", "siren", "a", "vehicle", "emergency siren"},
    Label{"engine", "engine", "an", "vehicle", "motor|running engine"},
    Label{"rain", "rain", "", "weather", "rainfall"},
    Label{"fan", "fan", "a", "household", "ventilator"},
    Label{"bird", "bird", "a", "animal", "birdsong|singing bird"},
    Label{"dog", "dog", "a", "animal", "barking|barking dog"},
    Label{"clock", "clock", "a", "household", "ticking clock|ticking"},
    Label{"drip", "dripping water", "", "household", "dripping|water drops"},
    Label{"hammer", "hammer", "a", "tool", "hammering"},
    Label{"guitar", "guitar", "a", "instrument", "acoustic guitar"},
    Label{"typing", "typing", "", "household", "keyboard|typing on a keyboard"},
    Label{"speech", "voice", "a", "person", "speech|talking|person speaking"},
    Label{"noise", "noise", "", "tool", "static|hiss"},
    Label{"horse", "horse", "a", "animal", "hooves|galloping horse"},
    Label{"laughter", "laughter", "", "person", "laughing"},
    Label{"thunder", "thunder", "", "weather", "thunderclap"},
    Label{"door", "door", "a", "household", "creaking door|slamming door"},
    Label{"train", "train", "a", "vehicle", "railway"},
    Label{"chimes", "wind chimes", "", "nature", "chimes"},
    Label{"piano", "piano", "a", "instrument", ""},
    Label{"organ", "organ", "an", "instrument", ""},
    Label{"violin", "violin", "a", "instrument", ""},
    Label{"cello", "cello", "a", "instrument", ""},
    Label{"bass", "double bass", "a", "instrument", ""},
    Label{"harp", "harp", "a", "instrument", ""},
    Label{"trumpet", "trumpet", "a", "instrument", ""},
    Label{"trombone", "trombone", "a", "instrument", ""},
    Label{"tuba", "tuba", "a", "instrument", ""},
    Label{"horn", "French horn", "a", "instrument", ""},
    Label{"saxophone", "saxophone", "a", "instrument", "sax"},
    Label{"clarinet", "clarinet", "a", "instrument", ""},
    Label{"oboe", "oboe", "an", "instrument", ""},
    Label{"bassoon", "bassoon", "a", "instrument", ""},
    Label{"flute", "flute", "a", "instrument", ""},
    Label{"accordion", "accordion", "an", "instrument", ""},
    Label{"harmonica", "harmonica", "a", "instrument", ""},
    Label{"banjo", "banjo", "a", "instrument", ""},
    Label{"sitar", "sitar", "a", "instrument", ""},
    Label{"bagpipe", "bagpipe", "a", "instrument", ""},
    Label{"choir", "choir", "a", "person", ""},
    Label{"xylophone", "xylophone", "a", "instrument", ""},
    Label{"music_box", "music box", "a", "instrument", ""},
    Label{"steel_drum", "steel drum", "a", "instrument", ""},
    Label{"drum", "drum", "a", "instrument", "drums"},
    Label{"cymbal", "cymbal", "a", "instrument", "cymbals"},
    Label{"tambourine", "tambourine", "a", "instrument", ""},
    Label{"cow", "cow", "a", "animal", "mooing"},
    Label{"sheep", "sheep", "a", "animal", "bleating"},
    Label{"chicken", "chicken", "a", "animal", "hen|clucking"},
    Label{"pig", "pig", "a", "animal", "grunting pig"},
    Label{"cat", "cat", "a", "animal", "meowing"},
    Label{"wolf", "wolf", "a", "animal", "howling wolf"},
    Label{"fire", "crackling fire", "", "nature", "fire"},
    Label{"stream", "stream of water", "a", "nature", "running water|brook"},
    Label{"glass", "breaking glass", "", "household", "shattering glass"},
    Label{"explosion", "explosion", "an", "tool", "blast|boom"},
    Label{"helicopter", "helicopter", "a", "vehicle", ""},
    Label{"applause", "applause", "", "person", "clapping"},
    Label{"scream", "scream", "a", "person", "screaming"},
    Label{"car_horn", "car horn", "a", "vehicle", "horn of a car|honking"},
    Label{"saw", "saw", "a", "tool", "sawing"},
    Label{"wind", "wind", "", "weather", "blowing wind"},
    Label{"seashore", "waves", "", "nature", "sea|surf"},
    Label{"gunshot", "gunshot", "a", "tool", "shot"},
    Label{"heartbeat", "heartbeat", "a", "person", "beating heart"},
    Label{"whistle", "whistle", "a", "person", "whistling"},
};

// Which labels one expects where; a label may belong to several places. A place is guessed only from sounds that no
// other place of the options has.
constexpr std::array placeTable{
    Place{"kitchen", "kettle drip alarm glass speech"},
    Place{"office", "typing telephone clock fan speech"},
    Place{"street", "siren engine car_horn footsteps speech"},
    Place{"farm", "cow sheep chicken pig horse"},
    Place{"garden", "bird chimes dog rain"},
    Place{"workshop", "hammer saw engine noise"},
    Place{"railway station", "train whistle footsteps bell"},
    Place{"concert hall", "piano violin cello applause choir trumpet"},
    Place{"beach", "seashore wind bird"},
    Place{"forest", "wolf bird stream wind fire"},
    Place{"airport", "helicopter bell speech"},
};

bool containsWord(std::string_view list, std::string_view word, char separator)
{
    for (std::size_t start = 0; start <= list.size();) {
        const auto end = std::min(list.find(separator, start), list.size());
        if (list.substr(start, end - start) == word)
            return true;
        start = end + 1;
    }
    return false;
}

} // namespace

std::span<const Label> labels()
{
    return table;
}

const Label* findLabel(const std::string& id)
{
    const int index = labelIndex(id);
    return index < 0 ? nullptr : &table[static_cast<std::size_t>(index)];
}

int labelIndex(const std::string& id)
{
    const auto* found = std::find_if(table.begin(), table.end(), [&](const Label& label) { return id == label.id; });
    return found == table.end() ? -1 : static_cast<int>(found - table.begin());
}

std::string withArticle(const Label& label)
{
    const std::string article = label.article;
    return article.empty() ? label.words : article + ' ' + label.words;
}

const Label* labelFromWords(const std::string& words)
{
    const auto* found = std::find_if(table.begin(), table.end(), [&](const Label& label) {
        return words == label.id || words == label.words || containsWord(label.synonyms, words, '|');
    });
    return found == table.end() ? nullptr : &*found;
}

std::span<const Place> places()
{
    return placeTable;
}

bool belongsTo(const std::string& label, const Place& place)
{
    return containsWord(place.labels, label, ' ');
}

} // namespace binaurium
