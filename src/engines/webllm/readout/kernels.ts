/** Threads of a workgroup; one workgroup reads one row. */
const THREADS = 256;

/** The likeliest tokens come back as a list of at most so many; more are cheaper read as a whole row. */
export const LIST_LIMIT = 4096;

/**
 * Rows are read as bits: WGSL lets a compiler take floats for finite, so -infinity and what is no number are told apart by their
 * bits. `order` maps the bits of floats to unsigned integers that sort as the floats do.
 */
const COMMON = /* wgsl */ `
const THREADS = ${THREADS}u;
const NONE = 0xff800000u; // -infinity

struct Shape { vocabulary: u32 }

@group(0) @binding(0) var<storage, read> logits: array<u32>;
@group(0) @binding(1) var<uniform> shape: Shape;

var<workgroup> counts: array<u32, THREADS>;
var<workgroup> orders: array<u32, THREADS>;
var<workgroup> places: array<u32, THREADS>;
var<workgroup> sums: array<f32, THREADS>;

fn order(bits: u32) -> u32 {
  if (bits == 0x80000000u) { return 0x80000000u; } // -0 is 0
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}

/** exp((x - top) * scale), where it is not too small for a float. */
fn weight(bits: u32, top: f32, scale: f32) -> f32 {
  if (bits == NONE) { return 0.0; }
  let exponent = (bitcast<f32>(bits) - top) * scale;
  return select(exp(max(exponent, -87.0)), 0.0, exponent < -87.0);
}

fn addUp(thread: u32, mine: f32) -> f32 {
  sums[thread] = mine;
  for (var half = THREADS / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { sums[thread] += sums[thread + half]; }
  }
  let total = workgroupUniformLoad(&sums[0]);
  workgroupBarrier();
  return total;
}

fn addUpCounts(thread: u32, mine: u32) -> u32 {
  counts[thread] = mine;
  for (var half = THREADS / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { counts[thread] += counts[thread + half]; }
  }
  let total = workgroupUniformLoad(&counts[0]);
  workgroupBarrier();
  return total;
}

struct Facts { best: u32, top: f32, logSum: f32, broken: u32 }

/** The likeliest token (of equals the lowest number), its logit, the log of the sum, and how many logits are no finite number. */
fn facts(thread: u32, start: u32) -> Facts {
  var best = 0u;
  var at = 0u;
  var broken = 0u;
  for (var i = thread; i < shape.vocabulary; i += THREADS) {
    let bits = logits[start + i];
    if ((bits & 0x7f800000u) == 0x7f800000u && bits != NONE) { broken += 1u; }
    let o = order(bits);
    if (o > best) { best = o; at = i; }
  }
  orders[thread] = best;
  places[thread] = at;
  for (var half = THREADS / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) {
      let other = thread + half;
      if (orders[other] > orders[thread] || (orders[other] == orders[thread] && places[other] < places[thread])) {
        orders[thread] = orders[other];
        places[thread] = places[other];
      }
    }
  }
  let winner = workgroupUniformLoad(&places[0]);
  let wrong = addUpCounts(thread, broken);
  let bits = logits[start + winner];
  let top = bitcast<f32>(bits);
  var mine = 0.0;
  for (var i = thread; i < shape.vocabulary; i += THREADS) { mine += weight(logits[start + i], top, 1.0); }
  let total = addUp(thread, mine);
  return Facts(winner, top, log(total), select(wrong, 1u, bits == NONE));
}
`;

/**
 * One token of each of some rows. The vocabulary is laid out in strips (token i is in strip i modulo ${THREADS}), and the number drawn
 * falls into one token's share of the whole: inverse of the distribution function, exact up to the rounding of 32-bit sums.
 */
