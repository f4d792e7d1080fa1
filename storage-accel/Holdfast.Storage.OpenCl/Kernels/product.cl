// The product of a matrix with shards over GF(2^8), polynomial 0x11D: one work item a word of one column range, ROWS rows at once.
//
// A product by a constant is the sum of x, 2x, 4x ... 128x for the bits that are set in the constant. Doubling works on all bytes of a
// word at once and is done once for all rows; the bits come as masks of zeros or ones. So there is no look-up and no branch: adding
// one bit's share is a three-input logic operation where the device has them, on whole vectors where it has those.
//
// Defined by the build: ROWS, 1 to 8; WORD, uint4 or uint16; GROUP, the size of a work group, of which the columns are a multiple.

// Bytes whose top bit is set need the polynomial's low part. The difference turns each such bit into a byte of ones without a
// multiplication, which vector units are slow at.
inline WORD doubled(WORD x)
{
    const WORD top = x & 0x80808080u;
    return ((x ^ top) << 1) ^ (((top << 1) - (top >> 7)) & 0x1D1D1D1Du);
}

__kernel __attribute__((reqd_work_group_size(GROUP, 1, 1)))
void product(
    __global const WORD *restrict sources, // one after the other, pitch words apart
    __global WORD *restrict outputs,       // the same
    __constant uint *restrict masks,       // for each source, each bit, each row
    const uint source_count,
    const uint first_row,
    const uint pitch)
{
    const size_t column = get_global_id(0);
    WORD sums[ROWS];
    #pragma unroll
    for (int row = 0; row < ROWS; row++) {
        sums[row] = (WORD)(0u);
    }

    for (uint source = 0; source < source_count; source++) {
        __constant uint *mask = masks + source * (8 * ROWS);
        WORD x = sources[(size_t)source * pitch + column];
        #pragma unroll
        for (int bit = 0; bit < 8; bit++) {
            #pragma unroll
            for (int row = 0; row < ROWS; row++) {
                sums[row] ^= x & mask[bit * ROWS + row];
            }
            x = doubled(x);
        }
    }

    #pragma unroll
    for (int row = 0; row < ROWS; row++) {
        outputs[(size_t)(first_row + row) * pitch + column] = sums[row];
    }
}
