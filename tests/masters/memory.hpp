// Memory behind the masters: it holds back at random, answers late, and shows a burst when it answers for it.
#pragma once

#include "Vmasters.h"
#include "rules.hpp"
#include <random>
#include <vector>

// Regions of 64 KiB: two rings, lines, a picture.
constexpr unsigned REGIONS = 4;
constexpr unsigned REGION_BITS = 16;
constexpr uint32_t BASE = 0x4000'0000;
constexpr uint32_t region_base(unsigned region) { return BASE + (region << REGION_BITS); }

struct Random {
    std::mt19937_64 source;
    uint64_t below(uint64_t n) { return source() % n; }
    bool chance(unsigned percent) { return below(100) < percent; }
};

// Holds back in a share of the cycles that changes now and then.
struct Stall {
    unsigned percent = 0;
    unsigned left = 0;

    bool holds(Random& random) {
        if (left == 0) {
            constexpr unsigned shares[] = {0, 0, 10, 50, 90, 100};
            percent = shares[random.below(6)];
            left = 1 + random.below(percent == 100 ? 60 : 400);
        }
        left--;
        return random.chance(percent);
    }
};

// A beat that was asked to be written, or whose data came.
struct Beat {
    uint32_t address;
    uint64_t data;
    uint8_t strobes;
    bool operator==(const Beat&) const = default;
};

class Memory {
public:
    explicit Memory(Random& random) : random(random), words((REGIONS << REGION_BITS) / BEAT) {
        for (auto& word : words) word = random.source();
    }

    // Sets the pins that answer.
    void drive(Vmasters& top, uint64_t cycle) {
        top.arready_i = !stalls[0].holds(random);
        top.awready_i = !stalls[1].holds(random);
        top.wready_i = !stalls[2].holds(random);
        if (!reads.empty() && reads.front().due <= cycle && !stalls[3].holds(random)) {
            auto& burst = reads.front();
            top.rvalid_i = 1;
            top.rdata_i = word(burst.next);
            top.rlast_i = burst.left == 1;
        }
        if (!complete.empty() && complete.front().due <= cycle && !stalls[4].holds(random)) top.bvalid_i = 1;
    }

    // Follows what is transferred in this cycle, after `drive`. Written beats, in order, are appended to `written`.
    void sample(Vmasters& top, uint64_t cycle, std::vector<Beat>& written) {
        if (Address burst{top.araddr_o, top.arlen_o + 1u}; ar.sample(top.arvalid_o, top.arready_i, burst)) {
            read_bursts.begin(burst);
            reads.push_back({burst.address, burst.beats, cycle + latency()});
        }
        if (top.rvalid_i) {
            auto& burst = reads.front();
            burst.next += BEAT;
            if (--burst.left == 0) {
                read_bursts.end();
                reads.pop_front();
            }
        }
        if (Address burst{top.awaddr_o, top.awlen_o + 1u}; aw.sample(top.awvalid_o, top.awready_i, burst)) {
            write_bursts.begin(burst);
            addresses.push_back(burst);
        }
        if (Data beat{top.wdata_o, top.wstrb_o, bool(top.wlast_o)}; w.sample(top.wvalid_o, top.wready_i, beat))
            data.push_back(beat);
        if (top.bvalid_i) answer(written);
        gather(cycle);
    }

    // After the edge: the masters take every answer at once.
    void release(Vmasters& top) { top.rvalid_i = top.bvalid_i = 0; }

    // Address of the beat that is next at R.
    uint32_t next_read() const { return reads.front().next; }

    bool idle() const { return read_bursts.under_way == 0 && write_bursts.under_way == 0; }
    uint64_t word(uint32_t address) const { return words[(address - BASE) / BEAT]; }

    Bursts read_bursts, write_bursts;

private:
    struct Read {
        uint32_t next;
        unsigned left;
        uint64_t due;
    };
    struct Write {
        Address burst;
        std::vector<Data> beats;
        uint64_t due;
    };

    uint64_t latency() { return 1 + random.below(random.chance(10) ? 200 : 20); }

    // Data and address of a burst come in either order.
    void gather(uint64_t cycle) {
        if (addresses.empty()) return;
        size_t beats = addresses.front().beats;
        for (size_t k = 0; k < data.size() && k < beats; k++)
            require(data[k].last == (k + 1 == beats), "WLAST is with the last beat", k + 1, beats);
        if (data.size() < beats) return;
        complete.push_back({addresses.front(), {data.begin(), data.begin() + beats}, cycle + latency()});
        addresses.pop_front();
        data.erase(data.begin(), data.begin() + beats);
    }

    void answer(std::vector<Beat>& written) {
        auto burst = complete.front();
        complete.pop_front();
        write_bursts.end();
        uint32_t address = burst.burst.address;
        for (const auto& beat : burst.beats) {
            auto& word = words[(address - BASE) / BEAT];
            for (unsigned byte = 0; byte < BEAT; byte++)
                if (beat.strobes >> byte & 1) word = (word & ~(0xffull << 8 * byte)) | (beat.data & 0xffull << 8 * byte);
            written.push_back({address, beat.data, beat.strobes});
            address += BEAT;
        }
    }

    Random& random;
    std::vector<uint64_t> words;
    Stall stalls[5];
    Channel<Address> ar, aw;
    Channel<Data> w;
    std::deque<Read> reads;
    std::deque<Address> addresses;
    std::deque<Data> data;
    std::deque<Write> complete;
};
