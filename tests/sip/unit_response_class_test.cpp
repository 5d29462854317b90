// Goal: every final response is turned into the right outcome, and a person's or a number's refusal
// never fails over to another trunk.
// Method: the table by hand, then properties over all status codes.

#include "dialer/sip/response_class.hpp"

#include <catch2/catch.hpp>

using namespace dialer::sip;

namespace {

Classified of(int status, bool rang = false) {
    return classify({.status = status, .local = false, .rang = rang, .we_cancelled = false});
}

} // namespace

TEST_CASE("final responses map to outcomes", "[sip][response]") {
    struct Row {
        int status;
        Failure failure;
        bool technical;
    };
    const Row rows[] = {
        {302, Failure::rejected, false},       {400, Failure::trunk_failure, true},
        {401, Failure::trunk_failure, true},   {403, Failure::rejected, false},
        {404, Failure::invalid_number, false}, {407, Failure::trunk_failure, true},
        {408, Failure::trunk_failure, true},   {410, Failure::invalid_number, false},
        {422, Failure::congestion, true},      {433, Failure::rejected, false},
        {480, Failure::no_answer, false},      {484, Failure::invalid_number, false},
        {485, Failure::invalid_number, false}, {486, Failure::busy, false},
        {487, Failure::no_answer, false},      {488, Failure::trunk_failure, true},
        {500, Failure::congestion, true},      {503, Failure::congestion, true},
        {504, Failure::congestion, true},      {599, Failure::congestion, true},
        {600, Failure::busy, false},           {603, Failure::rejected, false},
        {604, Failure::invalid_number, false}, {606, Failure::rejected, false},
        {607, Failure::rejected, false},       {608, Failure::rejected, false},
    };
    for (const Row& row : rows) {
        INFO(row.status);
        CHECK(of(row.status).failure == row.failure);
        CHECK(of(row.status).technical == row.technical);
    }
}

TEST_CASE("after ringing no response whatever may fail over", "[sip][response]") {
    for (int status = 300; status < 700; ++status) {
        INFO(status);
        CHECK_FALSE(of(status, true).technical);
    }
}

TEST_CASE("6xx and unknown 4xx are refusals that never fail over", "[sip][response]") {
    for (int status = 600; status < 700; ++status) {
        INFO(status);
        CHECK_FALSE(of(status).technical);
    }
    CHECK(of(499).failure == Failure::rejected);
    CHECK_FALSE(of(499).technical);
}

TEST_CASE("a timeout after ringing is no answer, before it a failure of the trunk",
          "[sip][response]") {
    CHECK(of(408, true).failure == Failure::no_answer);
    const Classified silent = classify({.status = 408, .local = true});
    CHECK(silent.failure == Failure::trunk_failure);
    CHECK(silent.technical);
    CHECK(classify({.status = 408, .local = true, .rang = true}).failure == Failure::no_answer);
}

TEST_CASE("what we cancelled is cancelled, however it ends", "[sip][response]") {
    for (const int status : {408, 486, 487, 500, 603}) {
        const Classified result = classify({.status = status, .we_cancelled = true});
        CHECK(result.failure == Failure::cancelled);
        CHECK_FALSE(result.technical);
    }
}