export const SAMPLE = /* wgsl */ `
${COMMON}
struct Draw { row: u32, temperature: f32, topP: f32, random: f32 }
struct Drawn { id: u32, logprob: f32, broken: u32, unused: u32 }

@group(0) @binding(2) var<storage, read> draws: array<Draw>;
@group(0) @binding(3) var<storage, read_write> drawn: array<Drawn>;

var<workgroup> strip: u32;
var<workgroup> rest: f32;

fn mass(thread: u32, start: u32, top: f32, scale: f32, cut: u32) -> f32 {
  var mine = 0.0;
  for (var i = thread; i < shape.vocabulary; i += THREADS) {
    let bits = logits[start + i];
    if (order(bits) >= cut) { mine += weight(bits, top, scale); }
  }
  return addUp(thread, mine);
}

/** The highest cut that keeps this share: the smallest set of likeliest tokens, with all that are as likely as its last. */
fn nucleus(thread: u32, start: u32, top: f32, scale: f32, topP: f32) -> u32 {
  let wanted = topP * mass(thread, start, top, scale, 0u);
  var cut = 0u;
  for (var bit = 0x80000000u; bit > 0u; bit /= 2u) {
    if (mass(thread, start, top, scale, cut | bit) >= wanted) { cut |= bit; }
  }
  return cut;
}

/** Where \`left\` falls among the sums, and what is left of it there; the last that is not empty where rounding leads past all. */
fn fall(left: f32) -> vec2<u32> {
  var remaining = left;
  var last = 0u;
  for (var i = 0u; i < THREADS; i++) {
    if (sums[i] > 0.0) {
      last = i;
      if (remaining < sums[i]) { return vec2(i, bitcast<u32>(remaining)); }
      remaining -= sums[i];
    }
  }
  return vec2(last, bitcast<u32>(sums[last]));
}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let draw = draws[group.x];
  let start = draw.row * shape.vocabulary;
  let known = facts(thread, start);
  var chosen = known.best;
  if (draw.temperature > 0.0) {
    let scale = 1.0 / draw.temperature;
    var cut = 0u;
    if (draw.topP < 1.0) { cut = nucleus(thread, start, known.top, scale, draw.topP); }
    var mine = 0.0;
    for (var i = thread; i < shape.vocabulary; i += THREADS) {
      let bits = logits[start + i];
      if (order(bits) >= cut) { mine += weight(bits, known.top, scale); }
    }
    let total = addUp(thread, mine);
    sums[thread] = mine;
    workgroupBarrier();
    if (thread == 0u) {
      let found = fall(draw.random * total);
      strip = found.x;
      rest = bitcast<f32>(found.y);
    }
    let column = workgroupUniformLoad(&strip);
    let left = workgroupUniformLoad(&rest);
    // The strip's tokens in pieces, one for each thread, then the tokens of one piece.
    let length = (shape.vocabulary - column + THREADS - 1u) / THREADS;
    let piece = (length + THREADS - 1u) / THREADS;
    var part = 0.0;
    for (var n = thread * piece; n < min((thread + 1u) * piece, length); n++) {
      let bits = logits[start + column + n * THREADS];
      if (order(bits) >= cut) { part += weight(bits, known.top, scale); }
    }
    sums[thread] = part;
    workgroupBarrier();
    if (thread == 0u) {
      let found = fall(left);
      var remaining = bitcast<f32>(found.y);
      for (var n = found.x * piece; n < min((found.x + 1u) * piece, length); n++) {
        let i = column + n * THREADS;
        let bits = logits[start + i];
        let share = select(0.0, weight(bits, known.top, scale), order(bits) >= cut);
        if (share > 0.0) {
          chosen = i;
          if (remaining < share) { break; }
          remaining -= share;
        }
      }
    }
  }
  if (thread == 0u) {
    let logprob = bitcast<f32>(logits[start + chosen]) - known.top - known.logSum;
    drawn[group.x] = Drawn(chosen, logprob, known.broken, 0u);
  }
}
`;

/** The log-probability of one token of each of some rows. */
export const GATHER = /* wgsl */ `
${COMMON}
struct Entry { row: u32, id: u32 }
struct Found { logprob: f32, broken: u32, impossible: u32, unused: u32 }

@group(0) @binding(2) var<storage, read> entries: array<Entry>;
@group(0) @binding(3) var<storage, read_write> found: array<Found>;

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let entry = entries[group.x];
  let start = entry.row * shape.vocabulary;
  let known = facts(thread, start);
  if (thread == 0u) {
    let bits = logits[start + entry.id];
    let impossible = select(0u, 1u, bits == NONE);
    let logprob = bitcast<f32>(select(bits, 0u, bits == NONE)) - known.top - known.logSum;
    found[group.x] = Found(logprob, known.broken, impossible, 0u);
  }
}
`;

/** The tokens of a row that are at least as likely as the \`count\`th, in no order, and what makes their logits log-probabilities. */
export const TOP = /* wgsl */ `
${COMMON}
struct Wanted { row: u32, count: u32 }
struct Listed { id: u32, bits: u32 }
struct List { length: atomic<u32>, top: f32, logSum: f32, broken: u32, entries: array<Listed, ${LIST_LIMIT}> }

@group(0) @binding(2) var<storage, read> wanted: array<Wanted>;
@group(0) @binding(3) var<storage, read_write> list: List;

var<workgroup> bins: array<atomic<u32>, 256>;
var<workgroup> head: u32;
var<workgroup> missing: u32;

/** The order of the \`count\`th likeliest token: eight bits at a time, from the highest, by counting how many share them. */
fn nth(thread: u32, start: u32, count: u32) -> u32 {
  var known = 0u;
  var left = count;
  for (var level = 0u; level < 4u; level++) {
    let shift = 24u - 8u * level;
    atomicStore(&bins[thread], 0u);
    workgroupBarrier();
    for (var i = thread; i < shape.vocabulary; i += THREADS) {
      let o = order(logits[start + i]);
      if (level == 0u || (o >> ((shift + 8u) & 31u)) == known) { atomicAdd(&bins[(o >> shift) & 255u], 1u); }
    }
    workgroupBarrier();
    if (thread == 0u) {
      var bin = 255u;
      while (bin > 0u && atomicLoad(&bins[bin]) < left) {
        left -= atomicLoad(&bins[bin]);
        bin--;
      }
      head = (known << 8u) | bin;
      missing = left;
    }
    known = workgroupUniformLoad(&head);
    left = workgroupUniformLoad(&missing);
  }
  return known;
}

@compute @workgroup_size(${THREADS})
fn main(@builtin(local_invocation_index) thread: u32) {
  let start = wanted[0].row * shape.vocabulary;
  let known = facts(thread, start);
  let cut = nth(thread, start, wanted[0].count);
  if (thread == 0u) {
    list.top = known.top;
    list.logSum = known.logSum;
    list.broken = known.broken;
  }
  for (var i = thread; i < shape.vocabulary; i += THREADS) {
    let bits = logits[start + i];
    if (order(bits) >= cut) {
      let at = atomicAdd(&list.length, 1u);
      if (at < ${LIST_LIMIT}u) { list.entries[at] = Listed(i, bits); }
    }
  }
}
`;
