#include "dnc/registry_xml.hpp"

#include "dnc/registry_text.hpp"

#include <expat.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace dnc {

namespace {

constexpr std::size_t kDepthMax = 32;
constexpr std::size_t kTextBytesMax = 256;
constexpr std::size_t kPieceBytes = 16 * 1024;
constexpr XML_Index kTagBytesMax = 64 * 1024; // bytes fed beyond the last thing understood

enum class Role { other, number, area, mark, time };

// Names of elements and attributes, without case, prefixes, '-' and '_'.
constexpr std::array<std::pair<std::string_view, Role>, 26> kRoles{{
    {"ph", Role::number},
    {"phone", Role::number},
    {"phonenumber", Role::number},
    {"number", Role::number},
    {"tn", Role::number},
    {"tel", Role::number},
    {"telephone", Role::number},
    {"telephonenumber", Role::number},
    {"ac", Role::area},
    {"areacode", Role::area},
    {"npa", Role::area},
    {"area", Role::area},
    {"chg", Role::mark},
    {"chgtype", Role::mark},
    {"change", Role::mark},
    {"changetype", Role::mark},
    {"action", Role::mark},
    {"mark", Role::mark},
    {"op", Role::mark},
    {"type", Role::mark},
    {"chgdate", Role::time},
    {"changedate", Role::time},
    {"date", Role::time},
    {"time", Role::time},
    {"timestamp", Role::time},
    {"datetime", Role::time},
}};

std::string plain_name(std::string_view name) {
    if (const std::size_t colon = name.rfind(':'); colon != std::string_view::npos) {
        name.remove_prefix(colon + 1);
    }
    std::string text = lower_of(name);
    std::erase_if(text, [](char c) { return c == '-' || c == '_'; });
    return text;
}

Role role_of(const std::string& name) {
    const auto* const found = std::find_if(kRoles.begin(), kRoles.end(),
                                           [&](const auto& known) { return known.first == name; });
    return found == kRoles.end() ? Role::other : found->second;
}

bool holds_value(const std::string& name) {
    return name == "val" || name == "value" || name == "code" || name == "num" || name == "number";
}

/// One open element and what is known inside it.
struct Frame {
    Role role = Role::other;
    std::string area;    ///< for the numbers in here
    std::string mark;    ///< "A" or "D" for them all: <added>...</added>
    std::string text;    ///< directly inside
    bool valued = false; ///< an attribute gave the element's value
    bool has_number = false;
    std::string number; ///< waits for the end of its record
    std::string number_mark;
    std::string number_time;
    std::int64_t line = 0; ///< of the number
};

struct FreeParser {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

} // namespace

class XmlRegistryReader::Impl {
public:
    Impl(const RegistryOptions& options, RegistrySink& sink)
        : options_{options}, sink_{sink}, parser_{XML_ParserCreate(nullptr)} {
        if (!parser_) {
            throw std::bad_alloc{};
        }
        XML_SetUserData(parser_.get(), this);
        XML_SetElementHandler(
            parser_.get(),
            [](void* self, const char* name, const char** attributes) {
                static_cast<Impl*>(self)->start(name, attributes);
            },
            [](void* self, const char* /*name*/) { static_cast<Impl*>(self)->end(); });
        XML_SetCharacterDataHandler(parser_.get(), [](void* self, const char* text, int size) {
            static_cast<Impl*>(self)->text({text, static_cast<std::size_t>(size)});
        });
        XML_SetEntityDeclHandler(parser_.get(),
                                 [](void* self, const char* /*name*/, int /*is_parameter*/,
                                    const char* /*value*/, int /*size*/, const char* /*base*/,
                                    const char* /*system*/, const char* /*public_id*/,
                                    const char* /*notation*/) {
                                     static_cast<Impl*>(self)->refuse(
                                         "the file declares entities, which no registry does; get "
                                         "the file again from the registry itself");
                                 });
    }

    std::optional<RegistryFault> feed(std::string_view piece, bool last) {
        do {
            const std::string_view part = piece.substr(0, kPieceBytes);
            piece.remove_prefix(part.size());
            parse(part, last && piece.empty());
        } while (!piece.empty() && !fault_);
        return fault_;
    }

private:
    [[nodiscard]] std::int64_t line() const {
        return static_cast<std::int64_t>(XML_GetCurrentLineNumber(parser_.get()));
    }

    void refuse(std::string why) {
        if (!fault_) {
            fault_ = RegistryFault{line(), std::move(why)};
            XML_StopParser(parser_.get(), XML_FALSE);
        }
    }

    void parse(std::string_view part, bool last) {
        if (fault_) {
            return;
        }
        fed_ += static_cast<XML_Index>(part.size());
        const auto status = XML_Parse(parser_.get(), part.data(), static_cast<int>(part.size()),
                                      last ? XML_TRUE : XML_FALSE);
        if (fault_) {
            return;
        }
        if (status != XML_STATUS_OK) {
            const XML_Error error = XML_GetErrorCode(parser_.get());
            const bool cut = error == XML_ERROR_NO_ELEMENTS || error == XML_ERROR_UNCLOSED_TOKEN ||
                             (last && !frames_.empty());
            fault_ = RegistryFault{
                line(), cut ? std::string{"the file ends in the middle: it was cut off; download "
                                          "it again"}
                            : std::string{"this is no well-formed XML ("} + XML_ErrorString(error) +
                                  "); download it again"};
            return;
        }
        if (fed_ - XML_GetCurrentByteIndex(parser_.get()) >
            kTagBytesMax + static_cast<XML_Index>(part.size())) {
            refuse("a tag is longer than 64 KiB");
        }
    }

