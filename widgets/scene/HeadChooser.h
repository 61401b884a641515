// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/controls/BackgroundWork.h"
#include "widgets/document/SceneDocument.h"

#include <QComboBox>

namespace binaurium {

// The head that the scene is heard through: KEMAR, the heads of the catalogue that are on this computer, or any SOFA
// file.
class HeadChooser : public QComboBox
{
    Q_OBJECT

public:
    explicit HeadChooser(SceneDocument& document, QWidget* parent = nullptr);
    // Takes a SOFA file once it has been read; what is no head is refused with a message. Also behind the last entry,
    // which asks for the file. Another choice or another scene meanwhile counts more.
    void choose(const std::filesystem::path& file);

signals:
    void refused(const QString& reason);

private:
    void show();
    void activate(int index);

    SceneDocument& document_;
    BackgroundWork reading_;
    bool wanted_ = false; // what is being read
};

} // namespace binaurium
