import type { Cluster } from '../stats/clustered.ts';
import type { PairedCluster } from '../stats/paired.ts';

/** One probe that both models were asked. */
export interface ProbePair extends PairedCluster {
  /** The key of our side, `<pack id>/<probe id>`. */
  readonly probe: string;
  /** Paired by the probe's id alone, because the packs have different ids. */
  readonly acrossPacks: boolean;
}

/** The probe's id within its pack. A pack's id holds no slash. */
export function probeIdOf(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

/** Keys by their probe id; an id that stands in two packs names neither. */
function byProbeId(keys: Iterable<string>): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const key of keys) {
    const id = probeIdOf(key);
    found.set(id, found.has(id) ? undefined : key);
  }
  return found;
}

/**
 * Probes of both sides, matched by pack and probe id; what is left over on both sides is matched by the probe's id alone, so that a run of
 * a paper's questions meets the paper's own answers, which come in under another pack id.
 */
export function pairedProbes(
  ours: ReadonlyMap<string, Cluster>,
  theirs: ReadonlyMap<string, Cluster>,
): readonly ProbePair[] {
  const leftOver = byProbeId([...theirs.keys()].filter((key) => !ours.has(key)));
  const unmatched = byProbeId([...ours.keys()].filter((key) => !theirs.has(key)));
  return [...ours].flatMap(([probe, model]): readonly ProbePair[] => {
    const same = theirs.get(probe);
    if (same !== undefined) return [{ probe, model, control: same, acrossPacks: false }];
    const id = probeIdOf(probe);
    const other = unmatched.get(id) === probe ? leftOver.get(id) : undefined;
    const control = other === undefined ? undefined : theirs.get(other);
    return control === undefined ? [] : [{ probe, model, control, acrossPacks: true }];
  });
}
