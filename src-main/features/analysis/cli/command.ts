import { Option } from 'commander'
import {
  type AnalysisAnswers,
  type ImportanceMethod,
  importanceMethods,
} from '../../../core/questions/analysis.ts'
import { importanceMessage } from '../../../analysis/importance/importance-message.ts'
import type { ComparedPair, Comparison } from '../../../core/questions/comparison.ts'
import { msg } from '../../../core/errors/message.ts'
import {
  goalLabel,
  type GoalName,
  inMetricWords,
  labeledGoal,
} from '../../../core/i18n/metric-label.ts'
import { formatMetric, formatNumber } from '../../../core/i18n/format-number.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import { answerAnalysis } from '../node/answer-analysis.ts'
import { type AddCommands, usageError, withReader } from '../../command-line/context.ts'
import { formatTable } from '../../command-line/table.ts'

/** Pairs of parameters on a terminal; `--json` has all. */
const MAX_PAIRS = 10

interface ImportanceOptions {
  readonly method: ImportanceMethod
  readonly goal?: string
}

/** `importance` and `compare`: what the page's analysis says, on a terminal. */
export const addCommands: AddCommands = (program, t) => {
  program
    .command('importance')
    .description(t('cli.help.importance'))
    .argument('<study>', t('cli.help.study'))
    .addOption(
      new Option('--method <name>', t('cli.help.importance.method'))
        .choices(importanceMethods)
        .default('fanova'),
    )
    .option('--goal <metric>', t('cli.help.importance.goal'))
    .run(async (context, name: string, { method, goal }: ImportanceOptions) => {
      await withReader(context, reader => {
        const { id, specification } = reader.findStudy(name)
        const metrics = specification.goals.map(({ metric }) => metric)
        const index = goal === undefined ? 0 : metrics.indexOf(goal)
        if (index < 0) {
          throw usageError('--goal', goal ?? '', msg('rule.oneOf', { values: metrics }))
        }
        const question = { kind: 'importance' as const, method, goal: index }
        const task = { kind: 'analysis' as const, studyId: id, trials: null, question }
        const { answer } = answerAnalysis(reader, task, () => undefined) as {
          readonly answer: AnalysisAnswers['importance']
        }
        context.printValues(
          importanceText(
            answer,
            method,
            metrics[index] ?? '',
            inMetricWords(t, specification.objective),
          ),
          {
            study: name,
            method,
            metric: metrics[index],
            ...answer,
            ...(answer.ok && method === 'fanova' && { remaining: remainingShare(answer.result) }),
          },
        )
      })
    })

  program
    .command('compare')
    .description(t('cli.help.compare'))
    .argument('<studies...>', t('cli.help.compare.studies'))
    .option('--shortest', t('cli.help.compare.shortest'))
    .run(async (context, names: string[], { shortest }: { readonly shortest?: true }) => {
      if (names.length < 2) {
        throw usageError('studies', names.join(' '), msg('rule.compareTwo'))
      }
      await withReader(context, reader => {
        const groups = names.map(name => {
          const study = reader.findStudy(name)
          return { name: study.name, members: [{ studyId: study.id, by: 'all' as const }] }
        })
        const budget = shortest === true ? 'shortest' : 'own'
        const task = { kind: 'comparison' as const, groups, budget } as const
        const comparison = answerAnalysis(reader, task, () => undefined) as Comparison
        // Only studies of one goal on one task are compared.
        const { objective } = reader.findStudy(names[0] ?? '').specification
        const text = comparison.ok
          ? comparisonText(
              { ...comparison, goal: labeledGoal(comparison.goal, objective, t) },
              inMetricWords(t, objective),
            )
          : refusalText(comparison, t)
        context.printValues(text, comparison)
      })
    })
}

type Importance = Extract<AnalysisAnswers['importance'], { readonly ok: true }>['result']

/** The variance that three and more parameters decide together: what singles and pairs leave. */
function remainingShare({ parameters, pairs }: Importance): number {
  return [...parameters, ...pairs].reduce((remaining, { mean }) => remaining - mean, 1)
}

