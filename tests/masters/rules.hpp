// What AXI asks of a master, watched at its pins.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>

constexpr uint64_t PAGE = 4096;
constexpr uint64_t BEAT = 8;
constexpr unsigned MOST_BEATS = 16;
constexpr unsigned MOST_BURSTS = 8;

// Ends the run with exit code 1 where `holds` is false; `rule` is what tests look for.
inline void require(bool holds, const char* rule, uint64_t found = 0, uint64_t expected = 0) {
    if (holds) return;
    std::printf("violation: %s; %#llx, expected %#llx\n", rule, (unsigned long long)found, (unsigned long long)expected);
    std::exit(1);
}

// The source's side of a channel.
template <class Payload>
struct Channel {
    bool waiting = false;
    Payload offered{};

    // What is offered stays until it is taken; true in the cycle of a transfer.
    bool sample(bool valid, bool ready, const Payload& payload) {
        require(valid || !waiting, "an offer is taken back");
        require(!waiting || payload == offered, "an offer changes before it is taken");
        waiting = valid && !ready;
        offered = payload;
        return valid && ready;
    }
};

struct Address {
    uint32_t address;
    unsigned beats;
    bool operator==(const Address&) const = default;
};

struct Data {
    uint64_t data;
    uint8_t strobes;
    bool last;
    bool operator==(const Data&) const = default;
};

// Bursts of one direction that are under way.
struct Bursts {
    uint64_t begun = 0;
    unsigned under_way = 0;

    void begin(const Address& burst) {
        require(burst.address % BEAT == 0, "a burst is aligned", burst.address);
        require(burst.beats <= MOST_BEATS, "a burst has at most 16 beats", burst.beats, MOST_BEATS);
        require(burst.address % PAGE + BEAT * burst.beats <= PAGE, "a burst stays within 4 KiB", burst.address);
        begun++;
        under_way++;
        require(under_way <= MOST_BURSTS, "at most 8 bursts are under way", under_way, MOST_BURSTS);
    }

    void end() {
        require(under_way > 0, "an answer belongs to a burst");
        under_way--;
    }
};
