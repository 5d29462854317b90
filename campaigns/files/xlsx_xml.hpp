#pragma once

// The parts of a workbook as XML: expat behind bounds, in pieces, with pauses.
//
// Names come without their prefix, so that the transitional and the strict namespaces of ECMA-376
// and files with prefixes of their own read alike. A DOCTYPE is refused: no workbook has one, and
// it is where entity bombs live.

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace campaigns::xlsx {

/// The workbook cannot be read; becomes a Fault in read(). The text is for people.
struct WorkbookError : std::runtime_error {
    WorkbookError(std::string its_code, const std::string& text)
        : std::runtime_error{text}, code{std::move(its_code)} {}
    std::string code;
};

/// Attributes of the element being read; valid during the call only.
class Attributes {
public:
    explicit Attributes(const char* const* pairs) : pairs_{pairs} {}
    /// Empty when there is none of that name.
    [[nodiscard]] std::string_view get(std::string_view name) const;

private:
    const char* const* pairs_; // name, value, name, value, null
};

/// What an XML part is read by. Handlers must not throw: they are called from C. The document's own
/// element has depth 1.
class XmlHandler {
public:
    virtual ~XmlHandler() = default;
    virtual void start(std::size_t depth, std::string_view name, const Attributes& attributes) = 0;
    virtual void end(std::size_t depth, std::string_view name) = 0;
    virtual void text(std::string_view bytes) = 0;
};

/// One document, fed in pieces. One thread. Memory: one tag (at most 1 MiB).
class XmlReader {
public:
    /// `part` names the document in messages.
    XmlReader(std::string part, XmlHandler& handler);
    ~XmlReader();
    XmlReader(const XmlReader&) = delete;
    XmlReader& operator=(const XmlReader&) = delete;

    /// True when it stopped at pause(): call resume() until that says false. Throws WorkbookError.
    [[nodiscard]] bool feed(std::string_view piece, bool last);
    [[nodiscard]] bool resume();
    /// For handlers at the end of an element: the rest of the piece waits until resume().
    void pause();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace campaigns::xlsx
