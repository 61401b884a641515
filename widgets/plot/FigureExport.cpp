// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot/FigureExport.h"

#include "core/support/AtomicFile.h"
#include "core/support/Error.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QImage>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <cmath>

namespace binaurium {
namespace {

constexpr double pointsPerMm = 72.0 / 25.4;
constexpr double svgDpi = 96.0;
constexpr double dotsPerMetrePerDpi = 1000.0 / 25.4;

// What every format shares: the painter is scaled to points.
void draw(QPainter& painter, const FigurePainter& paint, const QSizeF& size)
{
    painter.setFont(figureFont(painter.font()));
    paint(painter, size);
}

QByteArray asPdf(const FigurePainter& paint, const FigureOptions& options, const QSizeF& size)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setTitle(options.title);
    writer.setCreator(QStringLiteral("Binaurium"));
    writer.setPageSize(QPageSize(QSizeF(options.widthMm, options.heightMm), QPageSize::Millimeter));
    writer.setPageMargins(QMarginsF());
    writer.setResolution(1200);
    if (!options.description.isEmpty()) {
        QByteArray xmp =
            "<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF "
            "xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' "
            "xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:description><rdf:Alt><rdf:li xml:lang='x-default'>";
        xmp += options.description.toHtmlEscaped().toUtf8();
        xmp += "</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>";
        writer.setDocumentXmpMetadata(xmp);
    }
    QPainter painter(&writer);
    painter.scale(writer.width() / size.width(), writer.height() / size.height());
    draw(painter, paint, size);
    painter.end();
    return bytes;
}

QByteArray asSvg(const FigurePainter& paint, const FigureOptions& options, const QSizeF& size)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setTitle(options.title);
    generator.setDescription(options.description);
    generator.setResolution(static_cast<int>(svgDpi));
    const QSizeF dots = size * (svgDpi / 72.0);
    generator.setSize(dots.toSize());
    generator.setViewBox(QRectF(QPointF(), dots));
    QPainter painter(&generator);
    painter.scale(svgDpi / 72.0, svgDpi / 72.0);
    draw(painter, paint, size);
    painter.end();
    return bytes;
}

QByteArray asPng(const FigurePainter& paint, const FigureOptions& options, const QSizeF& size)
{
    const double scale = options.dpi / 72.0;
    QImage image((size * scale).toSize(), QImage::Format_RGB32);
    image.fill(Qt::white);
    image.setDotsPerMeterX(static_cast<int>(std::lround(options.dpi * dotsPerMetrePerDpi)));
    image.setDotsPerMeterY(image.dotsPerMeterX());
    image.setText(QStringLiteral("Software"), QStringLiteral("Binaurium"));
    image.setText(QStringLiteral("Title"), options.title);
    image.setText(QStringLiteral("Description"), options.description);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(scale, scale);
    draw(painter, paint, size);
    painter.end();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

} // namespace

bool FigureOptions::isValid(QString* error) const
{
    const bool ok =
        widthMm >= 20.0 && widthMm <= 1000.0 && heightMm >= 20.0 && heightMm <= 1000.0 && dpi >= 50 && dpi <= 2400;
    if (!ok && error != nullptr)
        *error = QCoreApplication::translate("FigureExport",
                                             "Width and height must be 20 to 1000 mm, the resolution 50 to 2400 dpi.");
    return ok;
}

QFont figureFont(QFont font)
{
    constexpr int heightPt = 9;
    font.setPixelSize(heightPt);
    return font;
}

void exportFigure(const FigurePainter& paint, const FigureOptions& options, const std::filesystem::path& path)
{
    QString error;
    if (!options.isValid(&error))
        throw Error(ErrorKind::Usage, error.toStdString());
    const QSizeF size(options.widthMm * pointsPerMm, options.heightMm * pointsPerMm);
    const auto ending = path.extension().string();
    QByteArray bytes;
    if (ending == ".pdf")
        bytes = asPdf(paint, options, size);
    else if (ending == ".svg")
        bytes = asSvg(paint, options, size);
    else if (ending == ".png")
        bytes = asPng(paint, options, size);
    else
        throw Error(ErrorKind::Usage, path.string() + ": figures are written as .pdf, .svg or .png");
    writeFileAtomically(path, {bytes.constData(), static_cast<std::size_t>(bytes.size())});
}

std::filesystem::path captionFileOf(const std::filesystem::path& figure)
{
    return figure.string() + ".txt";
}

void exportTable(const std::vector<std::vector<QString>>& rows, const std::filesystem::path& path)
{
    QString text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            QString cell = row[i];
            if (cell.contains(QLatin1Char(',')) || cell.contains(QLatin1Char('"')) || cell.contains(QLatin1Char('\n')))
                cell = QLatin1Char('"') + cell.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
            text += (i == 0 ? QString() : QStringLiteral(",")) + cell;
        }
        text += QLatin1String("\r\n");
    }
    writeFileAtomically(path, text.toStdString());
}

} // namespace binaurium
