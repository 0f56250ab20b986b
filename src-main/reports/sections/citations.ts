/** Of the idea of races; the rule itself is in docs/races.md. */
export const raceCitations: readonly string[] = [
  'M. Birattari et al.: A racing algorithm for configuring metaheuristics. GECCO 2002.',
]

/** Of the importances that the report shows. */
export const importanceCitations = {
  pedAnova:
    'S. Watanabe, A. Bansal, F. Hutter: PED-ANOVA: efficiently quantifying hyperparameter importance in arbitrary subspaces. IJCAI 2023, arXiv:2304.10255.',
  fanova:
    'F. Hutter, H. Hoos, K. Leyton-Brown: An efficient approach for assessing hyperparameter importance. ICML 2014.',
}
