#include "dnc/registry_json.hpp"

#include "dnc/registry_text.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace dnc {

namespace {

namespace json = boost::json;

constexpr std::size_t kTextBytesMax = 256;
constexpr std::size_t kStringBytesMax = std::size_t{64} * 1024;
constexpr std::size_t kDepthMax = 32;

constexpr std::array<std::string_view, 9> kNumberNames{
    "phone", "number", "phone_number", "phonenumber", "telephone", "tel", "tn", "msisdn", "mobile"};
constexpr std::array<std::string_view, 6> kListedNames{"is_bad_number", "listed",    "is_listed",
                                                       "is_litigator",  "litigator", "bad"};
constexpr std::array<std::string_view, 6> kGoodStates{"good", "clean", "ok", "none", "safe", "no"};

template <std::size_t Count>
bool is_one_of(const std::array<std::string_view, Count>& names, std::string_view text) {
    return std::find(names.begin(), names.end(), text) != names.end();
}

bool is_telephone(std::string_view text) {
    const auto digits = std::count_if(text.begin(), text.end(), is_digit);
    return digits >= 10 && digits <= 15;
}

/// One open object or array.
struct Frame {
    bool array = false;
    std::string key; ///< of the member being read
    std::string number;
    std::string listed; ///< "true", "false", "yes", ... of a member that says so
    std::string status;
    std::int64_t line = 0;
};

/// What the parser reports (boost::json::basic_parser's handler), made into records.
class Documents {
public:
    Documents(const RegistryOptions& options, RegistrySink& sink)
        : options_{options}, sink_{sink} {}

    std::int64_t line = 1;

    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = kStringBytesMax;
    static constexpr std::size_t max_key_size = kStringBytesMax;

    bool on_document_begin(json::error_code& /*error*/) { return true; }
    bool on_document_end(json::error_code& /*error*/) { return true; }
    bool on_object_begin(json::error_code& /*error*/) { return open(false); }
    bool on_object_end(std::size_t /*members*/, json::error_code& /*error*/) {
        close();
        return true;
    }
    bool on_array_begin(json::error_code& /*error*/) { return open(true); }
    bool on_array_end(std::size_t /*elements*/, json::error_code& /*error*/) {
        frames_.pop_back();
        return true;
    }
    bool on_key_part(json::string_view text, std::size_t /*size*/, json::error_code& /*error*/) {
        add(text);
        return true;
    }
    bool on_key(json::string_view text, std::size_t /*size*/, json::error_code& /*error*/) {
        add(text);
        frames_.back().key = std::exchange(text_, {});
        return true;
    }
    bool on_string_part(json::string_view text, std::size_t /*size*/, json::error_code& /*error*/) {
        add(text);
        return true;
    }
    bool on_string(json::string_view text, std::size_t /*size*/, json::error_code& /*error*/) {
        add(text);
        value(std::exchange(text_, {}));
        return true;
    }
    bool on_number_part(json::string_view /*text*/, json::error_code& /*error*/) { return true; }
    bool on_int64(std::int64_t number, json::string_view /*text*/, json::error_code& /*error*/) {
        value(std::to_string(number));
        return true;
    }
    bool on_uint64(std::uint64_t number, json::string_view /*text*/, json::error_code& /*error*/) {
        value(std::to_string(number));
        return true;
    }
    bool on_double(double /*number*/, json::string_view /*text*/, json::error_code& /*error*/) {
        value("a number with a fraction or too large");
        return true;
    }
    bool on_bool(bool yes, json::error_code& /*error*/) {
        value(yes ? "true" : "false");
        return true;
    }
    bool on_null(json::error_code& /*error*/) { return true; }
    bool on_comment_part(json::string_view /*text*/, json::error_code& /*error*/) { return true; }
    bool on_comment(json::string_view /*text*/, json::error_code& /*error*/) { return true; }

private:
    bool open(bool array) {
        Frame frame;
        frame.array = array;
        frame.line = line;
        if (!array && !frames_.empty() && is_telephone(frames_.back().key)) {
            frame.number = frames_.back().key;
        }
        frames_.push_back(std::move(frame));
        return true;
    }

