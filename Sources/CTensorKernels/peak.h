// Nothing but multiply-adds in registers: how fast this processor can be.

// One round is 16 chains of 16 multiply-adds.
static float saturate(long rounds) {
  vf sums[16];
  UNROLL for (int i = 0; i < 16; i++) sums[i] = splat((float)i);
  vf factor = splat(.999f), summand = splat(1e-3f);
  for (long round = 0; round < rounds; round++) {
    // Keeps the compiler from computing the sums in closed form.
    __asm__ volatile("" : "+m"(factor), "+m"(summand));
    const vf f = factor, s = summand;
    UNROLL for (int k = 0; k < 16; k++)
      UNROLL for (int i = 0; i < 16; i++) sums[i] = sums[i] * f + s;
  }
  vf all = splat(0.f);
  UNROLL for (int i = 0; i < 16; i++) all += sums[i];
  return all[0];
}
#define SATURATE_OPERATIONS (16 * 16 * LANES * 2)
