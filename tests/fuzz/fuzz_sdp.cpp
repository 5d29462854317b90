// Goal: no session description, however ugly, harms the reader, and what it accepts we can write,
// read again and answer. Method: libFuzzer under ASan and UBSan; broken promises abort.

#include "dialer/sdp/sdp.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace dialer::sdp;

namespace {

void require(bool promise) {
    if (!promise) {
        std::abort();
    }
}

/// What we write must be read back as the same.
void check_round_trip(const Audio& audio) {
    const ReadResult again = read(write(audio));
    require(again.audio.has_value());
    require(*again.audio == audio);
}

void check_answer(const Audio& offer) {
    const Audio ours = make_offer({192, 0, 2, 1}, 4000, 1);
    const ReadResult answer = answer_to(offer, ours);
    require(answer.audio.has_value() == (answer.fault == Fault::none));
    if (!answer.audio) {
        return;
    }
    require(agreed_codec(*answer.audio, offer).has_value());
    require(answer.audio->other_media.size() == offer.other_media.size());
    check_round_trip(*answer.audio);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ReadResult result = read({reinterpret_cast<const char*>(data), size});
    require(result.audio.has_value() == (result.fault == Fault::none));
    if (result.audio && result.audio->port != 0) {
        check_round_trip(*result.audio);
        check_answer(*result.audio);
    }
    return 0;
}
