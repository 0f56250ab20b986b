/** Texts of comparisons and of confirmations. */
export const enCompare = {
  title: 'Compare studies',
  choice: 'What is compared',
  choose: 'Studies to compare',
  none: 'Choose studies',
  noneText:
    'Studies that are alike but for name and seed count as repeats of one thing. Two of them tell more than one; five more than two.',
  grouping: 'Groups',
  groupings: {
    repeats: 'Repeats together',
    each: 'Each by itself',
    authors: 'Automatic vs manual',
  },
  repeats: 'repeats',
  shortest: 'Equal budgets: cut to the shortest run',
  goalsDiffer:
    'These studies do not have the same first goal, so their values cannot be compared: {goals}.',
  verdict: 'Verdict',
  nothing: 'There is no pair to compare: choose a second group, or one with a value.',
  verdicts: {
    better: '{first} is better than {second}; the effect is {effect}.',
    worse: '{first} is better than {second}; the effect is {effect}.',
    unclear: '{first} and {second} cannot be told apart by these values.',
    negligible: '{first} and {second} differ, but hardly.',
    tooFew:
      '{first} and {second}: too few values ({a} and {b}) for any verdict. Repeat over more seeds.',
  },
  effects: { negligible: 'negligible', small: 'small', medium: 'medium', large: 'large' },
  figures:
    'Median {metric} {first} against {second}; difference {difference}, 95 % interval {low} … {high}; rank-sum p {p} (adjusted), Cliff’s delta {delta}.',
  trialsOnly:
    'A group has one run only, so values of trials are compared. Trials of one run depend on each other: take the p-value as a hint. Repeat over seeds for a verdict.',
  traces: 'Best so far',
  finals: 'Final values',
  distributions: 'Distribution of all values',
  attainment: 'Attained fronts',
  differences: 'Differences in the settings',
  noDifference: 'No difference but names and seeds.',
  setting: 'Setting',
  help: {
    traces:
      'Median over the runs of a group, with the middle half. A line begins where every run has a value and ends where the first run ends.',
    finals:
      'A point is a run. The box is the middle half with the median; whiskers reach to the ends.',
    attainment:
      'What at least half of the runs of a group reached in both goals; dashed: a quarter, three quarters.',
    distributions:
      'Shares of all trials that are at least this good. A line further to the good side searches better regions.',
  },
} as const

export const enConfirm = {
  title: 'Confirm the winner',
  text: 'Trains the best configurations again with new seeds, on the same split, and compares them in pairs. The best of many is partly luck: its value from the search flatters it.',
  top: 'Best configurations',
  trainings: 'Trainings of each',
  start: 'Start {count} trainings',
  by: 'Confirmation:',
  of: 'Confirms',
  result: 'Confirmation',
  notYet: 'Too few trainings have ended for a verdict.',
  verdicts: {
    confirmed: 'Confirmed: the winner of the search is best again, and not by chance.',
    overtaken: 'Overtaken: another configuration is better, and not by chance.',
    tied: 'Tied: the best mean cannot be told from another one. Train more, or take the cheaper one.',
  },
  pair: '{first} less {second}: {difference} on average; paired permutation test p {p} (adjusted; smallest possible {least}).',
  flattered:
    'Selection bias: in the search, {metric} of these configurations looked better by {amount} on average. Report the values from here.',
  notFlattered:
    'No selection bias seen: {metric} is better by {amount} on average than in the search.',
  testLooks:
    'The test split was looked at {count} times for this study and its confirmation. Choose by validation only; every further look makes the test less honest.',
  chart: 'Trained again',
  help: 'Points are trainings with new seeds; the box is the 95 % interval of their mean, the line the mean; hollow: the value in the search.',
  repeatTitle: 'Repeat over seeds',
  repeatText:
    'Runs the whole search again with other seeds, one study after the other, and compares all. Each repeat draws its own split of the data.',
  seeds: 'Further seeds',
  repeat: 'Create and run {count} repeats',
} as const
