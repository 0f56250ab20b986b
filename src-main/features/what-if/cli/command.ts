import { msg } from '../../../core/errors/message.ts'
import { parse } from 'yaml'
import type { WhatIf } from '../../../core/questions/what-if.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { isObject } from '../../../core/values/json.ts'
import { formatMetric, formatPercent } from '../../../core/i18n/format-number.ts'
import { whatIf, type WhatIfQuestion } from '../node/what-if.ts'
import {
  type AddCommands,
  type CliContext,
  usageError,
  wholeNumber,
  withReader,
} from '../../command-line/context.ts'
import { formatTable } from '../../command-line/table.ts'

interface WhatIfOptions {
  readonly sampler?: string
  readonly pruner?: string
  readonly budget?: string
  readonly runs: string
}

export const addCommands: AddCommands = (program, t) => {
  program
    .command('what-if')
    .description(t('cli.help.whatIf'))
    .argument('<study>', t('cli.help.study'))
    .option('--sampler <sampler>', t('cli.help.whatIf.sampler'))
    .option('--pruner <pruner>', t('cli.help.whatIf.pruner'))
    .option('--budget <trials>', t('cli.help.whatIf.budget'))
    .option('--runs <count>', t('cli.help.whatIf.runs'), '5')
    .run(async (context, study: string, options: WhatIfOptions) => {
      const { sampler, pruner, budget } = options
      if (sampler === undefined && pruner === undefined && budget === undefined) {
        throw new AppError('usage.invalid', {
          reason: msg('rule.argument.oneOf', { options: ['--sampler', '--pruner', '--budget'] }),
        })
      }
      const question = {
        study,
        sampler: named('--sampler', sampler),
        pruner: named('--pruner', pruner),
        budget: budget === undefined ? null : wholeNumber(budget, '--budget', 1, 2_000),
        runs: wholeNumber(options.runs, '--runs', 1, 100),
      }
      await withReader(context, reader => {
        const answer = whatIf(reader, question)
        context.printValues(textOf(context, answer), { simulation: true, ...answer })
      })
    })
}

function textOf({ t }: CliContext, { pruner, sampler }: WhatIf): string {
  const lines = [t('cli.whatIf.simulation')]
  if (pruner !== null) {
    const { pruner: name, trials, unknown } = pruner
    const [spent, simulated] = pruner.steps
    const saved = formatPercent(1 - simulated / spent)
    const [best, actual] = pruner.best.map(value => (value === null ? '–' : formatMetric(value)))
    lines.push(
      t('cli.whatIf.pruner', { name, stopped: pruner.stopped.length, trials, saved }),
      t('cli.whatIf.best', { simulated: best, actual }),
      ...(unknown > 0 ? [t('cli.whatIf.unknown', { count: unknown })] : []),
    )
  }
  if (sampler === null) return lines.join('\n')
  const { surrogate, runs, samplers } = sampler
  const explained = surrogate.explained > 0 ? formatPercent(surrogate.explained) : null
  const length = samplers[0]?.median.length ?? 0
  const trialCounts = [
    ...new Set([0.25, 0.5, 0.75, 1].map(share => Math.max(1, Math.round(share * length)))),
  ]
  const table = formatTable(
    [
      t('cli.whatIf.sampler'),
      ...trialCounts.map(count => t('cli.whatIf.after', { trials: count })),
    ],
    samplers.map(({ sampler: name, median, lowerQuartile, upperQuartile }) => [
      name,
      ...trialCounts.map(count => {
        const [middle, low, high] = [median, lowerQuartile, upperQuartile].map(list =>
          formatMetric(list[count - 1] ?? Number.NaN),
        )
        return `${middle} (${low} … ${high})`
      }),
    ]),
  )
  lines.push(t('cli.whatIf.surrogate', { trials: surrogate.trials, explained, runs }), table)
  return lines.join('\n')
}

/** `tpe`, or what a study file would say: `{ name: tpe, … }`. */
function named(option: string, text: string | undefined): WhatIfQuestion['sampler'] {
  if (text === undefined) return null
  if (/^[\w-]+$/.test(text)) return { name: text }
  try {
    const value: unknown = parse(text)
    if (isObject(value) && typeof value['name'] === 'string') {
      return { ...value, name: value['name'] }
    }
  } catch {
    // The rule below says what is wrong.
  }
  throw usageError(option, text, msg('rule.argument.nameOrMapping'))
}
