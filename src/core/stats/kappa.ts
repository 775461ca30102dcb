import { beyondChance, sharesOf, type Agreement, type AgreementOptions, type Pair } from './agreement.ts';

/**
 * Cohen's kappa (Cohen 1960): chance is sum_k a_k b_k with the two judges' own shares of each label. The variance is that of Fleiss,
 * Cohen and Everitt 1969 (Psychological Bulletin 72:323), written as each pair's influence
 * ((agree - p_o) - (1 - kappa)(b_first + a_second - 2 p_e)) / (1 - p_e), with n/(n-1), which also allows clusters.
 * Undefined for no pairs, and where both gave every answer the same one label: there is nothing that chance could have missed.
 */
export function cohenKappa(pairs: readonly Pair[], options: AgreementOptions = {}): Agreement | undefined {
  if (pairs.length === 0) return undefined;
  const a = sharesOf(pairs.map(([first]) => first));
  const b = sharesOf(pairs.map(([, second]) => second));
  const observed = pairs.filter(([first, second]) => first === second).length / pairs.length;
  const chance = [...a].reduce((sum, [label, share]) => sum + share * (b.get(label) ?? 0), 0);
  if (1 - chance <= 1e-12) return undefined;
  const kappa = (observed - chance) / (1 - chance);
  const influences = pairs.map(([first, second]) => {
    const agrees = Number(first === second) - observed;
    const byChance = (b.get(first) ?? 0) + (a.get(second) ?? 0) - 2 * chance;
    return (agrees - (1 - kappa) * byChance) / (1 - chance);
  });
  return beyondChance({ observed, chance, influences }, options);
}
