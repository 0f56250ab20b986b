/** Texts for objectives that are code of the user. */
export const enPrograms = {
  kind: 'Own program',
  command: 'Program',
  commandHelp:
    'The program, then each argument on a line of its own. {name} is filled in with a parameter, {seed} with the seed.',
  directory: 'Working folder',
  directoryHelp: 'Absolute path of the folder where it runs',
  metrics: 'Metrics from',
  lines: 'lines of JSON that it prints',
  pattern: 'a pattern over its output',
  file: 'a results file at its end',
  patternLabel: 'Pattern',
  patternHelp: 'Regular expression with a named group per metric, e.g. {example}',
  resumes: 'Goes on from checkpoints',
  resumesHelp:
    'It goes on from its checkpoint folder, saves there, and ends at the step that it is told: trials can be trained longer, forked and promoted.',
  metric: 'Metric',
  direction: 'Direction',
  output: 'Output',
  outputOf: 'Output of attempt {attempt}',
  noOutput: 'No output yet.',
  leftOut: '{bytes} in the middle were not kept.',
  refresh: 'Refresh',
}