    void close() {
        const Frame frame = std::move(frames_.back());
        frames_.pop_back();
        if (!frame.number.empty()) {
            emit(frame);
        }
    }

    void add(json::string_view more) {
        text_.append(more.data(),
                     std::min(more.size(), kTextBytesMax - std::min(kTextBytesMax, text_.size())));
    }

    void value(std::string text) {
        if (frames_.empty()) {
            return;
        }
        Frame& top = frames_.back();
        if (top.array) {
            if (is_telephone(text)) {
                Frame single;
                single.number = std::move(text);
                single.line = line;
                emit(single);
            }
            return;
        }
        const std::string key = lower_of(top.key);
        if (is_one_of(kNumberNames, key)) {
            top.number = std::move(text);
        } else if (is_one_of(kListedNames, key)) {
            top.listed = std::move(text);
        } else if (key == "status") {
            top.status = lower_of(text);
        }
    }

    void emit(const Frame& frame) {
        RegistryTexts texts;
        texts.number = frame.number;
        texts.listed = !frame.listed.empty()                  ? std::string_view{frame.listed}
                       : is_one_of(kGoodStates, frame.status) ? std::string_view{"no"}
                                                              : std::string_view{};
        take_record(texts, options_, frame.line, sink_);
    }

    const RegistryOptions& options_;
    RegistrySink& sink_;
    std::vector<Frame> frames_;
    std::string text_;
};

} // namespace

class JsonRegistryReader::Impl {
public:
    Impl(const RegistryOptions& options, RegistrySink& sink)
        : parser_{parse_options(), options, sink} {}

    std::optional<RegistryFault> feed(std::string_view piece) {
        while (!piece.empty() && !fault_) {
            const std::size_t end = piece.find('\n');
            const std::size_t size = end == std::string_view::npos ? piece.size() : end + 1;
            feed_line(piece.substr(0, size));
            parser_.handler().line += end == std::string_view::npos ? 0 : 1;
            piece.remove_prefix(size);
        }
        return fault_;
    }

    std::optional<RegistryFault> finish() {
        if (!fault_ && begun_) {
            json::error_code error;
            parser_.write_some(false, "", 0, error);
            if (error) {
                fault_ =
                    RegistryFault{parser_.handler().line,
                                  "the file ends in the middle: it was cut off; download it again"};
            }
        }
        return fault_;
    }

private:
    static json::parse_options parse_options() {
        json::parse_options options;
        options.max_depth = kDepthMax;
        return options;
    }

    void feed_line(std::string_view text) {
        while (!fault_) {
            if (!begun_) {
                text = text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
            }
            if (text.empty()) {
                return;
            }
            begun_ = true;
            json::error_code error;
            const std::size_t used = parser_.write_some(true, text.data(), text.size(), error);
            if (error) {
                fault_ =
                    RegistryFault{parser_.handler().line,
                                  "this is no JSON (" + error.message() + "); download it again"};
                return;
            }
            text.remove_prefix(used);
            if (parser_.done()) {
                parser_.reset();
                begun_ = false;
            }
        }
    }

    json::basic_parser<Documents> parser_;
    bool begun_ = false; // inside a document
    std::optional<RegistryFault> fault_;
};

JsonRegistryReader::JsonRegistryReader(const RegistryOptions& options, RegistrySink& sink)
    : impl_{std::make_unique<Impl>(options, sink)} {}
JsonRegistryReader::~JsonRegistryReader() = default;

std::optional<RegistryFault> JsonRegistryReader::feed(std::string_view piece) {
    return impl_->feed(piece);
}

std::optional<RegistryFault> JsonRegistryReader::finish() {
    return impl_->finish();
}

} // namespace dnc
