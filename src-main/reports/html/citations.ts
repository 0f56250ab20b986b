/**
 * Where the methods come from, for the text of a report. Only what a study used is cited; a name without an entry here is described
 * without a source.
 */
export const methodCitations: Readonly<Record<string, string>> = {
  anneal:
    'J. Bergstra, D. Yamins, D. Cox: Making a science of model search: hyperparameter optimization in hundreds of dimensions for vision architectures. ICML 2013.',
  asha: 'L. Li et al.: A system for massively parallel hyperparameter tuning. MLSys 2020, arXiv:1810.05934.',
  catcma:
    'R. Hamano et al.: CatCMA: stochastic optimization for mixed-category problems. GECCO 2024, arXiv:2405.09962.',
  cmaes:
    'N. Hansen, A. Ostermeier: Completely derandomized self-adaptation in evolution strategies. Evolutionary Computation 9(2), 159–195, 2001.',
  de: 'R. Storn, K. Price: Differential evolution. Journal of Global Optimization 11, 341–359, 1997.',
  forest:
    'F. Hutter, H. Hoos, K. Leyton-Brown: Sequential model-based optimization for general algorithm configuration. LION 5, 507–523, 2011.',
  genetic:
    'D. E. Goldberg: Genetic algorithms in search, optimization, and machine learning. Addison-Wesley, 1989.',
  gp: 'J. Snoek, H. Larochelle, R. P. Adams: Practical Bayesian optimization of machine learning algorithms. NeurIPS 2012.',
  gradient:
    'L. Franceschi et al.: Forward and reverse gradient-based hyperparameter optimization. ICML 2017, arXiv:1703.01785.',
  halton:
    'J. H. Halton: On the efficiency of certain quasi-random sequences of points. Numerische Mathematik 2, 84–90, 1960.',
  hyperband:
    'L. Li et al.: Hyperband: a novel bandit-based approach to hyperparameter optimization. JMLR 18(185), 2018.',
  latinHypercube:
    'M. D. McKay, R. J. Beckman, W. J. Conover: A comparison of three methods for selecting values of input variables. Technometrics 21(2), 239–245, 1979.',
  median: 'D. Golovin et al.: Google Vizier: a service for black-box optimization. KDD 2017.',
  nsga2:
    'K. Deb et al.: A fast and elitist multiobjective genetic algorithm: NSGA-II. IEEE Transactions on Evolutionary Computation 6(2), 182–197, 2002.',
  nsga3:
    'K. Deb, H. Jain: An evolutionary many-objective optimization algorithm using reference-point-based nondominated sorting. IEEE Transactions on Evolutionary Computation 18(4), 577–601, 2014.',
  percentile: 'D. Golovin et al.: Google Vizier: a service for black-box optimization. KDD 2017.',
  pso: 'J. Kennedy, R. Eberhart: Particle swarm optimization. ICNN 1995, 1942–1948.',
  random:
    'J. Bergstra, Y. Bengio: Random search for hyper-parameter optimization. JMLR 13, 281–305, 2012.',
  sobol:
    'S. Joe, F. Y. Kuo: Constructing Sobol sequences with better two-dimensional projections. SIAM Journal on Scientific Computing 30(5), 2635–2654, 2008.',
  successiveHalving:
    'K. Jamieson, A. Talwalkar: Non-stochastic best arm identification and hyperparameter optimization. AISTATS 2016.',
  tpe: 'J. Bergstra et al.: Algorithms for hyper-parameter optimization. NeurIPS 2011; S. Watanabe: Tree-structured Parzen estimator. arXiv:2304.11127, 2023.',
  wilcoxon:
    'F. Wilcoxon: Individual comparisons by ranking methods. Biometrics Bulletin 1(6), 80–83, 1945.',
}

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
