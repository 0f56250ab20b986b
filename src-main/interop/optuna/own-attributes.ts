/** User attribute of a study with its whole specification, so that it comes back as it was. */
export const OWN_STUDY = 'tunewright:specification'

/** User attributes of a trial for what Optuna's tables have no column for. */
export const ownTrialKeys = {
  sampler: 'tunewright:sampler',
  proposal: 'tunewright:proposal',
  seed: 'tunewright:seed',
  state: 'tunewright:state',
  values: 'tunewright:values',
  constraints: 'tunewright:constraints',
  bestStep: 'tunewright:bestStep',
  reason: 'tunewright:reason',
  failure: 'tunewright:failure',
  failureClass: 'tunewright:failureClass',
} as const
