#include "dialer/media/plane.hpp"

#include "dialer/media/port_pool.hpp"
#include "dialer/media/shard.hpp"

#include <algorithm>
#include <random>
#include <stdexcept>
#include <unordered_map>

namespace dialer::media {

namespace {

// Other programs may hold ports of our range; so many in a row mean that the range is theirs.
constexpr std::size_t kBindTriesMax = 256;

boost::system::error_code make_error(boost::system::errc::errc_t code) {
    return boost::system::errc::make_error_code(code);
}

Config checked(Config config) {
    if (config.threads < 1) {
        throw std::invalid_argument{"media: at least one thread is needed"};
    }
    if (config.port_min + config.port_min % 2 > config.port_max) {
        throw std::invalid_argument{"media: no even port between port_min and port_max"};
    }
    return config;
}

} // namespace

/// What the control thread knows of the legs. The legs themselves live in the shards.
struct Plane::Impl {
    struct Place {
        Shard* shard = nullptr;
        std::uint16_t port = 0;
    };
    struct Bound {
        Descriptor socket;
        std::uint16_t port = 0;
    };

    Impl(Config given, const Clock& clock, EventSink event_sink);

    [[nodiscard]] boost::system::result<Bound> bind_next();
    [[nodiscard]] RtpStream::Start random_start();
    void post(LegId leg, Command command);

    // Passed by argument.
    const Config config;
    const EventSink sink;

    // Allocated by this.
    std::mt19937 random{std::random_device{}()};
    PortPool ports;
    std::unordered_map<LegId, Place> places;
    std::vector<std::unique_ptr<const Clip>> clips;
    std::vector<std::unique_ptr<Shard>> shards; // last: their threads read the others
};

Plane::Impl::Impl(Config given, const Clock& clock, EventSink event_sink)
    : config{checked(std::move(given))}, sink{std::move(event_sink)},
      ports{config.port_min, config.port_max, static_cast<std::uint32_t>(random())} {
    raise_open_files_limit();
    for (int i = 0; i < config.threads; ++i) {
        shards.push_back(std::make_unique<Shard>(i, config, clock, sink));
    }
}

boost::system::result<Plane::Impl::Bound> Plane::Impl::bind_next() {
    const std::size_t tries = std::min(ports.size(), kBindTriesMax);
    for (std::size_t i = 0; i < tries; ++i) {
        const std::optional<std::uint16_t> port = ports.take();
        if (!port) {
            break;
        }
        auto socket = bind_rtp(config.address, *port);
        if (socket) {
            return Bound{std::move(*socket), *port};
        }
        ports.give_back(*port);
        if (socket.error() != boost::system::errc::address_in_use) {
            return socket.error();
        }
    }
    return make_error(boost::system::errc::address_not_available);
}

RtpStream::Start Plane::Impl::random_start() {
    return {static_cast<std::uint32_t>(random()), static_cast<std::uint16_t>(random()),
            static_cast<std::uint32_t>(random())};
}

void Plane::Impl::post(LegId leg, Command command) {
    if (const auto place = places.find(leg); place != places.end()) {
        place->second.shard->post(std::move(command));
    }
}

Plane::Plane(Config config, const Clock& clock, EventSink sink)
    : impl_{std::make_unique<Impl>(std::move(config), clock, std::move(sink))} {}

Plane::~Plane() = default;

ClipId Plane::load_clip(const std::string& path) {
    impl_->clips.push_back(std::make_unique<const Clip>(read_wav(path)));
    return static_cast<ClipId>(impl_->clips.size() - 1);
}

boost::system::result<LocalPort> Plane::open(LegId leg, LegKind kind, std::uint64_t affinity) {
    if (impl_->places.contains(leg)) {
        return make_error(boost::system::errc::already_connected);
    }
    auto bound = impl_->bind_next();
    if (!bound) {
        return bound.error();
    }
    const std::uint16_t port = bound->port;
    Shard& shard = *impl_->shards[affinity % impl_->shards.size()];
    const auto error = shard.add(
        std::make_unique<RtpLeg>(leg, kind, std::move(bound->socket), impl_->random_start()));
    if (error) {
        impl_->ports.give_back(port);
        return error;
    }
    impl_->places.emplace(leg, Impl::Place{&shard, port});
    return LocalPort{impl_->config.address, port};
}

void Plane::connect(LegId leg, const Remote& remote) {
    impl_->post(leg, ConnectLeg{leg, remote});
}

void Plane::bridge(LegId customer, LegId agent) {
    const auto from = impl_->places.find(customer);
    const auto to = impl_->places.find(agent);
    if (from == impl_->places.end() || to == impl_->places.end()) {
        return;
    }
    if (from->second.shard != to->second.shard) {
        throw std::logic_error{"media: the legs of a bridge must share an affinity"};
    }
    from->second.shard->post(BridgeLegs{customer, agent});
}

void Plane::unbridge(LegId agent) {
    impl_->post(agent, UnbridgeLeg{agent});
}

void Plane::play(LegId leg, ClipId clip) {
    const Clip& loaded = *impl_->clips.at(static_cast<std::size_t>(clip));
    impl_->post(leg, PlayClip{leg, &loaded});
}

void Plane::close(LegId leg) {
    const auto place = impl_->places.find(leg);
    if (place == impl_->places.end()) {
        return;
    }
    place->second.shard->post(CloseLeg{leg});
    // Its socket is closed a moment later; the port comes up again after all others.
    impl_->ports.give_back(place->second.port);
    impl_->places.erase(place);
}

bool Plane::realtime() const {
    return std::all_of(impl_->shards.begin(), impl_->shards.end(),
                       [](const auto& shard) { return shard->realtime(); });
}

} // namespace dialer::media
