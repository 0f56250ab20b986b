import { visibleText } from '../../src-main/core/i18n/visible-text.ts'
import { msg, verbatim } from '../../src-main/core/errors/message.ts'
import type { StudySnapshot } from '../../src-main/core/study/study.ts'
import { buildSampleSnapshot } from './build-sample-snapshot.ts'

export { buildSampleSnapshot, type SampleOptions } from './build-sample-snapshot.ts'

/**
 * Made-up studies for tests of whatever reads a `StudySnapshot`. The same name gives the same
 * snapshot every time.
 */
export const sampleNames = [
  'empty',
  'oneTrial',
  'allFailed',
  'notANumber',
  'pruned',
  'conditional',
  'twoGoals',
  'infeasible',
  'large',
  'longNames',
  'hostile',
  'running',
  'functionOnly',
] as const
export type SampleName = (typeof sampleNames)[number]

/** Text that breaks pages which do not escape: markup, quotes, control and direction characters. */
export const hostileText =
  '<script>alert(1)</script><img src=x onerror=alert(2)>"\'&amp;`${7*7}`\u202Ereversed\u0007]]>'

const longName = 'aVeryLongParameterNameThatSomebodyGaveWithoutThinkingAboutTables'

export function sampleSnapshot(name: SampleName): StudySnapshot {
  switch (name) {
    case 'empty':
      return buildSampleSnapshot({ name: 'empty', trials: 0, state: 'created', reason: null })
    case 'oneTrial':
      return buildSampleSnapshot({ name: 'one', trials: 1, chooseState: () => 'complete' })
    case 'allFailed':
      return buildSampleSnapshot({
        name: 'all-failed',
        trials: 6,
        state: 'failed',
        reason: msg('ending.failuresInARow', { trials: 5 }),
        chooseState: () => 'failed',
      })
    case 'notANumber':
      return buildSampleSnapshot({
        name: 'not-a-number',
        trials: 12,
        chooseState: () => 'complete',
        chooseValue: (quality, _goal, number) =>
          [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, quality][number % 4] ??
          quality,
      })
    case 'pruned':
      return buildSampleSnapshot({
        name: 'pruned',
        trials: 20,
        chooseState: number => (number % 3 === 0 ? 'complete' : 'pruned'),
      })
    case 'conditional':
      return buildSampleSnapshot({
        name: 'conditional',
        trials: 30,
        space: {
          model: { choice: ['mlp', 'cnn'] },
          layers: { int: [1, 4], when: { model: 'mlp' } },
          filters: { int: [4, 64], log: true, when: { model: 'cnn' } },
          pooling: { choice: [true, false], when: { model: 'cnn' } },
          poolSize: { ordinal: [2, 3], when: { model: 'cnn', pooling: true } },
          learningRate: { float: [1e-5, 1], log: true },
        },
      })
    case 'twoGoals':
      return buildSampleSnapshot({
        name: 'two-goals',
        trials: 40,
        goals: [
          { metric: 'validationAccuracy', direction: 'maximize' },
          { metric: 'parameterCount', direction: 'minimize' },
        ],
        chooseValue: (quality, goal) => (goal === 0 ? quality : Math.round(1e6 * quality ** 3)),
      })
    case 'large':
      return buildSampleSnapshot({ name: 'large', trials: 500, parallelTrials: 4 })
    case 'longNames':
      return buildSampleSnapshot({
        name: 'a study with a name that goes on and on '.repeat(3).slice(0, 120),
        trials: 15,
        goals: [{ metric: `validation${longName}`, direction: 'minimize' }],
        space: {
          [longName]: { float: [1e-12, 1e12], log: true },
          [`${longName}TheSecond`]: {
            choice: [
              'a choice that is itself a whole sentence of many words',
              'short',
              '中文的选项',
            ],
          },
          学习率的初始值: { float: [0.00001, 0.001] },
          ...Object.fromEntries(
            Array.from({ length: 10 }, (_, index) => [`parameter${index}`, { int: [0, 1e6] }]),
          ),
        },
      })
    case 'hostile':
      return buildSampleSnapshot({
        name: hostileText.slice(0, 120),
        reason: verbatim(hostileText),
        trials: 10,
        goals: [{ metric: hostileText, direction: 'maximize' }],
        space: {
          // A study with invisible signs in a parameter's name is refused before there is one.
          [visibleText(hostileText)]: { float: [0, 1] },
          '</style><style>*{display:none}</style>': { choice: [hostileText, '</svg>', true] },
          __proto__x: { fixed: hostileText },
        },
        objective: { task: hostileText, data: { source: hostileText } },
        chooseState: number => (number % 2 === 0 ? 'complete' : 'failed'),
        failure: { class: 'code', reason: verbatim(hostileText), stack: hostileText },
      })
    case 'infeasible':
      return buildSampleSnapshot({
        name: 'bounded',
        trials: 30,
        space: {
          rate: { logNormal: [-5, 1.5] },
          gain: { normal: [0, 2], step: 0.5, bounds: [-3, 3] },
          optimizer: { choice: ['sgd', 'adam'], weights: [3, 1] },
        },
        constraints: ['excess', { metric: 'latency', atMost: 20 }],
        chooseConstraints: (quality, number) => [
          quality - 0.8,
          [Number.NaN, -1, Number.NEGATIVE_INFINITY, 0][number % 4] as number,
        ],
      })
    case 'running':
      return buildSampleSnapshot({
        name: 'still running',
        trials: 8,
        state: 'running',
        reason: null,
        chooseState: number =>
          number >= 6
            ? 'running'
            : number === 5
              ? 'interrupted'
              : number === 4
                ? 'canceled'
                : 'complete',
      })
    case 'functionOnly':
      return buildSampleSnapshot({
        name: 'branin',
        trials: 25,
        reports: false,
        objective: { function: 'branin' },
        goals: [{ metric: 'value', direction: 'minimize' }],
        space: { x1: { float: [-5, 10] }, x2: { float: [0, 15] } },
        chooseState: () => 'complete',
        chooseValue: quality => 0.397887 + 300 * (1 - quality) ** 4,
      })
  }
}
