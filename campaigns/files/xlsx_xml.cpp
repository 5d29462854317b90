#include "campaigns/files/xlsx_xml.hpp"

#include <expat.h>
#include <fmt/format.h>

#include <new>

namespace campaigns::xlsx {

namespace {

constexpr std::size_t kDepthMax = 64;
constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr XML_Index kTagBytesMax = 1024 * 1024; // bytes fed beyond the last thing understood

struct FreeParser {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

std::string_view local_name(const char* name) {
    const std::string_view whole{name};
    const std::size_t colon = whole.rfind(':');
    return colon == std::string_view::npos ? whole : whole.substr(colon + 1);
}

} // namespace

std::string_view Attributes::get(std::string_view name) const {
    for (const char* const* pair = pairs_; pair != nullptr && *pair != nullptr; pair += 2) {
        if (local_name(pair[0]) == name) {
            return pair[1];
        }
    }
    return {};
}

class XmlReader::Impl {
public:
    Impl(std::string part, XmlHandler& handler)
        : part_{std::move(part)}, handler_{handler}, parser_{XML_ParserCreate(nullptr)} {
        if (!parser_) {
            throw std::bad_alloc{};
        }
        XML_SetUserData(parser_.get(), this);
        XML_SetElementHandler(
            parser_.get(),
            [](void* self, const char* name, const char** attributes) {
                static_cast<Impl*>(self)->start(name, attributes);
            },
            [](void* self, const char* name) { static_cast<Impl*>(self)->end(name); });
        XML_SetCharacterDataHandler(parser_.get(), [](void* self, const char* text, int size) {
            static_cast<Impl*>(self)->handler_.text({text, static_cast<std::size_t>(size)});
        });
        XML_SetStartDoctypeDeclHandler(
            parser_.get(), [](void* self, const char* /*name*/, const char* /*system*/,
                              const char* /*public_id*/, int /*has_subset*/) {
                static_cast<Impl*>(self)->refuse(
                    "not_xlsx", "declares a document type, which no workbook does; open it in a "
                                "spreadsheet program and save it again as XLSX");
            });
    }

    bool feed(std::string_view piece, bool last) {
        waiting_ = piece;
        last_ = last;
        return next();
    }

    bool resume() {
        if (check(XML_ResumeParser(parser_.get()))) {
            return true;
        }
        return next();
    }

    void pause() { static_cast<void>(XML_StopParser(parser_.get(), XML_TRUE)); }

private:
    bool next() {
        while (!done_ && (!waiting_.empty() || last_)) {
            const std::string_view part = waiting_.substr(0, kPieceBytes);
            waiting_.remove_prefix(part.size());
            fed_ += static_cast<XML_Index>(part.size());
            done_ = last_ && waiting_.empty();
            if (check(XML_Parse(parser_.get(), part.data(), static_cast<int>(part.size()),
                                done_ ? 1 : 0))) {
                return true;
            }
            if (!done_ && fed_ - XML_GetCurrentByteIndex(parser_.get()) > kTagBytesMax) {
                throw WorkbookError{"too_large", describe("has a single tag of more than 1 MiB; "
                                                          "open the file in a spreadsheet program "
                                                          "and save it again as XLSX")};
            }
        }
        return false;
    }

    // True when paused.
    bool check(XML_Status status) {
        if (!refused_code_.empty()) {
            throw WorkbookError{refused_code_, describe(refused_text_)};
        }
        if (status == XML_STATUS_ERROR) {
            throw WorkbookError{
                "damaged",
                describe(fmt::format("is damaged at byte {} ({}); open the file in a spreadsheet "
                                     "program, repair it and save it again as XLSX",
                                     XML_GetCurrentByteIndex(parser_.get()),
                                     XML_ErrorString(XML_GetErrorCode(parser_.get()))))};
        }
        return status == XML_STATUS_SUSPENDED;
    }

    void start(const char* name, const char** attributes) {
        if (++depth_ > kDepthMax) {
            refuse("damaged", "is nested deeper than any workbook; save it again as XLSX");
            return;
        }
        handler_.start(depth_, local_name(name), Attributes{attributes});
    }

    void end(const char* name) {
        if (refused_code_.empty()) {
            handler_.end(depth_, local_name(name));
        }
        --depth_;
    }

    void refuse(std::string code, std::string text) {
        if (refused_code_.empty()) {
            refused_code_ = std::move(code);
            refused_text_ = std::move(text);
            static_cast<void>(XML_StopParser(parser_.get(), XML_FALSE));
        }
    }

    [[nodiscard]] std::string describe(std::string_view what) const {
        return fmt::format("its part {} {}", part_, what);
    }

    std::string part_;
    XmlHandler& handler_;
    std::unique_ptr<XML_ParserStruct, FreeParser> parser_;
    std::size_t depth_ = 0;
    XML_Index fed_ = 0;
    std::string_view waiting_; // of the piece being read
    bool last_ = false;
    bool done_ = false;
    std::string refused_code_;
    std::string refused_text_;
};

XmlReader::XmlReader(std::string part, XmlHandler& handler)
    : impl_{std::make_unique<Impl>(std::move(part), handler)} {}
XmlReader::~XmlReader() = default;

bool XmlReader::feed(std::string_view piece, bool last) {
    return impl_->feed(piece, last);
}
bool XmlReader::resume() {
    return impl_->resume();
}
void XmlReader::pause() {
    impl_->pause();
}

} // namespace campaigns::xlsx