    void start(const char* name, const char** attributes) {
        if (fault_) {
            return;
        }
        if (frames_.size() >= kDepthMax) {
            return refuse("elements nest more than 32 deep");
        }
        const std::string plain = plain_name(name);
        Frame frame;
        frame.role = role_of(plain);
        if (frame.role == Role::other) {
            // <added>, <deleted>; single letters are too often something else.
            const auto mark = plain.size() > 2 ? read_mark(plain) : std::nullopt;
            frame.mark = mark ? (*mark ? "A" : "D") : "";
        }
        std::string value;
        std::string mark;
        std::string time;
        for (; *attributes != nullptr; attributes += 2) {
            const std::string attribute = plain_name(attributes[0]);
            const std::string_view text{attributes[1]};
            const Role role = role_of(attribute);
            if (frame.role != Role::other && holds_value(attribute)) {
                frame.valued = true;
                value = text.substr(0, kTextBytesMax);
            } else if (role == Role::area) {
                frame.area = text.substr(0, kTextBytesMax);
            } else if (role == Role::number) {
                put_number(frame, text);
            } else if (role == Role::mark) {
                mark = text.substr(0, kTextBytesMax);
            } else if (role == Role::time) {
                time = text.substr(0, kTextBytesMax);
            }
        }
        frames_.push_back(std::move(frame));
        Frame& top = frames_.back();
        if (top.valued) {
            take_value(value);
        }
        // Of a list that calls itself type="F" this is no mark.
        give_marks(mark, time);
    }

    /// Marks and times that stand as attributes beside a number.
    void give_marks(const std::string& mark, const std::string& time) {
        Frame& top = frames_.back();
        Frame* const record = top.has_number                                   ? &top
                              : top.role == Role::number && frames_.size() > 1 ? &parent()
                                                                               : nullptr;
        if (record == nullptr) {
            return;
        }
        if (record != &top && !top.valued) {
            waiting_mark_ = mark; // the number itself is the element's text, still to come
            waiting_time_ = time;
            return;
        }
        record->number_mark = mark.empty() ? record->number_mark : mark;
        record->number_time = time.empty() ? record->number_time : time;
    }

    void text(std::string_view more) {
        if (fault_ || frames_.empty()) {
            return;
        }
        Frame& top = frames_.back();
        if (top.role != Role::other && !top.valued && top.text.size() < kTextBytesMax) {
            top.text += more.substr(0, kTextBytesMax - top.text.size());
        }
    }

    void end() {
        if (fault_ || frames_.empty()) {
            return;
        }
        Frame& top = frames_.back();
        if (top.role != Role::other && !top.valued && !top.has_number && top.area.empty()) {
            const std::string value{trim(top.text)};
            const bool was_number = top.role == Role::number;
            take_value(value);
            if (was_number && frames_.size() > 1) {
                Frame& record = parent();
                const std::string mark = std::exchange(waiting_mark_, {});
                const std::string time = std::exchange(waiting_time_, {});
                record.number_mark = mark.empty() ? record.number_mark : mark;
                record.number_time = time.empty() ? record.number_time : time;
            }
        }
        emit(frames_.back());
        frames_.pop_back();
    }

    [[nodiscard]] Frame& parent() { return frames_[frames_.size() - 2]; }

    /// The value of the element on top belongs to the record it stands in.
    void take_value(const std::string& value) {
        Frame& top = frames_.back();
        if (top.role == Role::area && top.valued) {
            top.area = value; // <ac val="212"> with its numbers inside
            return;
        }
        if (frames_.size() < 2 || value.empty()) {
            return;
        }
        Frame& record = parent();
        switch (top.role) {
        case Role::number:
            put_number(record, value);
            break;
        case Role::area:
            record.area = value;
            break;
        case Role::mark:
            record.number_mark = value;
            break;
        case Role::time:
            record.number_time = value;
            break;
        case Role::other:
            break;
        }
    }

    void put_number(Frame& record, std::string_view number) {
        emit(record);
        record.has_number = true;
        record.number = number.substr(0, kTextBytesMax);
        record.line = line();
    }

    void emit(Frame& record) {
        if (!record.has_number) {
            return;
        }
        std::string_view area = record.area;
        std::string_view mark = record.number_mark;
        for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
            area = area.empty() ? std::string_view{frame->area} : area;
            mark = mark.empty() ? std::string_view{frame->mark} : mark;
        }
        RegistryTexts texts;
        texts.number = record.number;
        // A number that comes with its own area code needs no other.
        texts.area_code = trim(record.number).size() > 8 ? std::string_view{} : area;
        texts.mark = mark;
        texts.time = record.number_time;
        if (options_.content == RegistryContent::numbers && read_mark(mark)) {
            refuse("this is a list of changes (A and D), not a full list; load it with --change "
                   "--after VERSION, or download the full list");
        } else {
            take_record(texts, options_, record.line, sink_);
        }
        record.has_number = false;
        record.number_mark.clear();
        record.number_time.clear();
    }

    const RegistryOptions& options_;
    RegistrySink& sink_;
    std::unique_ptr<std::remove_pointer_t<XML_Parser>, FreeParser> parser_;
    std::vector<Frame> frames_;
    std::string waiting_mark_;
    std::string waiting_time_;
    XML_Index fed_ = 0;
    std::optional<RegistryFault> fault_;
};

XmlRegistryReader::XmlRegistryReader(const RegistryOptions& options, RegistrySink& sink)
    : impl_{std::make_unique<Impl>(options, sink)} {}
XmlRegistryReader::~XmlRegistryReader() = default;

std::optional<RegistryFault> XmlRegistryReader::feed(std::string_view piece) {
    return piece.empty() ? std::nullopt : impl_->feed(piece, false);
}

std::optional<RegistryFault> XmlRegistryReader::finish() {
    return impl_->feed({}, true);
}

} // namespace dnc
