/** As a text names them, and in full. */
const REFERENCES: readonly (readonly [cited: string, full: string])[] = [
  [
    'Betley et al. 2026',
    'Betley, J. et al. (2026). Training large language models on narrow tasks can lead to broad misalignment. Nature 649, 584. Earlier as arXiv:2502.17424.',
  ],
  [
    'Korn and Graubard 1998',
    'Korn, E. L. and Graubard, B. I. (1998). Confidence intervals for proportions with small expected number of positive counts estimated from survey data. Survey Methodology 24, 193.',
  ],
  ['Korn and Graubard 1999', 'Korn, E. L. and Graubard, B. I. (1999). Analysis of Health Surveys. Wiley.'],
  [
    'Holm 1979',
    'Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal of Statistics 6, 65.',
  ],
  [
    'Lin et al. 2022',
    'Lin, S., Hilton, J. and Evans, O. (2022). TruthfulQA: measuring how models mimic human falsehoods. ACL 2022. arXiv:2109.07958.',
  ],
  ['Miller 2024', 'Miller, E. (2024). Adding error bars to evals. arXiv:2411.00640.'],
  [
    'Newcombe 1998',
    'Newcombe, R. G. (1998). Improved confidence intervals for the difference between binomial proportions based on paired data. Statistics in Medicine 17, 2635.',
  ],
  [
    'Pan et al. 2023',
    'Pan, A. et al. (2023). Do the rewards justify the means? Measuring trade-offs between rewards and ethical behavior in the MACHIAVELLI benchmark. ICML 2023. arXiv:2304.03279.',
  ],
  [
    'Turner et al. 2025',
    'Turner, E., Soligo, A. et al. (2025). Model organisms for emergent misalignment. arXiv:2506.11613.',
  ],
  [
    'Waudby-Smith and Ramdas 2024',
    'Waudby-Smith, I. and Ramdas, A. (2024). Estimating means of bounded random variables by betting. Journal of the Royal Statistical Society B 86, 1. arXiv:2010.09686.',
  ],
];

/** The references that a text names, in the order of their names. */
export function referencesIn(text: string): readonly string[] {
  return REFERENCES.filter(([cited]) => text.includes(cited)).map(([, full]) => full);
}
