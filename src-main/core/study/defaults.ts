/**
 * Names of kinds that the product chooses by itself: the one table of registered names outside the folders that define
 * them. A kind that is built of others imports their definitions.
 */
export const defaults = {
  /** Of a study file that names none. */
  sampler: 'auto',
  pruner: 'none',
  /** Where points are given or anything will do: it learns nothing and fits every space. */
  plainSampler: 'random',
  /** What a study is compared with before a person chooses. */
  comparedSampler: 'tpe',
  /** Of a new study on the page. */
  usualPruner: 'median',
  task: 'tabular',
  function: 'branin',
} as const
