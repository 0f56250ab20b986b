import { fact } from '../../contract/fact.ts'
import type { Command } from 'commander'
import { parse } from 'yaml'
import type { WhatIf } from '../../contract/api/what-if.ts'
import { AppError } from '../../contract/errors.ts'
import { metricToJson } from '../../contract/metric-value.ts'
import { formatMetric, formatPercent } from '../../i18n/format-number.ts'
import { whatIf } from '../../queries/what-if/what-if.ts'
import { type CliContext, createContext, withReader } from '../context.ts'
import { formatTable } from '../table.ts'
import type { Translate } from '../../i18n/translate.ts'
import { usageError, wholeNumber } from '../usage-error.ts'

interface WhatIfOptions {
  readonly sampler?: string
  readonly pruner?: string
  readonly budget?: string
  readonly runs: string
}

export function addWhatIfCommand(program: Command, t: Translate): void {
  program
    .command('what-if')
    .description(t('cli.help.whatIf'))
    .argument('<study>', t('cli.help.study'))
    .option('--sampler <sampler>', t('cli.help.whatIf.sampler'))
    .option('--pruner <pruner>', t('cli.help.whatIf.pruner'))
    .option('--budget <trials>', t('cli.help.whatIf.budget'))
    .option('--runs <count>', t('cli.help.whatIf.runs'), '5')
    .action(async (study: string, options: WhatIfOptions, command: Command) => {
      const context = createContext(command)
      const { sampler, pruner, budget } = options
      if (sampler === undefined && pruner === undefined && budget === undefined) {
        throw new AppError('usage.invalid', {
          reason: fact('rule.argument.oneOf', { options: ['--sampler', '--pruner', '--budget'] }),
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
        if (context.json) context.printJson({ simulation: true, ...plain(answer) })
        else print(context, answer)
      })
    })
}

function print(context: CliContext, { pruner, sampler }: WhatIf): void {
  const { t } = context
  context.print(t('cli.whatIf.simulation'))
  if (pruner !== null) {
    const [spent, simulated] = pruner.steps
    const [best, actual] = pruner.best
    context.print(
      t('cli.whatIf.pruner', {
        name: pruner.pruner,
        stopped: pruner.stopped.length,
        trials: pruner.trials,
        saved: formatPercent(1 - simulated / spent),
      }),
    )
    context.print(
      t('cli.whatIf.best', {
        simulated: best === null ? '–' : formatMetric(best),
        actual: actual === null ? '–' : formatMetric(actual),
      }),
    )
    if (pruner.unknown > 0) context.print(t('cli.whatIf.unknown', { count: pruner.unknown }))
  }
  if (sampler === null) return
  context.print(
    t('cli.whatIf.surrogate', {
      trials: sampler.surrogate.trials,
      explained: formatPercent(sampler.surrogate.explained),
      runs: sampler.runs,
    }),
  )
  const length = sampler.samplers[0]?.median.length ?? 0
  const places = [
    ...new Set([0.25, 0.5, 0.75, 1].map(share => Math.max(1, Math.round(share * length)))),
  ]
  context.print(
    formatTable(
      [t('cli.whatIf.sampler'), ...places.map(place => t('cli.whatIf.after', { trials: place }))],
      sampler.samplers.map(({ sampler: name, median, lowerQuartile, upperQuartile }) => [
        name,
        ...places.map(place => {
          const [middle, low, high] = [median, lowerQuartile, upperQuartile].map(list =>
            formatMetric(list[place - 1] ?? Number.NaN),
          )
          return `${middle} (${low} … ${high})`
        }),
      ]),
    ),
  )
}

function plain({ pruner, sampler, ...rest }: WhatIf): Record<string, unknown> {
  return {
    ...rest,
    pruner: pruner && { ...pruner, best: pruner.best.map(value => value && metricToJson(value)) },
    sampler: sampler && {
      ...sampler,
      samplers: sampler.samplers.map(({ sampler: name, median, lowerQuartile, upperQuartile }) => ({
        sampler: name,
        median: median.map(metricToJson),
        lowerQuartile: lowerQuartile.map(metricToJson),
        upperQuartile: upperQuartile.map(metricToJson),
      })),
    },
  }
}

/** `tpe`, or what a study file would say: `{ name: tpe, … }`. */
function named(
  option: string,
  text: string | undefined,
): ({ name: string } & Record<string, unknown>) | null {
  if (text === undefined) return null
  if (/^[\w-]+$/.test(text)) return { name: text }
  try {
    const value: unknown = parse(text)
    if (
      typeof value === 'object' &&
      value !== null &&
      'name' in value &&
      typeof value.name === 'string'
    ) {
      return { ...value, name: value.name }
    }
  } catch {
    // The rule below says what is wrong.
  }
  throw usageError(option, text, fact('rule.argument.nameOrMapping'))
}
