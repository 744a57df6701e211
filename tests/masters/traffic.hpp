// What the units around the masters do: they make beats where there is room, take those that were read, and know what has
// to come.
#pragma once

#include "memory.hpp"
#include <algorithm>

// A ring in memory: what is pushed comes back in this order.
class Ring {
public:
    explicit Ring(unsigned region) : region(region) {}

    // A region of memory and a number of beats for the next frame.
    void begin(Random& random, uint64_t count) {
        beats = 16 * (1 + random.below(16));
        address = region_base(region) / BEAT + 16 * random.below((1 << REGION_BITS) / 128 - beats / 16);
        to_push = count;
        pushed = popped = 0;
    }

    // True where a beat is pushed in this cycle.
    bool push(Random& random, bool room) {
        if (!room || pushed == to_push || pushed - popped == beats || pushes.holds(random)) return false;
        data = tag(pushed);
        expected.push_back({uint32_t(push_address() * BEAT), data, 0xff});
        pushed++;
        return true;
    }

    // True where a beat is taken in this cycle.
    bool pop(Random& random, bool any, uint64_t found) {
        if (!any || pops.holds(random)) return false;
        require(found == tag(popped), "what was spilled comes back in its order", found, tag(popped));
        popped++;
        return true;
    }

    uint32_t push_address() const { return address + pushed % beats; }
    bool done() const { return popped == to_push; }

    uint32_t address = 0;
    uint32_t beats = 16;
    uint64_t data = 0;
    std::deque<Beat> expected;

private:
    uint64_t tag(uint64_t number) const { return (uint64_t(region + 1) << 56) + (uint64_t(address) << 24) + number; }

    unsigned region;
    uint64_t to_push = 0, pushed = 0, popped = 0;
    Stall pushes, pops;
};

// Lines of pixels: runs of consecutive beats from anywhere.
class Lines {
public:
    void begin(uint64_t count) { to_push = count; }

    bool push(Random& random, bool room) {
        if (!room || to_push == 0 || pushes.holds(random)) return false;
        if (left == 0) {
            left = 1 + random.below(40);
            next = region_base(2) / BEAT + random.below((1 << REGION_BITS) / BEAT - left);
        }
        beat = {uint32_t(next * BEAT), random.source(), uint8_t(random.source())};
        last = --left == 0;
        next++;
        to_push--;
        // A line is closed by its last beat; the frame's last beat closes its own.
        last |= to_push == 0;
        if (last) left = 0;
        expected.push_back(beat);
        return true;
    }

    bool done() const { return to_push == 0 && expected.empty(); }

    Beat beat{};
    bool last = false;
    std::deque<Beat> expected;

private:
    uint64_t to_push = 0, left = 0;
    uint32_t next = 0;
    Stall pushes;
};

// An LR picture, of which strips of `STRIP` columns are read row by row.
class Picture {
public:
    static constexpr int STRIP = 8;

    void begin(Random& random) {
        width = 1 + random.below(200);
        height = 1 + random.below(6);
        stages = 1 + random.below(3);
        stride = (width + 7) / 8 + random.below(30);
        address = region_base(3) / BEAT + random.below((1 << REGION_BITS) / BEAT - stride * height);
        oldest = 0;
        for (int strip = 0; strip < width + stages + 1; strip += STRIP)
            for (int row = 0; row < height; row++) expect_row(strip, row);
    }

    // A beat of the picture is read.
    void take(uint32_t from) {
        require(!expected.empty(), "no more of a picture is read than its strips", from);
        require(from == expected.front(), "the beats of a picture come in their order", from, expected.front());
        expected.pop_front();
    }

    // The oldest row that is still read, of so many that came.
    uint32_t release(Random& random, uint32_t received) {
        oldest = received - std::min<uint32_t>(received - oldest, random.below(8));
        return oldest;
    }

    bool done() const { return expected.empty(); }

    int width = 1, height = 1, stages = 1, stride = 1;
    uint32_t address = 0;

private:
    // The columns that head and long skip of the last stage read.
    void expect_row(int strip, int row) {
        int first = std::max(0, strip - stages - 2) / 8;
        int end = std::min(strip + STRIP + 1, width);
        for (int beat = first; 8 * beat < end; beat++) expected.push_back((address + row * stride + beat) * BEAT);
    }

    uint32_t oldest = 0;
    std::deque<uint32_t> expected;
};
