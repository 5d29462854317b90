#include "pacing/calls_book.hpp"

namespace pacing {

CallsBook::CallsBook() {
    calls_.reserve(1024);
    free_.reserve(1024);
}

Call* CallsBook::find(CallId id) {
    const auto place = places_.find(static_cast<std::int64_t>(id));
    return place == none ? nullptr : &calls_[place];
}

Call* CallsBook::add(CallId id, Instant now) {
    if (id == CallId{} || full() || find(id) != nullptr) {
        return nullptr;
    }
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(calls_.size()));
        calls_.emplace_back();
    }
    const auto place = free_.back();
    free_.pop_back();
    Call& call = calls_[place];
    call = Call{};
    call.id = id;
    call.dialed = now;
    call.rings = now;
    call.changed = now;
    places_.set(static_cast<std::int64_t>(id), place);
    link(list(call.state), place, &Call::in_state);
    link(unlearnt_, place, &Call::in_order);
    return &call;
}

void CallsBook::move(Call& call, CallState to, Instant now) {
    const auto place = place_of(call);
    unlink(list(call.state), place, &Call::in_state);
    call.state = to;
    call.changed = now;
    link(list(to), place, &Call::in_state);
}

void CallsBook::erase(Call& call) {
    set_learnt(call);
    const auto place = place_of(call);
    unlink(list(call.state), place, &Call::in_state);
    places_.erase(static_cast<std::int64_t>(call.id));
    free_.push_back(place);
}

Call* CallsBook::oldest(CallState state) {
    const auto place = list(state).first;
    return place == none ? nullptr : &calls_[place];
}

Call* CallsBook::oldest_unlearnt() {
    return unlearnt_.first == none ? nullptr : &calls_[unlearnt_.first];
}

void CallsBook::set_learnt(Call& call) {
    if (!call.learnt) {
        call.learnt = true;
        unlink(unlearnt_, place_of(call), &Call::in_order);
    }
}

void CallsBook::link(List& list, std::uint32_t place, Links links) {
    Call::Link& own = calls_[place].*links;
    own.before = list.last;
    own.after = none;
    if (list.last == none) {
        list.first = place;
    } else {
        (calls_[list.last].*links).after = place;
    }
    list.last = place;
}

void CallsBook::unlink(List& list, std::uint32_t place, Links links) {
    const Call::Link own = calls_[place].*links;
    (own.before == none ? list.first : (calls_[own.before].*links).after) = own.after;
    (own.after == none ? list.last : (calls_[own.after].*links).before) = own.before;
}

} // namespace pacing
