// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
    // Takes a SOFA file; what is no head is refused with a message. Also behind the last entry, which asks for the
    // file.
    void choose(const std::filesystem::path& file);

signals:
    void refused(const QString& reason);

private:
    void show();
    void activate(int index);

    SceneDocument& document_;
};

} // namespace binaurium
