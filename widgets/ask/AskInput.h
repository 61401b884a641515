// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/features/SoundOverview.h"
#include "widgets/controls/BackgroundWork.h"

#include <QStringList>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

namespace binaurium {

class AudioBuffer;

// What is asked about: the open scene, a file or what was recorded. Files are read in a thread; those longer than a
// minute stay on the disk and are read in blocks. How the sound looks, and what is doubtful about it, is found out
// there too.
class AskInput : public QObject
{
    Q_OBJECT

public:
    enum class Kind { Scene, File, Recorded };
    using Range = std::pair<double, double>; // seconds
    static constexpr double longS = 60.0;

    explicit AskInput(QObject* parent = nullptr);

    void useScene();
    // The scene as it sounds; null: it has to be rendered first. Of no effect unless the scene is the input.
    void setSceneAudio(std::shared_ptr<const AudioBuffer> audio);
    // Looks at the head of the file alone: throws Missing or BadInput and stays what it was. The sound follows with
    // soundReady(), or failed() and the scene becomes the input.
    void useFile(const std::filesystem::path& path);
    void useRecorded(std::shared_ptr<const AudioBuffer> audio);

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] bool isScene() const noexcept { return kind_ == Kind::Scene; }
    [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }
    // A file that is too long to be heard as a whole at once.
    [[nodiscard]] bool isLong() const noexcept { return kind_ == Kind::File && durationS_ > longS; }
    // All of it; null for long files, and for files and scenes that are not read or rendered yet.
    [[nodiscard]] const std::shared_ptr<const AudioBuffer>& audio() const noexcept { return audio_; }
    [[nodiscard]] double durationS() const noexcept { return durationS_; }
    [[nodiscard]] QString words() const;
    // The range of it that is asked about: what was chosen, at most the ten seconds that one prompt holds.
    [[nodiscard]] Range asked(const std::optional<Range>& chosen) const;
    // The sound of a range. Throws BadInput.
    [[nodiscard]] std::shared_ptr<const AudioBuffer> part(const Range& range) const;

signals:
    void changed();
    // A file that had to be read is there: audio().
    void soundReady();
    // Null while it is not known.
    void glanced(std::shared_ptr<const binaurium::SoundOverview> overview);
    // What is doubtful about the sound, in sentences; empty when nothing is.
    void doubted(const QStringList& sentences);
    void failed(const QString& reason);

private:
    // A file whose sound is to come.
    [[nodiscard]] bool isUnread() const noexcept { return kind_ == Kind::File && !audio_ && !isLong(); }
    void take(Kind kind, std::shared_ptr<const AudioBuffer> audio, double durationS);
    void glance();
    void read();

    Kind kind_ = Kind::Scene;
    std::filesystem::path file_;
    std::shared_ptr<const AudioBuffer> audio_;
    double durationS_ = 0.0;
    BackgroundWork work_;
};

} // namespace binaurium
