import { msg } from '../../../core/errors/message.ts'
import process from 'node:process'
import type { Verification } from '../../../core/questions/verification.ts'
import type { Translate } from '../../../core/i18n/translate.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { formatNumber } from '../../../core/i18n/format-number.ts'
import { type AddCommands, usageError, withReader } from '../../command-line/context.ts'
import { firstDifference } from '../common/first-difference.ts'
import { exitCodes } from '../../command-line/exit-codes.ts'

interface VerifyCommandOptions {
  readonly retrain: string
  readonly tolerance: string
}

export const addCommands: AddCommands = (program, t) => {
  program
    .command('verify')
    .description(t('cli.help.verify'))
    .argument('<study>', t('cli.help.study'))
    .option('--retrain <trials>', t('cli.help.verify.retrain'), 'best')
    .option('--tolerance <share>', t('cli.help.verify.tolerance'), '1e-4')
    .run(async (context, study: string, options: VerifyCommandOptions) => {
      const { workspace, now } = context
      const retrain = readNumbers(options.retrain)
      const tolerance = Number(options.tolerance)
      if (!(tolerance >= 0))
        throw usageError('--tolerance', options.tolerance, msg('rule.atLeast', { limit: 0 }))
      const { verifyStudy } = await import('../node/verify-study.ts')
      const [result, objective] = await withReader(context, async reader => [
        await verifyStudy({
          reader,
          study,
          workspace,
          now,
          retrain,
          tolerance,
          onRetrain: number => {
            context.printValues(t('cli.retraining', { number }))
          },
        }),
        reader.findStudy(study).specification.objective,
      ])
      context.printValues(summaryOf(result, objective, context.t).join('\n'), result)
      if (!result.holds) process.exitCode = exitCodes.studyFailed
    })
}

function summaryOf(
  { proposals, trainings, reasons }: Verification,
  objective: StudySpecification['objective'],
  t: Translate,
): string[] {
  const count = (outcome: string): number =>
    proposals.filter(proposal => proposal.outcome === outcome).length
  const skipped = proposals.find(proposal => proposal.outcome === 'notReplayed')
  const firstDifferent = proposals.find(({ outcome }) => outcome === 'different')
  return [
    t('cli.verified.proposals', {
      identical: count('identical'),
      different: count('different'),
      byPerson: count('byPerson'),
      notReplayed: count('notReplayed'),
      whyNot: skipped === undefined ? null : skipped.reason,
    }),
    ...(firstDifferent === undefined
      ? []
      : [t('cli.verified.firstDifferent', { number: firstDifferent.number })]),
    ...trainings.map(({ number, outcome, compared, largestDifference, first }) =>
      t('cli.verified.training', {
        number,
        outcome,
        compared,
        largest: formatNumber(largestDifference),
        first: firstDifference(first, objective, t),
      }),
    ),
    ...reasons.map(reason => t('cli.verified.reason', { reason })),
  ]
}

function readNumbers(text: string): 'best' | readonly number[] {
  if (text === 'best') return text
  if (text === 'none') return []
  return text.split(',').map(part => {
    const number = Number(part)
    if (part.trim() !== '' && Number.isInteger(number) && number >= 0) return number
    throw usageError('--retrain', text, msg('rule.retrain'))
  })
}
