import process from 'node:process'
import type { Command } from 'commander'
import type { Verification } from '../../contract/api/verification.ts'
import { AppError } from '../../contract/errors.ts'
import type { Language } from '../../i18n/language.ts'
import { reasonText } from '../../contract/i18n/reasons/reason-text.ts'
import { metricToJson } from '../../contract/metric-value.ts'
import { formatMetric, formatNumber } from '../../i18n/format-number.ts'
import { verifyStudy } from '../../queries/verify/verify-study.ts'
import { createContext, withReader } from '../context.ts'
import { exitCodes } from '../exit-codes.ts'
import type { VerificationSummary } from '../verification-summary.ts'

interface VerifyCommandOptions {
  readonly retrain: string
  readonly tolerance: string
}

export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description('Replay the proposals of a study from its record and train trials again.')
    .argument('<study>', 'name or id')
    .option('--retrain <trials>', 'numbers separated by commas, "best" or "none"', 'best')
    .option('--tolerance <share>', 'largest relative difference that is tolerated', '1e-4')
    .action(async (study: string, options: VerifyCommandOptions, command: Command) => {
      const context = createContext(command)
      const retrain = readNumbers(options.retrain)
      const tolerance = Number(options.tolerance)
      if (!(tolerance >= 0)) throw usage('--tolerance', options.tolerance, 'a number ≥ 0')
      const result = await withReader(context, reader =>
        verifyStudy({
          reader,
          study,
          workspace: context.workspace,
          now: context.now,
          retrain,
          tolerance,
          onRetrain: number => {
            if (!context.json) context.print(context.texts.retraining(number))
          },
        }),
      )
      if (context.json) context.printJson(plain(result))
      else
        for (const line of context.texts.verified(summaryOf(result, context.language)))
          context.print(line)
      if (!result.holds) process.exitCode = exitCodes.studyFailed
    })
}

function summaryOf(
  { proposals, trainings, reasons }: Verification,
  language: Language,
): VerificationSummary {
  const count = (outcome: string): number =>
    proposals.filter(proposal => proposal.outcome === outcome).length
  const skipped = proposals.find(proposal => proposal.outcome === 'notReplayed')
  return {
    proposals: {
      identical: count('identical'),
      byPerson: count('byPerson'),
      notReplayed: count('notReplayed'),
      different: count('different'),
    },
    firstDifferent: proposals.find(({ outcome }) => outcome === 'different')?.number ?? null,
    whyNot: skipped?.reason == null ? null : reasonText(skipped.reason, language),
    trainings: trainings.map(({ number, outcome, compared, largestDifference, first }) => ({
      number,
      outcome,
      compared,
      largest: formatNumber(largestDifference),
      first:
        first === null
          ? null
          : `${first.metric} @ ${first.step}: ${formatMetric(first.before)} → ${formatMetric(first.now)}`,
    })),
    reasons: reasons.map(reason => reasonText(reason, language)),
  }
}

/** JSON has no infinities. */
function plain(result: Verification): unknown {
  return {
    ...result,
    trainings: result.trainings.map(training => ({
      ...training,
      largestDifference: metricToJson(training.largestDifference),
      first: training.first && {
        ...training.first,
        before: metricToJson(training.first.before),
        now: metricToJson(training.first.now),
      },
    })),
  }
}

function readNumbers(text: string): 'best' | readonly number[] {
  if (text === 'best') return text
  if (text === 'none') return []
  return text.split(',').map(part => {
    const number = Number(part)
    if (part.trim() !== '' && Number.isInteger(number) && number >= 0) return number
    throw usage('--retrain', text, 'trial numbers separated by commas, "best" or "none"')
  })
}

function usage(option: string, value: string, rule: string): AppError {
  return new AppError('usage.invalid', {
    reason: `${option} ${JSON.stringify(value)}: must be ${rule}`,
  })
}
