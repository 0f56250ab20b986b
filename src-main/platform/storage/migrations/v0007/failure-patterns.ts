import type { SentencePattern } from './sentence-pattern.ts'

/** What this program said itself of attempts that it ended or lost. */
const ofAttempts: readonly SentencePattern[] = [
  ['failure.sessionEnded', 'session ended'],
  ['failure.suspended', 'suspended'],
  ['failure.leftToItself', 'left to itself'],
  ['failure.trialTimeLimit', 'trial took longer than {limitMs} ms'],
  ['failure.malformedMetrics', 'malformed metrics: {rule:sentence}'],
  ['rule.metricNames', 'names must be a list of 1 to {limit} texts'],
  ['rule.metricName', 'every name must be a text of 1 to 200 characters'],
  ['rule.metricNamesDiffer', 'names must differ'],
  ['rule.metricSteps', 'steps must be an Int32Array of at most {limit} numbers'],
  ['rule.metricValues', 'values must be a Float64Array of steps × names numbers'],
  ['rule.metricStepsRise', 'steps must be ≥ 0 and rise'],
  ['failure.checkpointGone', 'the checkpoint of trial {trial} at step {step} is no longer there'],
  ['failure.trainerNotPrepared', 'trainer not prepared within {limitMs} ms'],
  ['failure.trainerSilent', 'trainer silent for {limitMs} ms'],
  ['failure.trainerProtocol', 'trainer speaks protocol {found}, expected {expected}'],
  ['failure.trainerExit', 'trainer ended with exit code {exitCode}[: {tail:text}]'],
  ['failure.trainerSignal', 'trainer ended with signal {signal:word}[: {tail:text}]'],
  ['failure.nodeFailed', 'the node failed; Slurm queued job {job:word} again'],
  ['failure.jobEnded', 'job {job:word} ended in state {state:word}[: {tail:text}]'],
]

/** Of trials that another program recorded. */
const ofImports: readonly SentencePattern[] = [
  ['failure.toldFailed', 'told as failed'],
  ['failure.failedInOptuna', 'failed in Optuna'],
  ['failure.tableNoValue', 'the table has no value'],
  ['failure.tableSays', 'the table says {state:text}'],
]

/** Texts of errors, as failures kept them: without their last stop. */
const ofErrors: readonly SentencePattern[] = [
  ['error.training.nonFinite', 'Training diverged: {metric:text} is {value:word} at step {step}'],
  ['error.training.memory', 'Not enough memory: {reason:sentence}'],
  [
    'error.training.gradientWrong',
    'Hypergradients would be wrong: the derivative of {operation:text} ({layer:text}) is {percent} % off finite differences',
  ],
  ['error.engine.unavailable', 'Engine {engine:text} cannot be used: {reason:sentence}'],
  [
    'error.engine.notInstalled',
    'Engine {engine:text} is not installed; "{command:text}" installs it',
  ],
  ['error.engine.installing', 'An installation of {engine:text} is under way'],
  ['error.engine.noDevice', 'Engine {engine:text} has no device: {reason:sentence}'],
  ['error.engine.nonConforming', 'Engine {engine:text} computes wrong results: {cases:list}'],
  [
    'error.engine.failed',
    'Engine {engine:text} failed with its status {status}: {reason:sentence}',
  ],
  [
    'error.data.invalid',
    'Data cannot be used: {path:text}[, line {line}]: {field:text} = {value:json}: {rule:sentence}',
  ],
  ['error.dataset.notFound', 'No data set {dataset:text} in this database or the cache'],
  ['error.file.notFound', 'File not found: {path:text} ({field:text})'],
  ['error.file.unreadable', 'File cannot be read: {path:text}. {reason:sentence}'],
  ['error.file.exists', 'File exists: {path:text}. {rule:sentence}'],
  ['error.file.unwritable', 'File cannot be written: {path:text}. {reason:sentence}'],
  [
    'error.userCode.untrusted',
    'Nothing was run: this code is not trusted as it is now ({command:text}[; {files:list}]). Look at it, then run "tunewright trust" with the study file',
  ],
  [
    'error.userCode.changed',
    '{path:text} changed after it was trusted; trust it again, then resume',
  ],
  ['error.command.notStarted', '{command:text} cannot be started: {reason:sentence}'],
  ['error.command.exit', 'The program ended with exit code {exitCode}[: {tail:text}]'],
  ['error.command.signal', 'The program was ended by {signal:word}[: {tail:text}]'],
  [
    'error.command.output',
    'The program wrote more than {limitMegabytes} MB of output (limits.outputMegabytes) and was ended',
  ],
  [
    'error.command.processes',
    'The program had more than {limit} processes (limits.processes) and was ended',
  ],
  [
    'error.command.memory',
    'The program used {usedMegabytes} MB, more than {limitMegabytes} MB (limits.memoryMegabytes), and was ended',
  ],
  ['error.command.diskFull', 'The disk is full: {reason:sentence}'],
  [
    'error.command.noValue',
    'The program ended without a value of {metric:text}; it reported nothing',
  ],
  [
    'error.command.noValue',
    'The program ended without a value of {metric:text}; it reported {reported:list}',
  ],
  [
    'error.command.overran',
    'The program was told to end at step {untilStep} and reported step {step}; see TUNEWRIGHT_UNTIL_STEP',
  ],
  [
    'error.command.noState',
    'The program ended at step {step} and left nothing in its checkpoint folder {path:text}, although objective.resumes says so',
  ],
  [
    'error.command.pattern',
    'The pattern took longer than {limitMs} ms over the output; write it without nested repetitions',
  ],
  ['error.command.lost', 'The watcher of the program is gone: {reason:sentence}'],
  ['error.slurm.failed', '{command:text} of Slurm failed: {reason:sentence}'],
  ['error.program.invalid', 'Program {program:text}: {field:text} = {value:json}: {rule:sentence}'],
  [
    'error.protocol.invalid',
    'Unexpected message from {from:text}: {field:text} = {value:json}: {rule:sentence}',
  ],
  ['error.child.gone', 'Process {child:text} ended (exit code {exitCode}): {reason:sentence}'],
  ['error.child.gone', 'Process {child:text} ended (exit code null): {reason:sentence}'],
  ['error.child.gone', 'Process {child:text} ended ({signal:word}): {reason:sentence}'],
  ['error.internal', 'Internal error: {reason:sentence}'],
  // The last one: it has no words of ours before its field.
  ['error.training.invalid', '{field:word} = {value:json}: {rule:sentence}'],
]

/** Why attempts failed. */
export const failurePatterns: readonly SentencePattern[] = [
  ...ofAttempts,
  ...ofImports,
  ...ofErrors,
]