function importanceText(
  answer: AnalysisAnswers['importance'],
  method: ImportanceMethod,
  metric: string,
  t: Translate,
): string {
  if (!answer.ok) {
    return answer.reason === 'tooFewTrials'
      ? t('chart.tooFewTrials', { trials: answer.trials, needed: answer.needed })
      : t(`chart.${answer.reason}`)
  }
  const { parameters, pairs } = answer.result
  const share = ({ mean, deviation }: { mean: number; deviation: number | null }): string =>
    deviation === null ? formatNumber(mean) : `${formatNumber(mean)} ± ${formatNumber(deviation)}`
  const topPairs = pairs.slice(0, MAX_PAIRS)
  const verdict = importanceMessage(answer)
  return [
    t('report.importance.summary', { metric, count: answer.trials }),
    ...(verdict === null ? [] : [t.format(verdict)]),
    formatTable(
      [t('cli.column.parameters'), t(`analysis.methods.${method}`)],
      parameters.map(each => [each.name, share(each)]),
    ),
    ...(topPairs.length === 0
      ? []
      : [
          t('analysis.pairs'),
          ...topPairs.map(each => `  ${each.names.join(' × ')}: ${share(each)}`),
          ...(topPairs.length < pairs.length
            ? [t('cli.showingPairs', { shown: topPairs.length, total: pairs.length })]
            : []),
        ]),
    ...(method === 'fanova'
      ? [t('cli.importanceRemains', { share: formatNumber(remainingShare(answer.result)) })]
      : []),
  ].join('\n')
}

function refusalText(
  { differences, comparable }: Extract<Comparison, { ok: false }>,
  t: Translate,
): string {
  const aspects = differences.map(({ aspect }) => t(`compare.aspects.${aspect}`))
  const rows = differences.flatMap(({ aspect, values }) =>
    values.map(({ study, value }) => [t(`compare.aspects.${aspect}`), study, value]),
  )
  return [
    t('compare.refused', { aspects: aspects.join(t('list.separator')) }),
    ...rows.map(([aspect, study, value]) => `  ${aspect}  ${study}: ${value}`),
    ...(comparable.length === 0
      ? [t('compare.noneComparable')]
      : comparable.map(names =>
          t('compare.comparable', { names: names.join(t('list.separator')) }),
        )),
  ].join('\n')
}

function comparisonText(
  comparison: Extract<Comparison, { ok: true }> & { readonly goal: GoalName },
  t: Translate,
): string {
  const { goal, groups, pairs } = comparison
  const rows = groups.map(({ name, finals, trialCounts }) => [
    name,
    trialCounts.join(' '),
    finals.map(value => (Number.isNaN(value) ? '–' : formatMetric(value))).join(' '),
  ])
  const head = [
    t('cli.column.name'),
    t('cli.column.trials'),
    `${t('cli.column.best')} ${goalLabel(goal)}`,
  ]
  const verdicts = pairs.flatMap(pair => [
    verdictText(
      groups.map(({ name }) => name),
      pair,
      t,
    ),
    t('compare.figures', {
      metric: goal.metric,
      first: formatMetric(pair.medians[0]),
      second: formatMetric(pair.medians[1]),
      difference: formatMetric(pair.difference.estimate),
      low: formatMetric(pair.difference.low),
      high: formatMetric(pair.difference.high),
      p: pair.pValue < 0.001 ? '< 0.001' : pair.pValue.toFixed(3),
      delta: pair.delta.toFixed(2),
    }),
    ...(pair.unit === 'trials' ? [t('compare.trialsOnly')] : []),
  ])
  return [formatTable(head, rows), ...verdicts].join('\n')
}

function verdictText(names: readonly string[], pair: ComparedPair, t: Translate): string {
  const { verdict, first, second, magnitude, counts } = pair
  const [better, worse] = verdict === 'worse' ? [second, first] : [first, second]
  return t(`compare.verdicts.${verdict}`, {
    first: names[better],
    second: names[worse],
    a: counts[0],
    b: counts[1],
    effect: t(`compare.effects.${magnitude}`),
  })
}
